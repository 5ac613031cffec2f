/**
 * A list to read: a native table with a header that stays, sortable columns, and rows that can be ticked.
 * Above 200 rows only what is in view is in the page; spacer rows keep the scroll bar honest.
 */
import { useVirtualizer } from "@tanstack/react-virtual";
import { memo, useCallback, useEffect, useRef, type ReactNode } from "react";

import { cx } from "@/lib/cx";

export interface Column<Row> {
  key: string;
  title: string;
  /** The title is there for screen readers only: a column of buttons. */
  quiet?: boolean;
  align?: "right";
  /** Classes for both header and cells: a width, or the width of screen it needs. */
  className?: string;
  sort?: { direction: "ascending" | "descending" | "none"; turn: () => void };
  cell: (row: Row) => ReactNode;
}

export interface Ticks {
  has: (id: string) => boolean;
  count: number;
  set: (ids: readonly string[], on: boolean) => void;
  name: (id: string) => string;
}

export interface ListTableProps<Row extends { id: string }> {
  label: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  ticks?: Ticks;
  /** The last row came into view and there is more to fetch. */
  onEnd?: () => void;
  /** Fill the height there is and scroll inside; otherwise be as tall as the rows, up to most of the window. */
  fill?: boolean;
  /** How many rows exist, when not all of them are here yet. */
  total?: number;
  footer?: ReactNode;
}

/** With more rows than this, all must be of one height. */
export const VIRTUAL_ABOVE = 200;
const CELL = "px-3 border-b border-line-subtle whitespace-nowrap";
const HEAD = "sticky top-0 z-1 h-8.5 px-3 border-b border-line bg-sunken text-left text-12 font-semibold text-muted whitespace-nowrap";

function SortMark({ direction }: { direction: "ascending" | "descending" | "none" }) {
  return <span aria-hidden="true" className={cx("chevron", direction === "none" ? "opacity-0 group-hover:opacity-60" : "opacity-100", direction === "ascending" && "rotate-180")} />;
}

function Head<Row>({ column }: { column: Column<Row> }) {
  const { sort, title, quiet, align, className } = column;
  return (
    <th scope="col" aria-sort={sort?.direction} className={cx(HEAD, align === "right" && "text-right", className)}>
      {sort ? (
        <button type="button" onClick={sort.turn} className={cx("group inline-flex h-6 items-center gap-1 rounded-sm hover:text-fg", align === "right" && "flex-row-reverse")}>
          {title}
          <SortMark direction={sort.direction} />
        </button>
      ) : (
        <span className={quiet ? "sr-only" : undefined}>{title}</span>
      )}
    </th>
  );
}

interface RowProps<Row extends { id: string }> {
  row: Row;
  index: number;
  columns: readonly Column<Row>[];
  ticked: boolean | undefined;
  name: string;
  onTick: (index: number, shift: boolean, on: boolean) => void;
}

function BareRow<Row extends { id: string }>({ row, index, columns, ticked, name, onTick }: RowProps<Row>) {
  return (
    <tr aria-rowindex={index + 2} className={cx("h-(--row) hover:bg-hover", ticked && "bg-selected")}>
      {ticked !== undefined && (
        <td className={cx(CELL, "w-10 pr-0")}>
          <input
            type="checkbox"
            className="cbx"
            aria-label={`Select ${name}`}
            checked={ticked}
            onChange={(event) => onTick(index, (event.nativeEvent as MouseEvent).shiftKey, event.target.checked)}
          />
        </td>
      )}
      {columns.map((column) => (
        <td key={column.key} className={cx(CELL, column.align === "right" && "num text-right", column.className)}>
          {column.cell(row)}
        </td>
      ))}
    </tr>
  );
}
/** From a row's box or link to the one above or below it, so that nobody has to pass through every row with Tab. */
function onArrow(event: KeyboardEvent) {
  const from = event.target as HTMLElement;
  const cell = from.closest<HTMLTableCellElement>("tbody td");
  if (!cell || !["ArrowUp", "ArrowDown"].includes(event.key) || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || !from.matches("a, input[type=checkbox]")) return;
  const row = cell.parentElement?.[event.key === "ArrowUp" ? "previousElementSibling" : "nextElementSibling"];
  const to = row instanceof HTMLTableRowElement ? row.cells[cell.cellIndex]?.querySelector<HTMLElement>(from.matches("a") ? "a" : "input[type=checkbox]") : null;
  if (!to) return;
  event.preventDefault();
  to.focus();
}

