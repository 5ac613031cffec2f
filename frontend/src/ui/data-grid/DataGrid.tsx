/**
 * An editable grid for a thousand rows and more, worked entirely by keyboard.
 * Scrolling, the active cell and the open editor live here and never in the page, which would render again with each of them.
 */
import { defaultRangeExtractor, useVirtualizer, type Range } from "@tanstack/react-virtual";
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState, type KeyboardEvent, type MouseEvent, type ReactNode } from "react";

import { plural } from "@/lib/format";

import { copied, pasted } from "./clipboard";
import { GridLine } from "./GridLine";
import { commandOf } from "./keyboard";
import type { CellEdit, GridColumn, GridRow, Place } from "./types";

const HEAD = 34;
const NONE: readonly string[] = [];

export interface DataGridProps<Row extends GridRow> {
  label: string;
  /** Filtered and sorted, as they are to be shown. */
  rows: readonly Row[];
  columns: readonly GridColumn<Row>[];
  selected?: ReadonlySet<string>;
  onSelect?: (selected: ReadonlySet<string>) => void;
  onEdit?: (edits: CellEdit[], words: string) => void;
  onUndo?: () => void;
  onRedo?: () => void;
  isChanged?: (row: string, column: string) => boolean;
  /** The ticks are the answer itself, not a passing selection: Escape leaves them alone. */
  ticksStay?: boolean;
  /** What the server found wrong with a row. */
  errors?: ReadonlyMap<string, string>;
  /** Why a row cannot be ticked or changed. */
  disabled?: (row: Row) => string | undefined;
  /** Texts of a paste that meant nothing. */
  onMissed?: (missed: string[]) => void;
  /** Ctrl+Enter. */
  onPrimary?: () => void;
  empty?: ReactNode;
}

