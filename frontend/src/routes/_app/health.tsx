import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { createFileRoute, Link } from "@tanstack/react-router";
import { Download, HeartPulse } from "lucide-react";
import { lazy, Suspense, useCallback, useDeferredValue, useEffect, useMemo, useState } from "react";

import { download } from "@/api/download";
import { listChecksOptions } from "@/api/generated/queries/checks.gen";
import { listClientsOptions } from "@/api/generated/queries/clients.gen";
import { listHealthInfiniteOptions } from "@/api/generated/queries/health.gen";
import { useExport } from "@/features/exports/useExport";
import { HealthGrid } from "@/features/health/HealthGrid";
import { healthParams, healthPath, healthQuery, healthSearch, narrowed, turned, type HealthSearch } from "@/features/health/list";
import { Summary } from "@/features/health/Summary";
import { plural } from "@/lib/format";
import { Button } from "@/ui/Button";
import { EmptyState } from "@/ui/EmptyState";
import { InlineError } from "@/ui/InlineError";
import { PageHeader } from "@/ui/PageHeader";
import { SearchInput } from "@/ui/SearchInput";
import { Skeleton, SkeletonRows } from "@/ui/Skeleton";

// Their pickers weigh more than the list: the rows come first.
const Views = lazy(() => import("@/features/health/Views").then((file) => ({ default: file.Views })));
const Filters = lazy(() => import("@/features/clients/Filters").then((file) => ({ default: file.Filters })));

export const Route = createFileRoute("/_app/health")({
  staticData: { title: "Health", nav: { label: "Health", icon: HeartPulse, order: 15 } },
  validateSearch: healthSearch,
  component: Health,
});

const PAGE = 200;

function useGrid(search: HealthSearch) {
  const query = healthQuery(search);
  const list = useInfiniteQuery({
    ...listHealthInfiniteOptions({ query: { ...query, limit: PAGE } }),
    initialPageParam: {},
    getNextPageParam: ({ next_cursor }) => next_cursor,
    placeholderData: (before) => before,
  });
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = list;
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  const rows = useMemo(() => list.data?.pages.flatMap(({ items }) => items) ?? [], [list.data]);
  return { ...list, rows, more, total: list.data?.pages[0]?.total ?? 0 };
}

function Health() {
  const search = Route.useSearch();
  const navigate = Route.useNavigate();
  const [typed, setTyped] = useState(search.q ?? "");
  const list = useGrid({ ...search, q: useDeferredValue(typed.trim()) || undefined });
  const { data: catalogue } = useQuery({ ...listChecksOptions(), staleTime: Infinity });
  const { data: facets } = useQuery(listClientsOptions({ query: { limit: 1 } }));
  const file = useExport();
  const [failed, setFailed] = useState<unknown>(null);
  const show = useCallback((next: HealthSearch) => {
    setTyped(next.q ?? "");
    void navigate({ search: next, replace: true });
  }, [navigate]);
  const change = (next: Partial<HealthSearch>) => show({ ...search, ...next });
  const onSort = useCallback((column: string) => void navigate({ search: (before) => ({ ...before, ...turned(column, before) }), replace: true }), [navigate]);
  // Nobody needs a column in which no client was judged by any check.
  const checks = useMemo(() => {
    const seen = new Set(list.rows.flatMap((row) => Object.keys(row.checks)));
    return (catalogue?.items ?? []).filter(({ code }) => seen.has(code)).map(({ code, title }) => ({ code, title }));
  }, [catalogue, list.rows]);
  useEffect(() => {
    if (!search.q) setTyped("");
  }, [search.q]);
  const nobody = list.data && list.total === 0 && !narrowed(search) && !typed.trim();
  const error = failed ?? file.error;
  return (
    <div className="flex min-h-0 flex-1 flex-col gap-3 px-5 pt-4 pb-5">
      <PageHeader title="Health" fact={list.data ? `${plural(list.total, "client")} by ${plural(checks.length, "check")}` : undefined} actions={!nobody && (
        <>
          <Button icon={<Download size={16} aria-hidden />} onClick={() => { setFailed(null); void download(healthPath(search), "text/csv", "health.csv").catch(setFailed); }}>Export CSV</Button>
          <Button icon={<Download size={16} aria-hidden />} busy={file.busy} onClick={() => file.start({ kind: "health_xlsx", params: healthParams(search) }, "Preparing the spreadsheet")}>Export XLSX</Button>
        </>
      )} />
      {Boolean(error) && <InlineError error={error} />}
      {nobody ? (
        <div className="rounded-xl border border-line bg-surface">
          <EmptyState icon={<HeartPulse size={18} aria-hidden />} title="No clients yet" actions={<Button size="sm" look="primary" render={<Link to="/connect" />}>Add clients</Button>}>
            Import clients, and each stands here with every check.
          </EmptyState>
        </div>
      ) : (
        <>
          <Summary onSort={onSort} />
          <div className="flex min-h-72 flex-1 flex-col overflow-hidden rounded-xl border border-line bg-surface">
            <div className="flex min-h-12 shrink-0 flex-wrap items-center gap-2 border-b border-line px-2.5 py-2">
              <SearchInput label="Filter clients" value={typed} onChange={(value) => { setTyped(value); void navigate({ search: (before) => ({ ...before, q: value.trim() || undefined }), replace: true }); }} />
              <Suspense fallback={<Skeleton className="h-7.5 w-80" />}><Filters search={{ q: search.q, manager: search.manager, tag: search.tag, band: search.band }} tags={facets?.facets.tags ?? []} change={(next) => change(next as Partial<HealthSearch>)} /></Suspense>
              <span className="ml-auto inline-flex items-center gap-2"><Suspense fallback={null}><Views search={search} show={show} /></Suspense></span>
            </div>
            {list.error && <InlineError error={list.error} onRetry={() => void list.refetch()} className="m-3" />}
            {!list.data && !list.error && <SkeletonRows rows={10} label="Reading the clients' health" />}
            <p role="status" className="sr-only">{list.data ? `${plural(list.total, "client")} shown` : ""}</p>
            {list.data && list.rows.length === 0 && <EmptyState title={typed.trim() ? `Nothing matches “${typed.trim()}”.` : "No client matches these filters."} action={{ label: "Clear filters", run: () => change({ q: undefined, tag: undefined, manager: undefined, band: undefined }) }} />}
            {list.rows.length > 0 && <HealthGrid rows={list.rows} total={list.total} checks={checks} search={search} onSort={onSort} onEnd={list.more} />}
          </div>
        </>
      )}
    </div>
  );
}
