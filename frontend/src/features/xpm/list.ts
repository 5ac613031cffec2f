/** What a step's list shows, as its address says it. */
import { oneOf, text, type RawSearch } from "@/lib/url";

import type { RowsSearch } from "./RowsStep";
import { SHOWS } from "./words";

export function rowsSearch(raw: RawSearch): RowsSearch {
  return { show: oneOf(raw["show"], SHOWS), reason: text(raw["reason"]), q: text(raw["q"]), by: oneOf(raw["by"], ["name"] as const) };
}
