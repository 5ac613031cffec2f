/**
 * Fifteen thousand rows to tick: only those in view are in the page, and pages are fetched as one comes to them.
 * The grid is one stop of the Tab key; arrows move, Space ticks, the right arrow opens what is known of a row.
 * With families, rows stand under the heading of whose they are, which ticks them together.
 */
import { useVirtualizer, type Range } from "@tanstack/react-virtual";
import { memo, useCallback, useEffect, useId, useLayoutEffect, useMemo, useRef, useState, type KeyboardEvent, type MouseEvent, type ReactNode } from "react";

import type { XpmFamily, XpmRow } from "@/api/generated";
import { cx } from "@/lib/cx";
import { count, plural } from "@/lib/format";
import { Skeleton } from "@/ui/Skeleton";

import { linesOf, type Band } from "./families";

const HEAD = 34;
const AHEAD = 60;

export interface RowsColumn {
  id: string;
  title: string;
  /** A CSS grid track, in rem and fr. */
  width: string;
  /** The least width of the grid, in rem, at which the column is shown. */
  from?: number;
  names?: boolean;
  /** Plain elements only, but for the one row that is being decided. */
  cell: (row: XpmRow) => ReactNode;
}

export interface RowsGridProps {
  label: string;
  rows: readonly XpmRow[];
  total: number;
  /** By row, whose it is; without it the rows are a plain list. */
  families?: ReadonlyMap<string, XpmFamily> | undefined;
  columns: readonly RowsColumn[];
  /** Ticks of everything the filter finds. */
  all: { on: boolean; mixed: boolean };
  onTick: (row: XpmRow, on: boolean) => void;
  onTickMany: (rows: readonly XpmRow[], on: boolean) => void;
  onTickAll: (on: boolean) => void;
  /** Why a row cannot be ticked. */
  disabled: (row: XpmRow) => string | undefined;
  errors: ReadonlyMap<string, string>;
  detail: (row: XpmRow) => ReactNode;
  /** Enter on a row. */
  onOpen: (row: XpmRow) => void;
  /** Ctrl+Enter. */
  onPrimary: () => void;
  /** The last row in sight: whatever is not here yet up to it is fetched. */
  onReach: (index: number) => void;
  /** The page counts with another filter: old rows, dimmed. */
  waiting: boolean;
}

