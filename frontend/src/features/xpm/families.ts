/** Rows under the heading of whose they are: a group of XPM's, or a client. Pure. */
import type { XpmFamily, XpmRow } from "@/api/generated";
import { plural } from "@/lib/format";

export interface Band {
  key: string;
  name: string;
  fact: string;
  /** Those of its rows that are here. */
  rows: XpmRow[];
}

export type Line = { row: XpmRow; band?: undefined } | { row?: undefined; band: Band };

/** `rows` come family by family; those of nobody are the last. */
export function linesOf(rows: readonly XpmRow[], families: ReadonlyMap<string, XpmFamily> | undefined): Line[] {
  if (!families) return rows.map((row) => ({ row }));
  const lines: Line[] = [];
  let band: Band | undefined;
  for (const row of rows) {
    const family = families.get(row.id);
    if (!band || band.key !== (family?.key ?? "")) {
      band = family
        ? { key: family.key, name: family.name, fact: `${family.kind === "group" ? "Group" : "Client"} · ${plural(family.rows, "entity", "entities")}`, rows: [] }
        : { key: "", name: "In no group and nobody’s", fact: "Nobody in XPM is related to them", rows: [] };
      lines.push({ band });
    }
    band.rows.push(row);
    lines.push({ row });
  }
  return lines;
}
