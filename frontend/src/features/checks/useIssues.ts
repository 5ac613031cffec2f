/** The records behind one check, and what a person decides about them; every decision can be taken back. */
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";

import { dismissIssuesMutation, listIssuesInfiniteOptions, reopenIssuesMutation, snoozeIssuesMutation, undoIssueChangeMutation } from "@/api/generated/queries/checks.gen";
import { rereadIssueMutation } from "@/api/generated/queries/fixes.gen";
import { whatIfMutation } from "@/api/generated/queries/scores.gen";
import { asProblem } from "@/api/problems";
import type { Changed } from "@/api/generated";
import { day, plural } from "@/lib/format";
import { useDebounced } from "@/lib/useDebounced";
import { toast } from "@/ui/Toast";

import type { Scope } from "./DismissDialog";
import type { IssueSort, IssueState } from "./issueStates";

const TOUCHED = ["listIssues", "listFixes", "listCleanUp", "readScore", "listScores", "explainChange", "whatIf", "readClient", "listClients", "listActivity", "listRules", "readSuggestion", "listHealth", "readHealthSummary"];

export function useRefetchIssues() {
  const cache = useQueryClient();
  return () => cache.invalidateQueries({ predicate: ({ queryKey }) => TOUCHED.includes((queryKey[0] as { _id?: string })?._id ?? "") });
}

export function useIssues(client_id: string, code: string, state: IssueState, q: string, sort: IssueSort | undefined) {
  return useInfiniteQuery({
    ...listIssuesInfiniteOptions({ path: { client_id, code }, query: { state, limit: 200, ...(q && { q }), ...(sort && { sort }) } }),
    initialPageParam: { path: { client_id, code } },
    getNextPageParam: ({ next_cursor }) => next_cursor,
    placeholderData: (previous) => previous,
    select: ({ pages }) => ({ issues: pages.flatMap(({ items }) => items), total: pages[0]?.total ?? 0 }),
  });
}

/** The most issues one question may name. */
const MOST = 1000;

/** What the score would be without these issues; asked again when the selection stands still. */
export function useWhatIf(client_id: string, issue_ids: readonly string[], codes: readonly string[] = []) {
  const key = useMemo(() => [[...issue_ids].toSorted().join(), codes.join()].join("|"), [issue_ids, codes]);
  const settled = useDebounced(key, 250);
  const ask = useMutation(whatIfMutation());
  return useQuery({
    queryKey: [{ _id: "whatIf", client_id }, settled],
    queryFn: () => ask.mutateAsync({ path: { client_id }, body: { issue_ids: [...issue_ids], codes: [...codes] } }),
    enabled: settled === key && key !== "|" && issue_ids.length <= MOST,
    staleTime: 60_000,
    retry: false,
  }).data;
}

export function useIssueVerbs(client_id: string) {
  const onSuccess = useRefetchIssues();
  const path = { client_id };
  const dismissal = useMutation({ ...dismissIssuesMutation(), onSuccess });
  const snooze = useMutation({ ...snoozeIssuesMutation(), onSuccess });
  const reopening = useMutation({ ...reopenIssuesMutation(), onSuccess });
  const reread = useMutation({ ...rereadIssueMutation(), onSuccess });
  const undoing = useMutation({
    ...undoIssueChangeMutation(),
    onSuccess,
    onError: (error) => toast(asProblem(error).title, { detail: asProblem(error).detail ?? undefined }),
  });
  const said = (words: string, { undo, also, updated }: Changed) =>
    toast(words, { detail: also ? `${plural(also, "more issue")} went with ${updated === 1 ? "it" : "them"}.` : undefined, action: { label: "Undo", run: () => undoing.mutate({ path: { ...path, undo } }) } });
  const all = [dismissal, snooze, reopening, reread];
  return {
    dismiss: async (issue_ids: string[], reason: string, scope: Scope) => {
      const done = await dismissal.mutateAsync({ path, body: { issue_ids, reason, scope } });
      said(`${plural(done.updated, "issue")} set aside`, done);
    },
    snooze: async (issue_ids: string[], until: string) => {
      const done = await snooze.mutateAsync({ path, body: { issue_ids, until } });
      said(`${plural(done.updated, "issue")} snoozed until ${day(until)}`, done);
    },
    reopen: async (issue_ids: string[]) => {
      const done = await reopening.mutateAsync({ path, body: { issue_ids } });
      said(`${plural(done.updated, "issue")} reopened`, done);
    },
    reread: async (issue_id: string) => {
      const { changed, state } = await reread.mutateAsync({ path: { ...path, issue_id } });
      toast(changed ? "Read again: it changed in Xero" : "Read again: nothing changed in Xero", { detail: state === "resolved" ? "The issue is resolved." : undefined });
    },
    rereading: reread.isPending ? reread.variables.path.issue_id : null,
    busy: dismissal.isPending || snooze.isPending || reopening.isPending,
    error: all.find(({ error }) => error)?.error ?? null,
    reset: () => all.forEach((one) => one.reset()),
  };
}
