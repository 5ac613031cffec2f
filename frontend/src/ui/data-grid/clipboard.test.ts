import { describe, expect, it } from "vitest";

import { copied, pasted, table } from "./clipboard";
import type { GridColumn } from "./types";

interface Row {
  id: string;
  name: string;
  colour: string;
}
const rows: Row[] = ["Acme", "Birch", "Cedar", "Dove"].map((name, index) => ({ id: String(index), name, colour: "" }));
const columns: GridColumn<Row>[] = [
  { id: "name", title: "Name", width: "1fr", names: true, cell: (row) => row.name, text: (row) => row.name },
  { id: "colour", title: "Colour", width: "1fr", cell: (row) => row.colour, text: (row) => row.colour, cleared: "", parse: (text) => (["red", "blue"].includes(text) ? text : undefined) },
];
const onto = (at: number, column: number, selected: Row[] = []) => ({ rows, selected, columns, at, column });

describe("the clipboard", () => {
  it("reads what a spreadsheet writes", () => {
    expect(table("a\tb\r\nc\td\r\n")).toEqual([["a", "b"], ["c", "d"]]);
  });
  it("copies a column as lines", () => {
    expect(copied(rows.slice(0, 2), columns[0]!)).toBe("Acme\nBirch");
  });
  it("writes a column downwards from the active row", () => {
    expect(pasted("red\nblue", onto(1, 1)).edits).toEqual([
      { row: "1", column: "colour", value: "red" },
      { row: "2", column: "colour", value: "blue" },
    ]);
  });
  it("writes one value into every selected row", () => {
    expect(pasted("red", onto(0, 1, [rows[2]!, rows[3]!])).edits.map((edit) => edit.row)).toEqual(["2", "3"]);
  });
  it("says what it did not understand and writes the rest", () => {
    expect(pasted("red\nmauve", onto(0, 1))).toEqual({ edits: [{ row: "0", column: "colour", value: "red" }], missed: ["mauve"] });
  });
  it("finds rows by name when names and values are pasted", () => {
    expect(pasted("cedar\tblue\nNobody\tred", onto(0, 0))).toEqual({ edits: [{ row: "2", column: "colour", value: "blue" }], missed: ["Nobody"] });
  });
  it("stops at the last row", () => {
    expect(pasted("red\nred\nred", onto(3, 1)).edits).toHaveLength(1);
  });
});
