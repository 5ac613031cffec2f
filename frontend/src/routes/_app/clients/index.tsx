import { useInfiniteQuery } from "@tanstack/react-query";
import { createFileRoute, Link } from "@tanstack/react-router";
import { Download, Plus, Users } from "lucide-react";
import { lazy, Suspense, useCallback, useDeferredValue, useEffect, useMemo, useRef, useState } from "react";

import { download } from "@/api/download";
import type { Client } from "@/api/generated";
import { listClientsInfiniteOptions } from "@/api/generated/queries/clients.gen";
import { ClientsTable } from "@/features/clients/ClientsTable";
import { clientQuery, clientSearch, exportPath, filtered, VIEWS, type ClientSearch } from "@/features/clients/list";
import { Selection } from "@/features/clients/Selection";
import { useRefresh } from "@/features/clients/useClients";
import { count, plural } from "@/lib/format";
import { behindDialog } from "@/lib/useKey";
import { useNow } from "@/lib/useNow";
import { Button } from "@/ui/Button";
import { EmptyState } from "@/ui/EmptyState";
import { InlineError } from "@/ui/InlineError";
import { PageHeader } from "@/ui/PageHeader";
import { SearchInput } from "@/ui/SearchInput";
import { Segmented } from "@/ui/Segmented";
import { Skeleton, SkeletonRows } from "@/ui/Skeleton";

// Their pickers weigh more than the list: the rows come first.
const Filters = lazy(() => import("@/features/clients/Filters").then((file) => ({ default: file.Filters })));

export const Route = createFileRoute("/_app/clients/")({
  staticData: { title: "Clients", nav: { label: "Clients", icon: Users, order: 20, count: "clients" } },
  validateSearch: clientSearch,
  component: Clients,
});

function useList(search: ClientSearch) {
  const list = useInfiniteQuery({
    ...listClientsInfiniteOptions({ query: clientQuery(search) }),
    initialPageParam: {},
    getNextPageParam: ({ next_cursor }) => next_cursor,
    placeholderData: (previous) => previous,
  });
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = list;
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  // A page holds 200; the rest follow at once, so that ticking all ticks all.
  useEffect(more, [more]);
  const clients = useMemo(() => list.data?.pages.flatMap(({ items }) => items) ?? [], [list.data]);
  return { ...list, clients, more, first: list.data?.pages[0] };
}

/** Ticks survive filtering and sorting, so what was ticked is kept, not where it stood. */
function useTicked(clients: readonly Client[]) {
  const [ticked, setTicked] = useState<ReadonlyMap<string, Client>>(new Map());
  const names = useRef(new Map<string, Client>());
  names.current = useMemo(() => new Map(clients.map((client) => [client.id, client])), [clients]);
  const set = useCallback((ids: readonly string[], on: boolean) => {
    setTicked((before) => {
      const next = new Map(before);
      for (const id of ids) {
        const client = names.current.get(id);
        if (on && client) next.set(id, client);
        else if (!on) next.delete(id);
      }
      return next;
    });
  }, []);
  const now = [...ticked.values()].map((client) => names.current.get(client.id) ?? client);
  return {
    chosen: now,
    hidden: now.filter(({ id }) => !names.current.has(id)).length,
    clear: useCallback(() => setTicked(new Map()), []),
    ticks: { has: (id: string) => ticked.has(id), count: ticked.size, set, name: (id: string) => names.current.get(id)?.name ?? "" },
  };
}

