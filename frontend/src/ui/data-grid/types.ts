/** What a grid is told about its rows and columns. */
import type { ReactNode } from "react";

export interface GridRow {
  id: string;
}

export interface CellEdit {
  row: string;
  column: string;
  value: unknown;
}

export interface EditorProps<Row> {
  row: Row;
  /** What was typed to start editing; empty after Enter, F2 or a click. */
  query: string;
  /** Ends editing with a value. */
  commit: (value: unknown, then?: "stay" | "right") => void;
  /** Ends editing and leaves the cell as it was. */
  cancel: () => void;
}

export interface GridColumn<Row> {
  id: string;
  title: string;
  /** A CSS grid track, in rem and fr. */
  width: string;
  align?: "start" | "end";
  /** Plain elements only: a component of the kit in every row makes a thousand rows slow. */
  cell: (row: Row) => ReactNode;
  /** The cell as text: what is copied, and what a pasted name is matched with. */
  text: (row: Row) => string;
  /** The column that names the row. */
  names?: boolean;
  editor?: (props: EditorProps<Row>) => ReactNode;
  /** The value behind the cell, for fill down. */
  value?: (row: Row) => unknown;
  /** A pasted text as a value; undefined when it means nothing here. */
  parse?: (text: string, row: Row) => unknown;
  /** What Delete leaves; a column without it cannot be emptied. */
  cleared?: unknown;
}

export interface Place {
  row: string;
  column: number;
}
