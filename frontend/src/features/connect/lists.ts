/** The organisations and drafts the steps work on, read to the end: a tick means all of them, not the first page. */
import { useInfiniteQuery, type InfiniteData } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";

import type { Client, ClientList, TenantList } from "@/api/generated";
import { listClientsInfiniteOptions } from "@/api/generated/queries/clients.gen";
import { listTenantsInfiniteOptions } from "@/api/generated/queries/tenants.gen";

function useRest(query: { hasNextPage: boolean; isFetching: boolean; isError: boolean; fetchNextPage: () => unknown }): void {
  const { hasNextPage, isFetching, isError, fetchNextPage } = query;
  useEffect(() => {
    if (hasNextPage && !isFetching && !isError) void fetchNextPage();
  }, [hasNextPage, isFetching, isError, fetchNextPage]);
}

function firstOf<Page>(data: InfiniteData<Page> | undefined): Page | undefined {
  return data?.pages[0];
}

export function useTenants() {
  const query = useInfiniteQuery({
    ...listTenantsInfiniteOptions({ query: { limit: 500 } }),
    initialPageParam: {},
    getNextPageParam: (last: TenantList) => (last.next_cursor ? { query: { cursor: last.next_cursor, limit: 500 } } : undefined),
  });
  useRest(query);
  const data = query.data;
  const tenants = useMemo(() => data?.pages.flatMap((page) => page.items.filter((tenant) => tenant.kind === "organisation")) ?? [], [data]);
  const first = firstOf(data);
  return { tenants, bundle: first?.bundle, bulk: first?.bulk_connections ?? true, pending: query.isPending, whole: !query.hasNextPage, error: query.error, refetch: query.refetch };
}

export function useDrafts() {
  const query = useInfiniteQuery({
    ...listClientsInfiniteOptions({ query: { view: "draft", limit: 500 } }),
    initialPageParam: {},
    getNextPageParam: (last: ClientList) => (last.next_cursor ? { query: { view: "draft" as const, cursor: last.next_cursor, limit: 500 } } : undefined),
  });
  useRest(query);
  const data = query.data;
  const drafts = useMemo<Client[]>(() => data?.pages.flatMap((page) => page.items) ?? [], [data]);
  return { drafts, tags: firstOf(data)?.facets.tags ?? [], pending: query.isPending, whole: !query.hasNextPage, error: query.error, refetch: query.refetch };
}
