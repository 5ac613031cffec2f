/**
 * One event stream per browser, written into the query cache.
 * Browsers allow six connections to a host, so one tab listens (it holds a lock) and tells the others.
 */
import type { QueryClient, QueryKey } from "@tanstack/react-query";
import { useSyncExternalStore } from "react";

export type Resource = "import" | "import_run" | "client" | "tenant" | "connection" | "score" | "firm" | "member" | "profile" | "fix" | "seal" | "export" | "snapshot" | "link";

export interface Change {
  resource: Resource;
  id: string;
  patch: Record<string, unknown> | null;
}

type Message = { kind: "changed"; change: Change } | { kind: "hello"; resumed: boolean } | { kind: "alive" };

/** Which reads show a resource. `patched` ones hold the entity itself; `stale` ones only count or quote it. */
export const READS: Record<Resource, { patched: readonly string[]; stale: readonly string[] }> = {
  import: { patched: ["listImports", "readImport"], stale: [] },
  import_run: { patched: ["listImportRuns", "readImportRun"], stale: ["readMe"] },
  client: { patched: ["listClients", "readClient"], stale: ["readBundle", "readMe"] },
  tenant: { patched: ["listTenants"], stale: ["readBundle"] },
  connection: { patched: ["listConnections"], stale: ["readClient", "listTenants", "readConnectionHealth", "listGrants"] },
  score: { patched: [], stale: ["readScore", "listScores", "listCleanUp", "listIssues", "explainChange", "whatIf", "readClient", "listClients", "listHealth", "readHealthSummary", "listFixes", "listSeals"] },
  firm: { patched: ["readFirm"], stale: ["readMe", "readBundle"] },
  member: { patched: ["listMembers"], stale: ["listInvitations", "readMe"] },
  profile: { patched: [], stale: ["listProfiles", "listChecks"] },
  fix: { patched: [], stale: ["listFixes", "listIssues"] },
  seal: { patched: [], stale: ["listSeals", "listSealChanges"] },
  export: { patched: [], stale: ["readExport"] },
  snapshot: { patched: ["readXpmImport", "listXpmImports"], stale: ["readXpm", "summariseXpmImport"] },
  link: { patched: [], stale: ["readTeam", "listConflicts", "readXpm", "readClient"] },
};

const DEBOUNCE_MS = 250;
const GAP_MS = 1000;
const SILENCE_MS = 30_000;
const POLL_MS = 5000;
const RETRY_MS = [1000, 2000, 4000, 8000, 15_000] as const;

function operation(key: QueryKey): string | undefined {
  const head = key[0];
  return typeof head === "object" && head !== null && "_id" in head ? String(head._id) : undefined;
}

/** The same data with one entity patched, or the very same object when it is not in there: untouched rows keep their identity. */
export function patched(data: unknown, id: string, patch: Record<string, unknown>): unknown {
  if (typeof data !== "object" || data === null) return data;
  if ("id" in data && data.id === id) return differs(data, patch) ? { ...data, ...patch } : data;
  for (const list of ["items", "pages"] as const) {
    const rows = (data as Record<string, unknown>)[list];
    if (!Array.isArray(rows)) continue;
    let touched = false;
    const next = rows.map((row: unknown) => {
      const after = patched(row, id, patch);
      touched ||= after !== row;
      return after;
    });
    return touched ? { ...data, [list]: next } : data;
  }
  return data;
}

function differs(entity: object, patch: Record<string, unknown>): boolean {
  const now = entity as Record<string, unknown>;
  return Object.keys(patch).some((name) => !Object.is(now[name], patch[name]));
}