export function DataGrid<Row extends GridRow>(props: DataGridProps<Row>) {
  const { label, rows, columns, selected, onSelect, onEdit, isChanged, errors, disabled, empty } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const grid = useRef<HTMLDivElement>(null);
  const [place, setPlace] = useState<Place | null>(null);
  const [editing, setEditing] = useState<{ query: string } | null>(null);
  const [spoken, setSpoken] = useState("");
  const anchor = useRef<string | null>(null);
  const wantFocus = useRef(false);

  const offset = selected ? 1 : 0;
  const width = columns.length + offset;
  const indexOf = useMemo(() => new Map(rows.map((row, index) => [row.id, index])), [rows]);
  const at = place ? (indexOf.get(place.row) ?? -1) : -1;
  const activeIndex = at >= 0 ? at : 0;
  const activeColumn = Math.min(place?.column ?? 0, width - 1);
  const activeRow = rows[activeIndex];
  const tracks = `${selected ? "2.5rem " : ""}${columns.map((column) => column.width).join(" ")}`;

  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight(scroller.current),
    overscan: 8,
    scrollPaddingStart: HEAD,
    paddingStart: 0,
    // The active row stays in the page wherever one scrolls: without it the grid would lose its only tab stop.
    rangeExtractor: useCallback(
      (range: Range) => {
        const shown = defaultRangeExtractor(range);
        if (activeIndex >= range.count || shown.includes(activeIndex)) return shown;
        return [...shown, activeIndex].toSorted((a, b) => a - b);
      },
      [activeIndex],
    ),
  });

  const latest = useRef({ props, activeIndex, activeColumn, editing });
  latest.current = { props, activeIndex, activeColumn, editing };

  const goTo = useCallback(
    (index: number, column: number) => {
      const { rows: now } = latest.current.props;
      const to = Math.max(0, Math.min(now.length - 1, index));
      const row = now[to];
      if (!row) return;
      wantFocus.current = true;
      setPlace({ row: row.id, column: Math.max(0, Math.min(width - 1, column)) });
      virtual.scrollToIndex(to, { align: "auto" });
    },
    [virtual, width],
  );

  // Focus follows the active cell, but only when the grid asked for it: a re-read must not steal it.
  useLayoutEffect(() => {
    if (!wantFocus.current || editing) return;
    const cell = grid.current?.querySelector<HTMLElement>(`[data-row="${CSS.escape(activeRow?.id ?? "")}"] [data-column="${activeColumn}"]`);
    if (!cell) return;
    wantFocus.current = false;
    cell.focus({ preventScroll: true });
  });

  const select = useCallback(
    (next: ReadonlySet<string>) => {
      onSelect?.(next);
      setSpoken(next.size === 0 ? "Selection cleared" : `${plural(next.size, "row")} selected`);
    },
    [onSelect],
  );

  const selectable = (row: Row | undefined): row is Row => Boolean(row && !disabled?.(row));

  const extendTo = (index: number) => {
    if (!selected) return;
    const from = indexOf.get(anchor.current ?? "") ?? activeIndex;
    const [low, high] = from < index ? [from, index] : [index, from];
    const next = new Set(selected);
    for (const row of rows.slice(low, high + 1)) if (selectable(row)) next.add(row.id);
    anchor.current ??= activeRow?.id ?? null;
    select(next);
  };

  const toggle = (row: Row | undefined) => {
    if (!selected || !selectable(row)) return;
    const next = new Set(selected);
    if (!next.delete(row.id)) next.add(row.id);
    anchor.current = row.id;
    select(next);
  };

  const column = columns[activeColumn - offset];
  const editable = Boolean(column?.editor && activeRow && !disabled?.(activeRow));
  const selectedRows = useCallback((): Row[] => {
    const { rows: now, selected: marks } = latest.current.props;
    return marks ? now.filter((row) => marks.has(row.id)) : [];
  }, []);

  const edit = (edits: CellEdit[], words: string) => {
    if (edits.length === 0) return;
    onEdit?.(edits, words);
    setSpoken(words);
  };

  const fill = () => {
    if (!activeRow || !column?.value || !column.editor) return;
    const marked = selectedRows();
    const next = rows[activeIndex + 1];
    const onto = marked.length > 0 ? marked : next ? [next] : [];
    const value = column.value(activeRow);
    edit(
      onto.filter((row) => !disabled?.(row)).map((row) => ({ row: row.id, column: column.id, value })),
      `${column.text(activeRow) || "Empty"} set for ${plural(onto.length, "client")}`,
    );
    if (marked.length === 0) goTo(activeIndex + 1, activeColumn);
  };

  const clear = () => {
    if (!activeRow || !column?.editor || column.cleared === undefined) return;
    const marked = selectedRows();
    const onto = marked.length > 0 ? marked : [activeRow];
    edit(
      onto.filter((row) => !disabled?.(row)).map((row) => ({ row: row.id, column: column.id, value: column.cleared })),
      `${column.title} cleared for ${plural(onto.length, "client")}`,
    );
  };

  const tickable = selected ? rows.filter(selectable) : [];
  const ticked = selected ? tickable.filter((row) => selected.has(row.id)).length : 0;
  const selectAll = (on: boolean) => {
    const next = new Set(selected);
    for (const row of tickable) {
      if (on) next.add(row.id);
      else next.delete(row.id);
    }
    select(next);
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (editing || event.defaultPrevented || !(event.target as HTMLElement).closest("[data-column]")) return;
    const command = commandOf(event);
    if (!command || !activeRow) return;
    const page = Math.max(1, Math.floor(((scroller.current?.clientHeight ?? 400) - HEAD) / rowHeight(scroller.current)) - 1);
    switch (command.do) {
      case "move": {
        if (command.extend) {
          anchor.current ??= activeRow.id;
          extendTo(Math.max(0, Math.min(rows.length - 1, activeIndex + command.rows)));
        }
        goTo(activeIndex + command.rows, activeColumn + command.columns);
        break;
      }
      case "edge":
        if (command.to === "row-start") goTo(activeIndex, 0);
        if (command.to === "row-end") goTo(activeIndex, width - 1);
        if (command.to === "first") goTo(0, 0);
        if (command.to === "last") goTo(rows.length - 1, width - 1);
        break;
      case "page":
        goTo(activeIndex + command.direction * page, activeColumn);
        break;
      case "toggle":
        if (!selected) return;
        toggle(activeRow);
        break;
      case "extend":
        extendTo(activeIndex);
        break;
      case "all":
        if (!selected) return;
        selectAll(ticked < tickable.length);
        break;
      case "edit":
        if (!editable) {
          if (command.query || !selected || activeColumn !== 0) return;
          toggle(activeRow);
          break;
        }
        setEditing({ query: command.query });
        break;
      case "fill":
        fill();
        break;
      case "clear":
        clear();
        break;
      case "undo":
        props.onUndo?.();
        setSpoken("Undone");
        break;
      case "redo":
        props.onRedo?.();
        setSpoken("Made again");
        break;
      case "leave":
        if (!selected || selected.size === 0 || props.ticksStay) return;
        anchor.current = null;
        select(new Set());
        break;
      case "primary":
        props.onPrimary?.();
        break;
    }
    event.preventDefault();
    event.stopPropagation();
  };

  const onClick = (event: MouseEvent) => {
    const target = event.target as HTMLElement;
    const cell = target.closest<HTMLElement>("[data-column]");
    const id = cell?.closest<HTMLElement>("[data-row]")?.dataset["row"];
    if (!cell || id === undefined || target.closest("a, button, [data-editor]")) return;
    const index = indexOf.get(id) ?? 0;
    const to = Number(cell.dataset["column"]);
    const again = place?.row === id && activeColumn === to;
    if (selected && to === 0) {
      event.preventDefault();
      if (event.shiftKey) extendTo(index);
      else toggle(rows[index]);
    }
    goTo(index, to);
    const clicked = columns[to - offset];
    const row = rows[index];
    if (clicked?.editor && row && !disabled?.(row) && (again || target.closest(".chevron"))) setEditing({ query: "" });
  };

  useEffect(() => {
    const here = () => !latest.current.editing && grid.current?.contains(document.activeElement) && document.activeElement?.closest("[data-column]");
    const onCopy = (event: ClipboardEvent) => {
      const { props: now, activeIndex: index, activeColumn: to } = latest.current;
      const from = now.columns[to - (now.selected ? 1 : 0)];
      const row = now.rows[index];
      if (!here() || !from || !row) return;
      const marked = selectedRows();
      event.clipboardData?.setData("text/plain", copied(marked.length > 0 ? marked : [row], from));
      event.preventDefault();
    };
    const onPaste = (event: ClipboardEvent) => {
      const { props: now, activeIndex: index, activeColumn: to } = latest.current;
      const text = event.clipboardData?.getData("text/plain");
      if (!here() || !text) return;
      event.preventDefault();
      const open = (list: readonly Row[]) => list.filter((row) => !now.disabled?.(row));
      const result = pasted(text, { rows: open(now.rows), selected: open(selectedRows()), columns: now.columns, at: index, column: to - (now.selected ? 1 : 0) });
      if (result.edits.length > 0) {
        const words = `${plural(result.edits.length, "value")} pasted`;
        now.onEdit?.(result.edits, words);
        setSpoken(words);
      }
      if (result.missed.length > 0) now.onMissed?.(result.missed);
    };
    document.addEventListener("copy", onCopy);
    document.addEventListener("paste", onPaste);
    return () => {
      document.removeEventListener("copy", onCopy);
      document.removeEventListener("paste", onPaste);
    };
  }, [selectedRows]);

  const stop = (then: "stay" | "right" = "stay") => {
    setEditing(null);
    goTo(activeIndex, then === "right" ? activeColumn + 1 : activeColumn);
  };
  const editor =
    editing && editable && column?.editor && activeRow ? (
      <div data-editor className="absolute inset-0 flex items-center">
        {column.editor({
          row: activeRow,
          query: editing.query,
          commit: (value, then) => {
            edit([{ row: activeRow.id, column: column.id, value }], `${column.title} changed`);
            stop(then);
          },
          cancel: () => stop(),
        })}
      </div>
    ) : null;

  return (
    <div ref={scroller} className="relative min-h-0 flex-1 overflow-auto outline-none" style={{ contain: "strict", scrollPaddingTop: "2.125rem" }}>
      <div
        ref={grid}
        role="grid"
        aria-label={label}
        aria-rowcount={rows.length + 1}
        aria-colcount={width}
        aria-multiselectable={selected ? true : undefined}
        onKeyDown={onKeyDown}
        onClick={onClick}
        className="min-w-160"
      >
        <div role="rowgroup" className="sticky top-0 z-3">
          <div role="row" aria-rowindex={1} className="grid h-8.5 border-b border-line bg-sunken" style={{ gridTemplateColumns: tracks }}>
            {selected ? (
              <div role="columnheader" aria-colindex={1} className="flex items-center justify-center">
                <input
                  type="checkbox"
                  className="cbx"
                  tabIndex={-1}
                  aria-label={`Select all ${tickable.length} (Ctrl A)`}
                  checked={tickable.length > 0 && ticked === tickable.length}
                  ref={(node) => {
                    if (node) node.indeterminate = ticked > 0 && ticked < tickable.length;
                  }}
                  onChange={(event) => selectAll(event.target.checked)}
                />
              </div>
            ) : null}
            {columns.map((item, index) => (
              <div
                key={item.id}
                role="columnheader"
                aria-colindex={index + offset + 1}
                className={`flex items-center px-2.5 text-12 font-semibold whitespace-nowrap text-muted ${item.align === "end" ? "justify-end" : ""}`}
              >
                {item.title}
              </div>
            ))}
          </div>
        </div>
        <div role="rowgroup" className="relative" style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map((item) => {
            const row = rows[item.index];
            if (!row) return null;
            const here = item.index === activeIndex;
            return (
              <GridLine
                key={row.id}
                row={row}
                index={item.index}
                top={item.start}
                tracks={tracks}
                columns={columns}
                selectable={Boolean(selected)}
                selected={selected?.has(row.id) ?? false}
                active={here ? activeColumn : -1}
                editing={here ? editor : null}
                changed={changedColumns(row.id, columns, isChanged)}
                error={errors?.get(row.id)}
                disabled={disabled?.(row)}
              />
            );
          })}
        </div>
      </div>
      {rows.length === 0 ? empty : null}
      <span role="status" className="sr-only">
        {spoken}
      </span>
    </div>
  );
}

function rowHeight(element: HTMLElement | null): number {
  return element ? Number.parseFloat(getComputedStyle(element).getPropertyValue("--row")) || 40 : 40;
}

const sets = new Map<string, readonly string[]>();

/** The same array for the same columns, so that an unchanged row stays equal to itself. */
function changedColumns<Row>(row: string, columns: readonly GridColumn<Row>[], isChanged: ((row: string, column: string) => boolean) | undefined): readonly string[] {
  if (!isChanged) return NONE;
  const ids = columns.filter((column) => isChanged(row, column.id)).map((column) => column.id);
  if (ids.length === 0) return NONE;
  const key = ids.join();
  const known = sets.get(key) ?? ids;
  sets.set(key, known);
  return known;
}
