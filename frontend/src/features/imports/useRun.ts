/** One run as the page needs it: its numbers, the five at work, and what can be done to it. */
import { useInfiniteQuery, useMutation, useQueries, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";

import { cancelImportMutation, listImportsInfiniteOptions, listImportsOptions, pauseImportMutation, readImportRunOptions, readImportRunQueryKey, resumeImportMutation, retryImportsMutation } from "@/api/generated/queries/imports.gen";
import type { Import, ImportRun } from "@/api/generated";

import { announce, keepLanes, lanesOf, tabTitle, type ImportState, type Told } from "./progress";

/** The stream brings news; this slow look again only covers a stream that went missing. */
const LOOK_AGAIN_MS = 10_000;

export function useRun(runId: string) {
  return useQuery({
    ...readImportRunOptions({ path: { run_id: runId } }),
    refetchInterval: ({ state }) => (state.data && state.data.state === "finished" ? false : LOOK_AGAIN_MS),
  });
}

/** The list takes one state at a time; a lane may be reading or scoring. */
export function useLanes(runId: string, live: boolean): (Import | null)[] {
  const before = useRef<(Import | null)[]>([]);
  const found = useQueries({
    queries: (["importing", "scoring"] as const).map((state) => ({
      ...listImportsOptions({ path: { run_id: runId }, query: { state, limit: 20 } }),
      enabled: live,
      refetchInterval: live ? LOOK_AGAIN_MS : (false as const),
    })),
  });
  const items = new Map(found.flatMap(({ data }) => data?.items ?? []).map((one) => [one.id, one]));
  const lanes = keepLanes(before.current, lanesOf(live ? [...items.values()] : []));
  useEffect(() => {
    before.current = lanes;
  });
  return lanes;
}

/** The imports of one tab; a tab of two states is read as two lists, the second of them short. */
export function useItems(runId: string, states: readonly ImportState[], q: string, live: boolean) {
  const path = { run_id: runId };
  const query = (state: ImportState | undefined) => ({ ...(state && { state }), ...(q && { q }), limit: 500 });
  const [first, second] = states;
  const refetchInterval = live ? 15_000 : (false as const);
  const list = useInfiniteQuery({
    ...listImportsInfiniteOptions({ path, query: query(first) }),
    initialPageParam: { path },
    getNextPageParam: ({ next_cursor }) => next_cursor,
    placeholderData: (previous) => previous,
    refetchInterval,
  });
  const other = useQuery({ ...listImportsOptions({ path, query: query(second) }), enabled: second !== undefined, refetchInterval });
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = list;
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  const rest = second === undefined ? undefined : other.data;
  const imports = useMemo(() => {
    const rows = [...(list.data?.pages.flatMap(({ items }) => items) ?? []), ...(rest?.items ?? [])];
    // A patch may have moved a row to another state before the list was read again.
    return states.length ? rows.filter(({ state }) => states.includes(state)) : rows;
  }, [list.data, rest, states]);
  return {
    imports,
    total: (list.data?.pages[0]?.total ?? 0) + (rest?.total ?? 0),
    read: list.data !== undefined,
    error: list.error ?? other.error,
    refetch: list.refetch,
    more,
  };
}

export function useRunVerbs(runId: string) {
  const cache = useQueryClient();
  const path = { run_id: runId };
  const onSuccess = (run: ImportRun) => {
    cache.setQueryData(readImportRunQueryKey({ path }), run);
    void cache.invalidateQueries({ predicate: ({ queryKey }) => (queryKey[0] as { _id?: string })._id === "listImports" });
  };
  const pause = useMutation({ ...pauseImportMutation(), onSuccess });
  const resume = useMutation({ ...resumeImportMutation(), onSuccess });
  const cancel = useMutation({ ...cancelImportMutation(), onSuccess });
  const retry = useMutation({ ...retryImportsMutation(), onSuccess });
  const { mutate } = retry;
  // Stable, so that the table's rows are not drawn anew with every number that moves above them.
  const retrySome = useCallback((import_ids: string[] | null) => mutate({ path: { run_id: runId }, body: { import_ids } }), [mutate, runId]);
  return {
    pause: () => pause.mutate({ path }),
    resume: () => resume.mutate({ path }),
    cancel: () => cancel.mutateAsync({ path }),
    retry: retrySome,
    pausing: pause.isPending || resume.isPending,
    cancelling: cancel.isPending,
    retrying: retry.isPending,
    error: pause.error ?? resume.error ?? cancel.error ?? retry.error,
  };
}

/** Keeps the window's title in step, and says aloud what is news. */
export function useRunAloud(run: ImportRun | undefined): string {
  const told = useRef<Told>({ quarter: 0, attention: false, state: null });
  const [words, setWords] = useState("");
  useEffect(() => {
    if (!run) return;
    const title = document.title;
    document.title = `${tabTitle(run)} · Bulkhead`;
    const news = announce(run, told.current);
    told.current = news.told;
    if (news.words) setWords(news.words);
    return () => {
      document.title = title;
    };
  }, [run]);
  return words;
}