/** Collects changes and hands them to the cache: patches in one go, re-reads debounced and never closer than a second. */
export class Changes {
  readonly #cache: QueryClient;
  readonly #patches = new Map<string, Change>();
  readonly #stale = new Set<Resource>();
  readonly #last = new Map<Resource, number>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(cache: QueryClient) {
    this.#cache = cache;
  }

  add(change: Change): void {
    // A server newer than this page may speak of what it does not know.
    if (!(change.resource in READS)) return;
    const key = `${change.resource}:${change.id}`;
    const before = this.#patches.get(key);
    if (change.patch) {
      this.#patches.set(key, { ...change, patch: { ...before?.patch, ...change.patch } });
    }
    this.#stale.add(change.resource);
    this.#timer ??= setTimeout(() => this.flush(), DEBOUNCE_MS);
  }

  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const { resource, id, patch } of this.#patches.values()) {
      if (!patch) continue;
      const ids = READS[resource].patched;
      this.#cache.setQueriesData(
        { predicate: (query) => query.state.data !== undefined && ids.includes(operation(query.queryKey) ?? "") },
        (data: unknown) => patched(data, id, patch),
      );
    }
    this.#patches.clear();
    const now = Date.now();
    for (const resource of this.#stale) {
      if (now - (this.#last.get(resource) ?? 0) < GAP_MS) continue;
      this.#last.set(resource, now);
      this.#stale.delete(resource);
      const ids: readonly string[] = [...READS[resource].patched, ...READS[resource].stale];
      void this.#cache.invalidateQueries(
        { predicate: (query) => ids.includes(operation(query.queryKey) ?? "") },
        { cancelRefetch: false },
      );
    }
    if (this.#stale.size > 0) this.#timer = setTimeout(() => this.flush(), GAP_MS);
  }

  everything(): void {
    void this.#cache.invalidateQueries();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}

type Standing = "connecting" | "live" | "reconnecting";
let standing: Standing = "connecting";
const watchers = new Set<() => void>();

function stand(next: Standing): void {
  if (standing === next) return;
  standing = next;
  for (const watcher of watchers) watcher();
}

/** `reconnecting` once events have been missing long enough to say so. */
export function useStream(): Standing {
  return useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    () => standing,
  );
}

/** Opens the stream for as long as the signed-in shell is mounted; the returned function closes it. */
export function openStream(cache: QueryClient, url = "/api/v1/events"): () => void {
  const changes = new Changes(cache);
  const channel = "BroadcastChannel" in window ? new BroadcastChannel("bulkhead-events") : null;
  const stop = new AbortController();
  let source: EventSource | undefined;
  let attempt = 0;
  let heard = Date.now();
  let retry: ReturnType<typeof setTimeout> | undefined;

  const receive = (message: Message): void => {
    heard = Date.now();
    attempt = 0;
    stand("live");
    if (message.kind === "hello" && !message.resumed) changes.everything();
    if (message.kind === "changed") changes.add(message.change);
  };
  const tell = (message: Message): void => {
    receive(message);
    channel?.postMessage(message);
  };
  channel?.addEventListener("message", (event: MessageEvent<Message>) => receive(event.data));

  const connect = (): void => {
    if (stop.signal.aborted) return;
    source = new EventSource(url);
    source.addEventListener("hello", (event) => tell({ kind: "hello", resumed: parsed<{ resumed: boolean }>(event)?.resumed ?? false }));
    source.addEventListener("changed", (event) => {
      const change = parsed<Change>(event);
      if (change && change.resource in READS) tell({ kind: "changed", change });
    });
    source.addEventListener("open", () => tell({ kind: "alive" }));
    // The server ends a stream every ten minutes; the browser opens the next one by itself, from the last event it saw.
    source.addEventListener("error", () => {
      if (source?.readyState !== EventSource.CLOSED) return;
      source.close();
      const wait = RETRY_MS[Math.min(attempt, RETRY_MS.length - 1)] ?? 15_000;
      attempt += 1;
      retry = setTimeout(connect, wait);
    });
  };

  const lead = async (): Promise<void> => {
    connect();
    await new Promise<void>((resolve) => stop.signal.addEventListener("abort", () => resolve()));
  };
  if (navigator.locks) {
    navigator.locks.request("bulkhead-events", { signal: stop.signal }, lead).catch(() => undefined);
  } else {
    void lead();
  }

  // Comment heartbeats are invisible to the page, so silence alone proves nothing while the stream stands open.
  let polled = 0;
  const watch = setInterval(() => {
    const open = source?.readyState === EventSource.OPEN;
    if (open) {
      channel?.postMessage({ kind: "alive" } satisfies Message);
      heard = Date.now();
      return;
    }
    const silent = Date.now() - heard;
    if (silent > POLL_MS) stand("reconnecting");
    if (silent > SILENCE_MS && !document.hidden && Date.now() - polled >= POLL_MS) {
      polled = Date.now();
      void cache.invalidateQueries({ type: "active" }, { cancelRefetch: false });
    }
  }, 2500);

  return () => {
    stop.abort();
    clearInterval(watch);
    clearTimeout(retry);
    source?.close();
    channel?.close();
    changes.close();
  };
}

function parsed<T>(event: Event): T | undefined {
  try {
    return JSON.parse((event as MessageEvent<string>).data) as T;
  } catch {
    return undefined;
  }
}
