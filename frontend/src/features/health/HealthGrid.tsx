/**
 * Every client against every check. Only the rows and columns in view are in the page; the client and its score stay
 * where they are. The grid is one stop of the Tab key: arrows move, Enter opens what a cell is about or sorts by a heading.
 */
import { useVirtualizer, type Range } from "@tanstack/react-virtual";
import { Link, useNavigate } from "@tanstack/react-router";
import { useEffect, useId, useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from "react";

import type { HealthRow } from "@/api/generated";
import { bandOf, BAND_TONE } from "@/lib/bands";
import { stateWord } from "@/lib/checkStates";
import { cx } from "@/lib/cx";
import { count } from "@/lib/format";
import { ScoreBar } from "@/viz/ScoreBar";

import { sortedBy, type HealthSearch } from "./list";

export interface CheckColumn {
  code: string;
  title: string;
}

const NAME = 216;
const SCORE = 108;
const FIXED = NAME + SCORE;
const CHECK = 112;
const HEAD = 68;
const ROW = 40;
/** Columns before the first check: client, score, change. */
const LEAD = 3;

const HEAT = { ok: "bg-ok-bg text-ok-fg", warn: "bg-warn-bg text-warn-fg", bad: "bg-bad-bg text-bad-fg", none: "" } as const;
const CELL = "flex items-center px-3 text-13 group-focus-visible:data-active:outline-2 group-focus-visible:data-active:-outline-offset-2 outline-(--focus)";

function Heat({ row, code, title }: { row: HealthRow; code: string; title: string }) {
  const cell = row.checks[code];
  if (!cell || cell.state !== "evaluated") return <span className="w-full text-center text-subtle" title={cell ? stateWord(cell.state) : "Not judged"}>–<span className="sr-only"> {cell ? stateWord(cell.state) : "not judged"}</span></span>;
  const kept = cell.degree === null ? null : Math.round(Number(cell.degree) * 100);
  const said = `${title}: ${cell.open} open${kept === null ? "" : `, ${kept}% kept`}`;
  return (
    <Link to="/clients/$clientId/checks/$code" params={{ clientId: row.client_id, code }} preload={false} tabIndex={-1} title={said}
      className={cx("num grid h-7 w-full place-items-center rounded-md no-underline hover:underline", cell.open > 0 ? HEAT[BAND_TONE[bandOf(kept)]] : "text-subtle", cell.open > 0 && "font-semibold")}>
      <span aria-hidden>{count(cell.open)}</span>
      <span className="sr-only">{said}</span>
    </Link>
  );
}

function Change({ row }: { row: HealthRow }) {
  if (row.change === null || row.change === 0) return <span className="w-full text-right text-subtle">{row.change === 0 ? "Same" : "–"}</span>;
  return (
    <Link to="/clients/$clientId/history" params={{ clientId: row.client_id }} preload={false} tabIndex={-1} title="Why did it change?" className={cx("num w-full text-right no-underline hover:underline", row.change < 0 ? "text-bad-fg" : "text-ok-fg")}>
      {row.change < 0 ? "Down" : "Up"} {Math.abs(row.change)}
    </Link>
  );
}

export interface HealthGridProps {
  rows: readonly HealthRow[];
  total: number;
  checks: readonly CheckColumn[];
  search: HealthSearch;
  onSort: (column: string) => void;
  onEnd: () => void;
}

export function HealthGrid({ rows, total, checks, search, onSort, onEnd }: HealthGridProps) {
  const box = useRef<HTMLDivElement>(null);
  const id = useId();
  const navigate = useNavigate();
  // Row -1 is the header.
  const [active, setActive] = useState({ row: -1, column: 0 });
  const columns = useMemo(() => [{ code: "name", title: "Client" }, { code: "score", title: "Health score" }, { code: "change", title: "Change in 30 days" }, ...checks], [checks]);
  const at = { row: Math.min(active.row, rows.length - 1), column: Math.min(active.column, columns.length - 1) };
  const keeping = (index: number) => ({ startIndex, endIndex, overscan, count: n }: Range) => {
    const from = Math.max(0, startIndex - overscan);
    const to = Math.min(n - 1, endIndex + overscan);
    const shown = Array.from({ length: to - from + 1 }, (_, i) => from + i);
    return index < 0 || index >= n || shown.includes(index) ? shown : [...shown, index].toSorted((a, b) => a - b);
  };
  const down = useVirtualizer({ count: rows.length, getScrollElement: () => box.current, estimateSize: () => ROW, overscan: 6, paddingStart: HEAD, scrollPaddingStart: HEAD, rangeExtractor: keeping(at.row) });
  const across = useVirtualizer({ horizontal: true, count: columns.length - 2, getScrollElement: () => box.current, estimateSize: () => CHECK, overscan: 2, paddingStart: FIXED, scrollPaddingStart: FIXED, rangeExtractor: keeping(at.column - 2) });
  const lines = down.getVirtualItems();
  const stripes = across.getVirtualItems();
  const width = across.getTotalSize();
  const last = lines.at(-1)?.index ?? 0;
  useEffect(() => {
    if (last >= rows.length - 20) onEnd();
  }, [last, rows.length, onEnd]);

  // Keys can come faster than the page is drawn: where one stands is read from here.
  const place = useRef(at);
  place.current = at;
  const move = (row: number, column: number) => {
    const next = { row: Math.min(rows.length - 1, Math.max(-1, row)), column: Math.min(columns.length - 1, Math.max(0, column)) };
    place.current = next;
    setActive(next);
    if (next.row >= 0) down.scrollToIndex(next.row);
    if (next.column >= 2) across.scrollToIndex(next.column - 2);
  };

  const open = () => {
    const here = place.current;
    const column = columns[here.column];
    const row = rows[here.row];
    if (!column) return;
    if (here.row < 0) return onSort(column.code);
    if (!row) return;
    const params = { clientId: row.client_id };
    if (here.column < 2) void navigate({ to: "/clients/$clientId", params });
    else if (here.column === 2) void navigate({ to: "/clients/$clientId/history", params });
    else void navigate({ to: "/clients/$clientId/checks/$code", params: { ...params, code: column.code } });
  };
  const press = (event: KeyboardEvent) => {
    const now = place.current;
    const far = event.ctrlKey || event.metaKey;
    const to = {
      ArrowUp: [now.row - 1, now.column], ArrowDown: [now.row + 1, now.column], ArrowLeft: [now.row, now.column - 1], ArrowRight: [now.row, now.column + 1],
      PageUp: [Math.max(0, now.row - 10), now.column], PageDown: [now.row + 10, now.column], Home: [far ? 0 : now.row, 0], End: [far ? rows.length - 1 : now.row, columns.length - 1],
    }[event.key];
    if (to) move(to[0] ?? 0, to[1] ?? 0);
    else if (event.key === "Enter") open();
    else return;
    event.preventDefault();
  };

  const cell = (row: number, column: number, classes: string, style: React.CSSProperties, content: ReactNode) => {
    const here = at.row === row && at.column === column;
    return (
      <div key={column} id={`${id}-${row}-${column}`} role={row < 0 ? "columnheader" : column === 0 ? "rowheader" : "gridcell"} aria-colindex={column + 1} data-active={here || undefined}
        aria-sort={row < 0 ? sortedBy(columns[column]?.code ?? "", search) : undefined} onPointerDown={() => setActive({ row, column })} className={cx(CELL, classes)} style={style}>
        {content}
      </div>
    );
  };
  const heading = (column: number) => {
    const of = columns[column];
    if (!of) return null;
    const direction = sortedBy(of.code, search);
    return (
      <button type="button" tabIndex={-1} onClick={() => onSort(of.code)} title={`Sort by ${of.title}`} className="group/head relative w-full text-left text-12 font-semibold text-muted hover:text-fg">
        <span className="line-clamp-3 hyphens-auto wrap-break-word">{of.title}</span>
        <span aria-hidden className={cx("chevron absolute -right-2.5 bottom-px", direction === "none" ? "opacity-0 group-hover/head:opacity-60" : "opacity-100", direction === "ascending" && "rotate-180")} />
      </button>
    );
  };
  const pinned = "sticky z-1 bg-inherit border-r border-line-subtle";
  return (
    <div ref={box} role="grid" tabIndex={0} aria-label="Clients by check" aria-rowcount={total + 1} aria-colcount={columns.length} aria-activedescendant={`${id}-${at.row}-${at.column}`} onKeyDown={press}
      className="group relative min-h-0 flex-1 overflow-auto outline-none focus-visible:outline-2 focus-visible:-outline-offset-2">
      <div role="rowgroup" className="sticky top-0 z-2" style={{ width }}>
        <div role="row" aria-rowindex={1} className="relative flex border-b border-line bg-sunken" style={{ height: HEAD, width }}>
          {cell(-1, 0, cx(pinned, "items-end pb-2"), { left: 0, width: NAME }, heading(0))}
          {cell(-1, 1, cx(pinned, "items-end pb-2"), { left: NAME, width: SCORE }, heading(1))}
          {stripes.map(({ index, start }) => cell(-1, index + 2, "absolute inset-y-0 items-end pb-2", { left: start, width: CHECK }, heading(index + 2)))}
        </div>
      </div>
      <div role="rowgroup" className="relative" style={{ width, height: down.getTotalSize() - HEAD }}>
        {lines.map(({ index, start }) => {
          const row = rows[index];
          if (!row) return null;
          return (
            <div key={row.client_id} role="row" aria-rowindex={index + 2} className="absolute left-0 flex border-b border-line-subtle bg-surface hover:bg-hover" style={{ top: start - HEAD, height: ROW, width }}>
              {cell(index, 0, pinned, { left: 0, width: NAME }, <Link to="/clients/$clientId" params={{ clientId: row.client_id }} preload={false} tabIndex={-1} title={row.name} className="truncate font-medium no-underline hover:underline">{row.name}</Link>)}
              {cell(index, 1, pinned, { left: NAME, width: SCORE }, <ScoreBar value={row.score} band={row.band} provisional={row.provisional} />)}
              {stripes.map((stripe) => {
                const column = stripe.index + 2;
                const of = columns[column];
                return cell(index, column, "absolute inset-y-0 px-1.5", { left: stripe.start, width: CHECK }, column < LEAD ? <Change row={row} /> : of && <Heat row={row} code={of.code} title={of.title} />);
              })}
            </div>
          );
        })}
      </div>
    </div>
  );
}
