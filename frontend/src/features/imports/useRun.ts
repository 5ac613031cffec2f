/** One run as the page needs it: its numbers, the five at work, and what can be done to it. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";

import {
  cancelImportMutation,
  listImportsOptions,
  pauseImportMutation,
  readImportRunOptions,
  readImportRunQueryKey,
  resumeImportMutation,
  retryImportsMutation,
} from "@/api/generated/@tanstack/react-query.gen";
import type { Import, ImportRun } from "@/api/generated";

import { announce, keepLanes, lanesOf, tabTitle, type Told } from "./progress";

/** The stream brings news; this slow look again only covers a stream that went missing. */
const LOOK_AGAIN_MS = 10_000;

export function useRun(runId: string) {
  return useQuery({
    ...readImportRunOptions({ path: { run_id: runId } }),
    refetchInterval: ({ state }) => (state.data && state.data.state === "finished" ? false : LOOK_AGAIN_MS),
  });
}

export function useLanes(runId: string, live: boolean): (Import | null)[] {
  const before = useRef<(Import | null)[]>([]);
  const { data } = useQuery({
    ...listImportsOptions({ path: { run_id: runId }, query: { state: "importing,scoring", limit: 20 } }),
    enabled: live,
    refetchInterval: live ? LOOK_AGAIN_MS : false,
    placeholderData: (previous) => previous,
  });
  const lanes = keepLanes(before.current, lanesOf(live ? (data?.items ?? []) : []));
  useEffect(() => {
    before.current = lanes;
  });
  return lanes;
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