export function RowsGrid({ label, rows, total, families, columns, all, onTick, onTickMany, onTickAll, disabled, errors, detail, onOpen, onPrimary, onReach, waiting }: RowsGridProps) {
  const box = useRef<HTMLDivElement>(null);
  const id = useId();
  const [at, setAt] = useState(0);
  const [opened, setOpened] = useState<string | null>(null);
  const [detailHeight, setDetailHeight] = useState(0);
  const [width, setWidth] = useState(80);
  const [spoken, setSpoken] = useState("");
  const anchor = useRef<number | null>(null);
  const place = useRef(at);
  const lines = useMemo(() => linesOf(rows, families), [rows, families]);
  const here = lines.length + total - rows.length;
  const active = Math.min(at, Math.max(0, here - 1));
  place.current = active;
  const rowHeight = useCallback(() => (box.current ? Number.parseFloat(getComputedStyle(box.current).getPropertyValue("--row")) || 40 : 40), []);
  const openedAt = opened === null ? -1 : lines.findIndex((line) => line.row?.id === opened);

  const virtual = useVirtualizer({
    count: here,
    getScrollElement: () => box.current,
    estimateSize: (index) => rowHeight() + (index === openedAt ? detailHeight : 0),
    overscan: 10,
    paddingStart: HEAD,
    scrollPaddingStart: HEAD,
    // The active row stays in the page wherever one scrolls, so that a screen reader can always find it.
    rangeExtractor: useCallback(
      ({ startIndex, endIndex, overscan, count: n }: Range) => {
        const from = Math.max(0, startIndex - overscan);
        const to = Math.min(n - 1, endIndex + overscan);
        const shown = Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i);
        return active < n && !shown.includes(active) ? [...shown, active].toSorted((a, b) => a - b) : shown;
      },
      [active],
    ),
  });
  useLayoutEffect(() => virtual.measure(), [virtual, openedAt, detailHeight]);
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const watch = new ResizeObserver(() => setWidth(element.clientWidth / 16));
    watch.observe(element);
    return () => watch.disconnect();
  }, []);

  const inView = virtual.getVirtualItems();
  const last = (inView.findLast(({ index }) => index !== active)?.index ?? 0) - lines.length + rows.length;
  useEffect(() => {
    if (rows.length < total && last + AHEAD >= rows.length) onReach(last + AHEAD);
  }, [last, rows.length, total, onReach]);

  const shown = columns.filter(({ from }) => from === undefined || width >= from);
  const tracks = `2.5rem ${shown.map((column) => column.width).join(" ")} 2.25rem`;
  const columnCount = shown.length + 2;

  const move = (to: number) => {
    const next = Math.min(here - 1, Math.max(0, to));
    place.current = next;
    setAt(next);
    virtual.scrollToIndex(next, { align: "auto" });
  };
  const may = (row: XpmRow | undefined): row is XpmRow => Boolean(row && !disabled(row));
  const tick = (index: number) => {
    const { row, band } = lines[index] ?? {};
    if (band) {
      const on = !band.rows.every(({ chosen }) => chosen);
      const touched = band.rows.filter(may).filter(({ chosen }) => chosen !== on);
      if (touched.length > 0) onTickMany(touched, on);
      setSpoken(`${plural(touched.length, "row")} of ${band.name} ${on ? "chosen" : "not chosen"}`);
      return;
    }
    if (!may(row)) return;
    anchor.current = index;
    onTick(row, !row.chosen);
    setSpoken(`${row.name} ${row.chosen ? "not chosen" : "chosen"}`);
  };
  const extend = (to: number) => {
    const from = anchor.current ?? place.current;
    const [low, high] = from < to ? [from, to] : [to, from];
    const span = lines.slice(low, high + 1).map(({ row }) => row).filter(may).filter((row) => !row.chosen);
    anchor.current = from;
    if (span.length > 0) onTickMany(span, true);
    setSpoken(`${plural(span.length, "more row")} chosen`);
  };
  const tickAll = (on: boolean) => {
    onTickAll(on);
    setSpoken(on ? `All ${count(total)} chosen` : "None chosen");
  };

  const press = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget || event.altKey) return;
    const now = place.current;
    const { row, band } = lines[now] ?? {};
    const far = event.ctrlKey || event.metaKey;
    const page = Math.max(1, Math.floor(((box.current?.clientHeight ?? 400) - HEAD) / rowHeight()) - 1);
    const to = { ArrowUp: now - 1, ArrowDown: now + 1, PageUp: now - page, PageDown: now + page, Home: 0, End: here - 1 }[event.key];
    if (to !== undefined) {
      if (event.shiftKey && (event.key === "ArrowUp" || event.key === "ArrowDown")) extend(Math.min(here - 1, Math.max(0, to)));
      else if (!event.shiftKey) anchor.current = null;
      move(to);
    } else if (event.key === " ") {
      if (event.shiftKey) extend(now);
      else tick(now);
    } else if (event.key === "Enter") {
      if (far) onPrimary();
      else if (row) onOpen(row);
    } else if (event.key === "ArrowRight" && row) setOpened(row.id);
    else if (event.key === "ArrowRight" && band) move(now + 1);
    else if (event.key === "ArrowLeft" && (opened !== null || !families)) setOpened(null);
    else if (event.key === "ArrowLeft") move(lines.findLastIndex((line, index) => index <= now && line.band !== undefined));
    else if (event.key === "Escape" && opened !== null) setOpened(null);
    else if (far && event.key.toLowerCase() === "a") tickAll(!all.on);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  const latest = useRef({ lines, tick, extend });
  latest.current = { lines, tick, extend };
  const click = useCallback((event: MouseEvent) => {
    const target = event.target as HTMLElement;
    const line = target.closest<HTMLElement>("[data-index]");
    if (!line) return;
    const index = Number(line.dataset["index"]);
    setAt(index);
    if (target.closest("[data-tick]")) {
      if (event.shiftKey) latest.current.extend(index);
      else latest.current.tick(index);
      event.preventDefault();
    } else if (target.closest("[data-expand]")) {
      const row = latest.current.lines[index]?.row;
      if (row) setOpened((now) => (now === row.id ? null : row.id));
    } else return;
    box.current?.focus({ preventScroll: true });
  }, []);

  return (
    <>
    <div
      ref={box}
      role="treegrid"
      tabIndex={0}
      aria-label={label}
      aria-rowcount={here + 1}
      aria-colcount={columnCount}
      aria-multiselectable
      aria-busy={waiting}
      aria-activedescendant={total > 0 ? `${id}-${active}` : undefined}
      onKeyDown={press}
      onClick={click}
      className={cx("group relative min-h-0 flex-1 overflow-auto outline-none focus-visible:outline-2 focus-visible:-outline-offset-2", waiting && "opacity-60")}
      style={{ contain: "strict" }}
    >
      <div role="rowgroup" className="sticky top-0 z-3">
        <div role="row" aria-rowindex={1} className="grid h-8.5 border-b border-line bg-sunken" style={{ gridTemplateColumns: tracks }}>
          <div role="columnheader" aria-colindex={1} className="flex items-center justify-center">
            <input type="checkbox" className="cbx" tabIndex={-1} aria-label={`Choose all ${count(total)} (Ctrl A)`} checked={all.on}
              ref={(node) => {
                if (node) node.indeterminate = all.mixed;
              }}
              onChange={(event) => tickAll(event.target.checked)} />
          </div>
          {shown.map((column, index) => (
            <div key={column.id} role="columnheader" aria-colindex={index + 2} className="flex min-w-0 items-center px-2.5 text-12 font-semibold whitespace-nowrap text-muted">
              <span className="truncate">{column.title}</span>
            </div>
          ))}
          <div role="columnheader" aria-colindex={columnCount}>
            <span className="sr-only">More</span>
          </div>
        </div>
      </div>
      <div role="rowgroup" className="relative" style={{ height: virtual.getTotalSize() - HEAD }}>
        {inView.map(({ index, start }) => {
          const { row, band } = lines[index] ?? {};
          const lineId = `${id}-${index}`;
          if (band) return <Heading key={`of ${band.key}`} id={lineId} band={band} index={index} top={start - HEAD} columns={columnCount} active={index === active} />;
          if (!row) return <Coming key={index} id={lineId} index={index} top={start - HEAD} />;
          return (
            <Line key={row.id} id={lineId} row={row} index={index} top={start - HEAD} tracks={tracks} columns={shown} level={families ? 2 : 1} active={index === active} opened={row.id === opened} disabled={disabled(row)} error={errors.get(row.id)}
              detail={row.id === opened ? <Detail columns={columnCount} level={families ? 3 : 2} index={index} onHeight={setDetailHeight}>{detail(row)}</Detail> : null} />
          );
        })}
      </div>
    </div>
    <span role="status" className="sr-only">
      {spoken}
    </span>
    </>
  );
}

