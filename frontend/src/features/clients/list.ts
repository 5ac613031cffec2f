/** What the client list can show, as its address says it. */
import type { Facets, ListClientsData } from "@/api/generated";
import { oneOf, text, type RawSearch } from "@/lib/url";

type Query = NonNullable<ListClientsData["query"]>;
export type ViewKey = NonNullable<Query["view"]>;
export type SortKey = NonNullable<Query["sort"]>;
type BandKey = NonNullable<Query["band"]>;

export const VIEWS: readonly { key: ViewKey; label: string; facet: Exclude<keyof Facets, "tags"> }[] = [
  { key: "all", label: "All", facet: "all" },
  { key: "mine", label: "My clients", facet: "mine" },
  { key: "new", label: "New", facet: "new" },
  { key: "at_risk", label: "At risk", facet: "at_risk" },
  { key: "no_manager", label: "No manager", facet: "no_manager" },
  { key: "needs_action", label: "Needs action", facet: "needs_action" },
  { key: "linked", label: "Linked to XPM", facet: "linked" },
  { key: "not_linked", label: "Not linked", facet: "not_linked" },
  { key: "draft", label: "Drafts", facet: "draft" },
  { key: "archived", label: "Archived", facet: "archived" },
];
const VIEW_KEYS = VIEWS.map(({ key }) => key);

export const SORTS = ["name", "-name", "score", "-score", "issues", "-issues", "last_imported", "-last_imported"] as const satisfies readonly SortKey[];
export const BAND_KEYS = ["healthy", "attention", "at_risk", "unscored"] as const satisfies readonly BandKey[];

export interface ClientSearch {
  view?: ViewKey;
  q?: string;
  sort?: SortKey;
  manager?: string;
  tag?: string;
  band?: BandKey;
}

export function clientSearch(raw: RawSearch): ClientSearch {
  return {
    view: oneOf(raw["view"], VIEW_KEYS),
    q: text(raw["q"]),
    sort: oneOf(raw["sort"], SORTS),
    manager: text(raw["manager"]),
    tag: text(raw["tag"]),
    band: oneOf(raw["band"], BAND_KEYS),
  };
}

export function clientQuery({ view, q, sort, manager, tag, band }: ClientSearch): Query {
  return {
    ...(view && { view }),
    ...(q && { q }),
    ...(sort && { sort }),
    ...(manager && { manager_id: manager }),
    ...(tag && { tag }),
    ...(band && { band }),
    limit: 200,
  };
}

export function filtered({ q, manager, tag, band }: ClientSearch): boolean {
  return Boolean(q || manager || tag || band);
}

export function exportPath(search: ClientSearch): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...clientQuery(search), limit: undefined })) if (value) query.set(name, String(value));
  return `/api/v1/clients${query.size ? `?${query}` : ""}`;
}
