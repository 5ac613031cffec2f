/** Reading typed values out of the address bar, where anyone can write anything. */
export type RawSearch = Record<string, unknown>;

export function text(raw: unknown): string | undefined {
  if (typeof raw === "number") return String(raw);
  return typeof raw === "string" && raw.trim() !== "" ? raw : undefined;
}

export function oneOf<T extends string>(raw: unknown, allowed: readonly T[]): T | undefined {
  return typeof raw === "string" && (allowed as readonly string[]).includes(raw) ? (raw as T) : undefined;
}

/** Drops what equals the default, so that the plain page keeps a plain address. */
export function without<T extends object>(search: T, defaults: Partial<T>): Partial<T> {
  return Object.fromEntries(
    Object.entries(search).filter(([key, value]) => value !== undefined && value !== "" && value !== defaults[key as keyof T]),
  ) as Partial<T>;
}

/** asc → desc → none, the way a column header turns. */
export function nextSort<T extends string>(column: string, current: T | undefined, allowed: readonly T[], firstDescending = false): T | undefined {
  const [first, second] = firstDescending ? [`-${column}`, column] : [column, `-${column}`];
  if (current === second) return undefined;
  return oneOf(current === first ? second : first, allowed);
}

export function ariaSort(column: string, current: string | undefined): "ascending" | "descending" | "none" {
  if (current === column) return "ascending";
  return current === `-${column}` ? "descending" : "none";
}

/** An address the browser follows itself, with more said in its query. */
export function withQuery(path: string, params: Record<string, string | undefined>): string {
  const url = new URL(path, window.location.origin);
  for (const [name, value] of Object.entries(params)) if (value) url.searchParams.set(name, value);
  return url.origin === window.location.origin ? url.pathname + url.search : url.href;
}

const SAFE = /^https?:\/\//i;

/** A link that came over the wire: only web addresses may become hrefs. */
export function safeHref(href: string | null | undefined): string | undefined {
  if (!href) return undefined;
  return SAFE.test(href) || (href.startsWith("/") && !href.startsWith("//")) ? href : undefined;
}