const TableRow = memo(BareRow) as typeof BareRow;

export function ListTable<Row extends { id: string }>({ label, columns, rows, ticks, onEnd, fill = false, total, footer }: ListTableProps<Row>) {
  const box = useRef<HTMLDivElement>(null);
  const last = useRef(0);
  const virtual = rows.length > VIRTUAL_ABOVE;
  const virtualizer = useVirtualizer({
    count: virtual ? rows.length : 0,
    getScrollElement: () => box.current,
    estimateSize: () => (box.current ? Number.parseFloat(getComputedStyle(box.current).getPropertyValue("--row")) || 40 : 40),
    overscan: 12,
  });
  const items = virtualizer.getVirtualItems();
  const from = virtual ? (items[0]?.index ?? 0) : 0;
  const to = virtual ? (items.at(-1)?.index ?? -1) + 1 : rows.length;
  const before = virtual ? (items[0]?.start ?? 0) : 0;
  const after = virtual ? virtualizer.getTotalSize() - (items.at(-1)?.end ?? 0) : 0;

  useEffect(() => {
    if (onEnd && virtual && to >= rows.length - 20) onEnd();
  }, [onEnd, virtual, to, rows.length]);

  useEffect(() => {
    const region = box.current;
    region?.addEventListener("keydown", onArrow);
    return () => region?.removeEventListener("keydown", onArrow);
  }, []);

  const latest = useRef({ rows, ticks });
  latest.current = { rows, ticks };
  const onTick = useCallback((index: number, shift: boolean, on: boolean) => {
    const { rows: now, ticks: marks } = latest.current;
    const [a, b] = shift ? [Math.min(last.current, index), Math.max(last.current, index)] : [index, index];
    marks?.set(now.slice(a, b + 1).map(({ id }) => id), on);
    last.current = index;
  }, []);

  const tickedHere = ticks ? rows.filter(({ id }) => ticks.has(id)).length : 0;
  const span = columns.length + (ticks ? 1 : 0);
  return (
    <div ref={box} role="region" aria-label={label} tabIndex={0} className={cx("relative scroll-pt-9 overflow-x-auto", fill ? "min-h-0 flex-1 overflow-y-auto" : virtual && "max-h-[75vh] overflow-y-auto")}>
      <table aria-label={label} aria-rowcount={(total ?? rows.length) + 1} className="w-full border-separate border-spacing-0 text-13">
        <thead>
          <tr aria-rowindex={1}>
            {ticks && (
              <th scope="col" className={cx(HEAD, "w-10 pr-0")}>
                <input
                  type="checkbox"
                  className="cbx"
                  aria-label={`Select all ${rows.length}`}
                  checked={rows.length > 0 && tickedHere === rows.length}
                  ref={(node) => {
                    if (node) node.indeterminate = tickedHere > 0 && tickedHere < rows.length;
                  }}
                  onChange={(event) => ticks.set(rows.map(({ id }) => id), event.target.checked)}
                />
              </th>
            )}
            {columns.map((column) => (
              <Head key={column.key} column={column} />
            ))}
          </tr>
        </thead>
        <tbody>
          {before > 0 && (
            <tr aria-hidden="true">
              <td colSpan={span} style={{ height: before, padding: 0 }} />
            </tr>
          )}
          {rows.slice(from, to).map((row, i) => (
            <TableRow key={row.id} row={row} index={from + i} columns={columns} ticked={ticks?.has(row.id)} name={ticks?.name(row.id) ?? ""} onTick={onTick} />
          ))}
          {after > 0 && (
            <tr aria-hidden="true">
              <td colSpan={span} style={{ height: after, padding: 0 }} />
            </tr>
          )}
        </tbody>
      </table>
      {footer}
    </div>
  );
}
