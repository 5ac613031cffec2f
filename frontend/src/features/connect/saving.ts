/** From the grid to the wire and back: what is sent, and whose row an answer's pointer means. */
import type { Client, ClientChange } from "@/api/generated";
import { asProblem } from "@/lib/problem";
import type { CellEdit } from "@/ui/data-grid/types";

/** Naming people means that only they see the client; the visibility follows. */
export function withConsequences(edits: readonly CellEdit[]): CellEdit[] {
  return edits.flatMap((edit) =>
    edit.column === "viewers" && Array.isArray(edit.value) && edit.value.length > 0 ? [edit, { row: edit.row, column: "visibility", value: "specific_people" }] : [edit],
  );
}

export function changesOf(rows: readonly Client[], overlay: ReadonlyMap<string, Readonly<Record<string, unknown>>>): ClientChange[] {
  return rows.flatMap((row) => {
    const cells = overlay.get(row.id);
    if (!cells) return [];
    return [
      {
        id: row.id,
        version: row.version,
        ...("visibility" in cells && { visibility: row.visibility }),
        ...("managers" in cells && { manager_ids: row.managers.map((person) => person.id) }),
        ...("viewers" in cells && { viewer_ids: row.viewers.map((person) => person.id) }),
        ...("tags" in cells && { tags: row.tags }),
      },
    ];
  });
}

/** `/changes/3/manager_ids` speaks of the fourth change sent. */
export function rowErrors(error: unknown, sent: readonly ClientChange[]): Map<string, string> {
  const found = new Map<string, string>();
  if (!error) return found;
  for (const { pointer, detail } of asProblem(error).errors) {
    const index = /\/changes\/(\d+)/.exec(pointer)?.[1];
    const id = index === undefined ? undefined : sent[Number(index)]?.id;
    if (id) found.set(id, found.has(id) ? `${found.get(id)} ${detail}` : detail);
  }
  return found;
}
