/** One row. It renders again only when something of its own changed, so that a thousand of them stay quick. */
import { memo } from "react";

import { cx } from "@/lib/cx";

import type { GridColumn, GridRow } from "./types";

export interface LineProps<Row extends GridRow> {
  row: Row;
  index: number;
  top: number;
  tracks: string;
  columns: readonly GridColumn<Row>[];
  selectable: boolean;
  selected: boolean;
  /** The active column, or -1 when the active cell is elsewhere. */
  active: number;
  editing: React.ReactNode;
  changed: readonly string[];
  error: string | undefined;
  disabled: string | undefined;
}

const CELL = "relative flex min-w-0 items-center gap-2 px-2.5 outline-none focus:z-1 focus:outline-2 focus:-outline-offset-2 focus:outline-focus";

function Line<Row extends GridRow & { name?: string }>({ row, index, top, tracks, columns, selectable, selected, active, editing, changed, error, disabled }: LineProps<Row>) {
  const offset = selectable ? 1 : 0;
  const names = columns.find((column) => column.names);
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      aria-selected={selectable ? selected : undefined}
      aria-disabled={disabled ? true : undefined}
      data-row={row.id}
      className={cx(
        "group absolute inset-x-0 top-0 grid h-(--row) border-b border-line-subtle text-13 hover:bg-hover aria-selected:bg-selected",
        error && "shadow-[inset_0.1875rem_0_0_var(--bad-solid)]",
        disabled && "text-subtle",
      )}
      style={{ gridTemplateColumns: tracks, transform: `translateY(${top}px)` }}
    >
      {selectable ? (
        <div role="gridcell" aria-colindex={1} data-column={0} tabIndex={active === 0 ? 0 : -1} className={cx(CELL, "justify-center px-0")}>
          <input type="checkbox" className="cbx" tabIndex={-1} checked={selected} disabled={Boolean(disabled)} readOnly aria-label={`Select ${names?.text(row) ?? row.id}`} />
        </div>
      ) : null}
      {columns.map((column, at) => {
        const place = at + offset;
        const here = place === active;
        const marked = changed.includes(column.id);
        return (
          <div
            key={column.id}
            role={column.names ? "rowheader" : "gridcell"}
            aria-colindex={place + 1}
            aria-readonly={column.editor && !disabled ? undefined : true}
            aria-describedby={here && error ? `error-${row.id}` : undefined}
            data-column={place}
            tabIndex={here && !editing ? 0 : here ? undefined : -1}
            className={cx(CELL, column.align === "end" && "justify-end", column.editor && !disabled && "cursor-default")}
          >
            {here && editing ? (
              editing
            ) : (
              <>
                {column.cell(row)}
                {column.editor && !disabled ? <span aria-hidden className="chevron ml-auto text-subtle opacity-0 group-hover:opacity-100 in-focus:opacity-100" /> : null}
              </>
            )}
            {marked ? (
              <span className="absolute top-0 right-0 size-2 bg-accent [clip-path:polygon(0_0,100%_0,100%_100%)]">
                <span className="sr-only">Changed</span>
              </span>
            ) : null}
            {column.names && error ? (
              <span id={`error-${row.id}`} className="truncate text-12 font-medium text-bad-fg">
                {error}
              </span>
            ) : null}
            {column.names && disabled ? <span className="truncate text-12 text-subtle">{disabled}</span> : null}
          </div>
        );
      })}
    </div>
  );
}

export const GridLine = memo(Line) as typeof Line;