function Coming({ id, index, top }: { id: string; index: number; top: number }) {
  return (
    <div role="row" id={id} aria-rowindex={index + 2} className="absolute inset-x-0 top-0 flex h-(--row) items-center gap-6 border-b border-line-subtle px-3" style={{ transform: `translateY(${top}px)` }}>
      <div role="gridcell" className="flex w-full items-center gap-4">
        <span className="sr-only">Loading</span>
        <Skeleton className="size-4" />
        <Skeleton className={cx("h-3", index % 3 === 0 ? "w-56" : index % 3 === 1 ? "w-40" : "w-48")} />
        <Skeleton className="ml-auto h-3 w-32 max-sm:hidden" />
      </div>
    </div>
  );
}

/** Whose the rows below it are. */
const Heading = memo(function Heading({ id, band, index, top, columns, active }: { id: string; band: Band; index: number; top: number; columns: number; active: boolean }) {
  const chosen = band.rows.filter((row) => row.chosen).length;
  return (
    <div
      role="row"
      id={id}
      aria-rowindex={index + 2}
      aria-level={1}
      aria-selected={chosen === band.rows.length}
      data-index={index}
      data-active={active || undefined}
      className="absolute inset-x-0 top-0 grid h-(--row) grid-cols-[2.5rem_minmax(0,1fr)] border-b border-line-subtle bg-sunken text-13 outline-(--focus) group-focus-visible:data-active:outline-2 group-focus-visible:data-active:-outline-offset-2"
      style={{ transform: `translateY(${top}px)` }}
    >
      <div role="gridcell" aria-colindex={1} data-tick className={cx(CELL, "justify-center px-0")}>
        <input type="checkbox" className="cbx" tabIndex={-1} readOnly aria-label={`Choose all of ${band.name}`} checked={chosen > 0 && chosen === band.rows.length}
          ref={(node) => {
            if (node) node.indeterminate = chosen > 0 && chosen < band.rows.length;
          }} />
      </div>
      <div role="rowheader" aria-colindex={2} aria-colspan={columns - 1} className={CELL}>
        <span className="truncate font-semibold" title={band.name}>{band.name}</span>
        <span className="num shrink-0 text-12 text-subtle">{band.fact}</span>
      </div>
    </div>
  );
});

