/** What the health grid can show, as its address says it. */
import type { ListHealthData } from "@/api/generated";
import { BANDS, type Band } from "@/lib/bands";
import { oneOf, text, type RawSearch } from "@/lib/url";

export interface HealthSearch {
  q?: string;
  tag?: string;
  manager?: string;
  band?: Band;
  /** A check's code, or name, score, change. */
  sort?: string;
  dir?: "asc" | "desc";
}

const SORTABLE = /^([A-Z]{2}\d{1,3}|name|score|change)$/;

export function healthSearch(raw: RawSearch): HealthSearch {
  const sort = text(raw["sort"]);
  return {
    q: text(raw["q"]),
    tag: text(raw["tag"]),
    manager: text(raw["manager"]),
    band: oneOf(raw["band"], BANDS),
    ...(sort && SORTABLE.test(sort) && { sort, dir: oneOf(raw["dir"], ["asc", "desc"] as const) ?? "asc" }),
  };
}

type Query = NonNullable<ListHealthData["query"]>;

export function healthQuery(search: HealthSearch): Query {
  return Object.fromEntries(Object.entries(search).filter(([, value]) => value)) as Query;
}

/** The same as words, for an address or a file that is asked for. */
export function healthParams(search: HealthSearch): Record<string, string> {
  return Object.fromEntries(Object.entries(search).filter(([, value]) => value));
}

export function healthPath(search: HealthSearch): string {
  const query = new URLSearchParams(healthParams(search));
  return `/api/v1/health${query.size ? `?${query}` : ""}`;
}

export function narrowed({ q, tag, manager, band }: HealthSearch): boolean {
  return Boolean(q || tag || manager || band);
}

/** The first press shows what is worst: the most issues, the lowest score, the largest fall; names from A. */
export function turned(column: string, { sort, dir }: HealthSearch): Pick<HealthSearch, "sort" | "dir"> {
  const first = ["name", "score", "change"].includes(column) ? "asc" : "desc";
  if (sort !== column) return { sort: column, dir: first };
  return dir === first ? { sort: column, dir: first === "asc" ? "desc" : "asc" } : { sort: undefined, dir: undefined };
}

export function sortedBy(column: string, { sort, dir }: HealthSearch): "ascending" | "descending" | "none" {
  if (sort !== column) return "none";
  return dir === "desc" ? "descending" : "ascending";
}

/** Two views are one when they show the same. */
export function sameView(a: HealthSearch, b: HealthSearch): boolean {
  const flat = (search: HealthSearch) => JSON.stringify(Object.entries(healthQuery(search)).toSorted(([x], [y]) => x.localeCompare(y)));
  return flat(a) === flat(b);
}
