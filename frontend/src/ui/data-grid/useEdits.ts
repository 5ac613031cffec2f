/** Changes that are not saved yet, laid over the rows the server gave; each step can be taken back and made again. */
import { useCallback, useEffect, useMemo, useRef, useState } from "react";

import type { CellEdit, GridRow } from "./types";

type Overlay = ReadonlyMap<string, Readonly<Record<string, unknown>>>;

export interface Edits<Row extends GridRow> {
  /** The server's rows with the changes on them; a row without a change is the very same object. */
  rows: readonly Row[];
  overlay: Overlay;
  isChanged: (row: string, column: string) => boolean;
  /** `words` name the step: "Grace Murphy set for 40 clients". */
  apply: (edits: readonly CellEdit[], words: string) => void;
  undo: () => void;
  redo: () => void;
  canUndo: boolean;
  canRedo: boolean;
  /** The words of the step last made, until it is taken back. */
  last: string | null;
  /** After a save: what was written is what the server has. */
  forget: () => void;
}

interface Step {
  overlay: Overlay;
  words: string;
}

const NOTHING: Overlay = new Map();

export function same(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, index) => same(item, b[index]));
  if (isNamed(a) && isNamed(b)) return a.id === b.id;
  return false;
}

function isNamed(value: unknown): value is { id: unknown } {
  return typeof value === "object" && value !== null && "id" in value;
}

export function laid(overlay: Overlay, edits: readonly CellEdit[], base: ReadonlyMap<string, GridRow>): Overlay {
  const next = new Map(overlay);
  for (const { row, column, value } of edits) {
    const from = base.get(row) as Record<string, unknown> | undefined;
    if (!from) continue;
    const cells = { ...next.get(row) };
    if (same(from[column], value)) delete cells[column];
    else cells[column] = value;
    if (Object.keys(cells).length > 0) next.set(row, cells);
    else next.delete(row);
  }
  return next;
}

function found(keep: string | undefined): Step[] {
  const kept = keep ? localStorage.getItem(keep) : null;
  if (!kept) return [];
  try {
    return [{ overlay: new Map(JSON.parse(kept) as [string, Record<string, unknown>][]), words: "Changes kept from before" }];
  } catch {
    return [];
  }
}

/** `keep` names a place on this computer where unsaved changes outlive a reload. */
export function useEdits<Row extends GridRow>(base: readonly Row[], keep?: string): Edits<Row> {
  const [steps, setSteps] = useState<{ past: Step[]; future: Step[] }>(() => ({ past: found(keep), future: [] }));
  const overlay = steps.past.at(-1)?.overlay ?? NOTHING;
  useEffect(() => {
    if (!keep) return;
    if (overlay.size === 0) localStorage.removeItem(keep);
    else localStorage.setItem(keep, JSON.stringify([...overlay]));
  }, [keep, overlay]);
  const byId = useMemo(() => new Map(base.map((row) => [row.id, row])), [base]);
  const made = useRef(new Map<string, { from: Row; cells: object; row: Row }>());

  const rows = useMemo(
    () =>
      base.map((row) => {
        const cells = overlay.get(row.id);
        if (!cells) return row;
        const before = made.current.get(row.id);
        if (before?.from === row && before.cells === cells) return before.row;
        const merged = { ...row, ...cells };
        made.current.set(row.id, { from: row, cells, row: merged });
        return merged;
      }),
    [base, overlay],
  );

  const apply = useCallback(
    (edits: readonly CellEdit[], words: string) => {
      if (edits.length === 0) return;
      setSteps(({ past }) => ({ past: [...past, { overlay: laid(past.at(-1)?.overlay ?? NOTHING, edits, byId), words }], future: [] }));
    },
    [byId],
  );
  const undo = useCallback(() => {
    setSteps(({ past, future }) => {
      const step = past.at(-1);
      return step ? { past: past.slice(0, -1), future: [step, ...future] } : { past, future };
    });
  }, []);
  const redo = useCallback(() => {
    setSteps(({ past, future }) => {
      const [step, ...rest] = future;
      return step ? { past: [...past, step], future: rest } : { past, future };
    });
  }, []);
  const forget = useCallback(() => setSteps({ past: [], future: [] }), []);
  const isChanged = useCallback((row: string, column: string) => overlay.get(row)?.[column] !== undefined, [overlay]);

  return {
    rows,
    overlay,
    isChanged,
    apply,
    undo,
    redo,
    canUndo: steps.past.length > 0,
    canRedo: steps.future.length > 0,
    last: steps.past.at(-1)?.words ?? null,
    forget,
  };
}