interface LineProps {
  id: string;
  row: XpmRow;
  index: number;
  top: number;
  tracks: string;
  columns: readonly RowsColumn[];
  level: 1 | 2;
  active: boolean;
  opened: boolean;
  disabled: string | undefined;
  error: string | undefined;
  detail: ReactNode;
}

const CELL = "flex min-w-0 items-center gap-2 px-2.5";

const Line = memo(function Line({ id, row, index, top, tracks, columns, level, active, opened, disabled, error, detail }: LineProps) {
  return (
    <div className="absolute inset-x-0 top-0" style={{ transform: `translateY(${top}px)` }} data-index={index}>
      <div
        role="row"
        id={id}
        aria-rowindex={index + 2}
        aria-selected={row.chosen}
        aria-expanded={opened}
        aria-level={level}
        aria-disabled={disabled ? true : undefined}
        data-active={active || undefined}
        className={cx(
          "grid h-(--row) border-b border-line-subtle text-13 hover:bg-hover group-focus-visible:data-active:outline-2 group-focus-visible:data-active:-outline-offset-2 outline-(--focus)",
          opened && "bg-sunken",
          error && "shadow-[inset_0.1875rem_0_0_var(--bad-solid)]",
        )}
        style={{ gridTemplateColumns: tracks }}
      >
        <div role="gridcell" aria-colindex={1} data-tick className={cx(CELL, "justify-center px-0")} title={disabled}>
          <input type="checkbox" className="cbx" tabIndex={-1} checked={row.chosen} disabled={Boolean(disabled)} readOnly aria-label={`Choose ${row.name}`} />
        </div>
        {columns.map((column, at) => (
          <div key={column.id} role={column.names ? "rowheader" : "gridcell"} aria-colindex={at + 2} className={cx(CELL, column.names && level === 2 && "pl-7")}>
            {column.cell(row)}
            {column.names && error ? <span className="truncate text-12 font-medium text-bad-fg">{error}</span> : null}
          </div>
        ))}
        <div role="gridcell" aria-colindex={columns.length + 2} className="flex items-center justify-center">
          <button type="button" tabIndex={-1} data-expand aria-label={`${opened ? "Close" : "Open"} ${row.name}`} className="grid size-6 place-items-center rounded-sm text-subtle hover:bg-active hover:text-fg">
            <span aria-hidden className={cx("chevron", opened && "rotate-180")} />
          </button>
        </div>
      </div>
      {detail}
    </div>
  );
});

/** Its height decides where the rows below it stand. */
function Detail({ columns, level, index, onHeight, children }: { columns: number; level: 2 | 3; index: number; onHeight: (height: number) => void; children: ReactNode }) {
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const tell = () => onHeight(element.offsetHeight);
    tell();
    const watch = new ResizeObserver(tell);
    watch.observe(element);
    return () => {
      watch.disconnect();
      onHeight(0);
    };
  }, [onHeight, index]);
  return (
    <div ref={box} role="row" aria-level={level} className="border-b border-line-subtle bg-sunken">
      <div role="gridcell" aria-colspan={columns} className="px-4 pt-1 pb-4 sm:pl-12.5">
        {children}
      </div>
    </div>
  );
}