function Clients() {
  const search = Route.useSearch();
  const navigate = Route.useNavigate();
  const now = useNow(60_000);
  const [typed, setTyped] = useState(search.q ?? "");
  const list = useList({ ...search, q: useDeferredValue(typed.trim()) || undefined });
  const { clients, first } = list;
  const { chosen, hidden, clear, ticks } = useTicked(clients);
  const { refresh, busy, error: refused } = useRefresh();
  const [failed, setFailed] = useState<unknown>(null);
  const change = useCallback((next: Partial<ClientSearch>) => {
    if ("q" in next && next.q === undefined) setTyped("");
    void navigate({ search: (before) => ({ ...before, ...next }), replace: true });
  }, [navigate]);
  const onSort = useCallback((sort: ClientSearch["sort"]) => change({ sort }), [change]);
  useEffect(() => {
    const leave = (event: KeyboardEvent) => {
      if (event.key === "Escape" && !event.defaultPrevented && !behindDialog()) clear();
    };
    window.addEventListener("keydown", leave);
    return () => window.removeEventListener("keydown", leave);
  }, [clear]);

  const facets = first?.facets;
  const view = search.view ?? "all";
  const nobody = facets?.all === 0 && facets.draft === 0 && facets.archived === 0;
  const takeAway = () => download(exportPath(search), "text/csv", "clients.csv").catch(setFailed);
  const start = () =>
    void refresh(chosen.map(({ id }) => id)).then((run) => navigate({ to: "/imports/$runId", params: { runId: run.id } }), () => undefined);
  const fact = facets && !nobody ? `${plural(facets.all, "client")}${facets.new ? `, ${count(facets.new)} new` : ""}` : undefined;
  return (
    <div className="flex min-h-0 flex-1 flex-col gap-3 px-5 pt-4 pb-5">
      <PageHeader title="Clients" fact={fact} actions={
        <>
          {!nobody && <Button icon={<Download size={16} aria-hidden />} onClick={() => void takeAway()}>Export CSV</Button>}
          <Button look="primary" icon={<Plus size={16} aria-hidden />} render={<Link to="/connect" />}>Add clients</Button>
        </>
      } />
      {Boolean(refused ?? failed) && <InlineError error={refused ?? failed} />}
      {list.error && <InlineError error={list.error} onRetry={() => void list.refetch()} />}
      {nobody ? (
        <div className="rounded-xl border border-line bg-surface">
          <EmptyState icon={<Users size={18} aria-hidden />} title="Add your first clients" actions={<Button size="sm" render={<Link to="/connect" />}>Connect Xero</Button>}>
            Sign in to Xero, tick the organisations you look after, and bring them in together.
          </EmptyState>
        </div>
      ) : (
        <div className="flex min-h-0 flex-1 flex-col overflow-hidden rounded-xl border border-line bg-surface">
          <div className="shrink-0 overflow-x-auto border-b border-line px-2.5 py-2">
            <Segmented label="Views" value={view} onChange={(key) => change({ view: key === "all" ? undefined : key })}
              options={VIEWS.map(({ key, label, facet }) => ({ value: key, label, count: facets?.[facet] }))} />
          </div>
          {chosen.length > 0 ? (
            <Selection clients={chosen} hidden={hidden} refresh={start} refreshing={busy} clear={clear} />
          ) : (
            <div className="flex min-h-12 flex-wrap items-center gap-2 border-b border-line px-2.5 py-2">
              <SearchInput label="Filter clients" value={typed} onChange={(value) => { setTyped(value); change({ q: value.trim() ? value : undefined }); }} />
              <Suspense fallback={<Skeleton className="h-7.5 w-80" />}><Filters search={search} tags={facets?.tags ?? []} change={change} /></Suspense>
              {first && <p className="num ml-auto px-1 text-13 text-muted">{first.total === facets?.all || view !== "all" ? "" : `${count(first.total)} of ${count(facets?.all)}`}</p>}
            </div>
          )}
          {!list.data && !list.error && <SkeletonRows rows={12} label="Reading clients" />}
          <p role="status" className="sr-only">{first ? `${plural(first.total, "client")} shown` : ""}</p>
          {first && clients.length === 0 && <Nothing search={search} change={change} />}
          {clients.length > 0 && <ClientsTable clients={clients} total={first?.total ?? clients.length} sort={search.sort} onSort={onSort} onEnd={list.more} ticks={ticks} now={now} />}
        </div>
      )}
    </div>
  );
}

const EMPTY_VIEW: Partial<Record<NonNullable<ClientSearch["view"]>, string>> = {
  mine: "You manage no clients yet.",
  new: "No client is new since you last looked.",
  at_risk: "No client is at risk.",
  no_manager: "Every client has an account manager.",
  needs_action: "Nothing needs action.",
  linked: "No client is linked to Xero Practice Manager.",
  not_linked: "Every client is linked to Xero Practice Manager.",
  draft: "There are no drafts.",
  archived: "No client is archived.",
};

function Nothing({ search, change }: { search: ClientSearch; change: (next: Partial<ClientSearch>) => void }) {
  const words = search.q ? `Nothing matches “${search.q}”.` : filtered(search) ? "No client matches these filters." : (EMPTY_VIEW[search.view ?? "all"] ?? "No clients here.");
  return (
    <EmptyState icon={<Users size={18} aria-hidden />} title={words}
      action={filtered(search) ? { label: "Clear filters", run: () => change({ q: undefined, manager: undefined, tag: undefined, band: undefined }) } : { label: "Show all clients", run: () => change({ view: undefined }) }} />
  );
}
