/** Between the grid and a spreadsheet: a cell or a column out, a value, a column or names with values in. */
import type { CellEdit, GridColumn, GridRow } from "./types";

export interface Pasted {
  edits: CellEdit[];
  /** Texts that mean nothing in their column, or names that are no row. */
  missed: string[];
}

export function table(text: string): string[][] {
  return text
    .replace(/\r\n?/g, "\n")
    .replace(/\n$/, "")
    .split("\n")
    .map((line) => line.split("\t").map((cell) => cell.trim()));
}

/** The active column of the selected rows, or of the active row alone. */
export function copied<Row extends GridRow>(rows: readonly Row[], column: GridColumn<Row>): string {
  return rows.map((row) => column.text(row)).join("\n");
}

export interface PasteTarget<Row extends GridRow> {
  /** All rows in their order on screen. */
  rows: readonly Row[];
  /** The selected ones among them, in the same order. */
  selected: readonly Row[];
  columns: readonly GridColumn<Row>[];
  at: number;
  column: number;
}

export function pasted<Row extends GridRow>(text: string, target: PasteTarget<Row>): Pasted {
  const lines = table(text);
  const { rows, selected, columns, at, column } = target;
  const first = lines[0];
  if (!first) return { edits: [], missed: [] };
  if (columns[column]?.names && first.length > 1) return byName(lines, rows, columns, columns[column]);

  const result: Pasted = { edits: [], missed: [] };
  const single = lines.length === 1 && first.length === 1;
  const onto = single ? (selected.length > 0 ? selected : rows.slice(at, at + 1)) : selected.length > 1 ? selected : rows.slice(at, at + lines.length);
  onto.forEach((row, index) => {
    const cells = single ? first : (lines[index] ?? []);
    cells.forEach((cell, offset) => {
      const into = columns[column + offset];
      if (into) write(into, row, cell, result);
    });
  });
  return result;
}

/** Pasted on the name column: each line finds its row by name, and each further cell the column that understands it. */
function byName<Row extends GridRow>(lines: string[][], rows: readonly Row[], columns: readonly GridColumn<Row>[], names: GridColumn<Row>): Pasted {
  const result: Pasted = { edits: [], missed: [] };
  const known = new Map(rows.map((row) => [names.text(row).toLowerCase(), row]));
  const into = columns.filter((column) => column.parse);
  for (const [name = "", ...cells] of lines) {
    const row = known.get(name.toLowerCase());
    if (!row) {
      if (name) result.missed.push(name);
      continue;
    }
    for (const cell of cells.filter(Boolean)) {
      const column = into.find((candidate) => candidate.parse?.(cell, row) !== undefined);
      if (column) write(column, row, cell, result);
      else result.missed.push(cell);
    }
  }
  return result;
}

function write<Row extends GridRow>(column: GridColumn<Row>, row: Row, text: string, result: Pasted): void {
  if (!column.parse) return;
  const value = text === "" && column.cleared !== undefined ? column.cleared : column.parse(text, row);
  if (value === undefined) result.missed.push(text);
  else result.edits.push({ row: row.id, column: column.id, value });
}
