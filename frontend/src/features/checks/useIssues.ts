/** The records behind one check, and setting them aside with a reason. */
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";

import { dismissIssuesMutation, listIssuesInfiniteOptions, reopenIssuesMutation } from "@/api/generated/@tanstack/react-query.gen";
import { plural } from "@/lib/format";
import { toast } from "@/ui/Toast";

import type { IssueState } from "./issueStates";

const TOUCHED = ["listIssues", "listCleanUp", "readScore", "listScores", "readClient", "listClients", "listActivity"];

export function useIssues(client_id: string, code: string, state: IssueState) {
  return useInfiniteQuery({
    ...listIssuesInfiniteOptions({ path: { client_id, code }, query: { state, limit: 200 } }),
    initialPageParam: { path: { client_id, code } },
    getNextPageParam: ({ next_cursor }) => next_cursor,
    placeholderData: (previous) => previous,
  });
}

export function useIssueVerbs(client_id: string) {
  const cache = useQueryClient();
  const onSuccess = () => cache.invalidateQueries({ predicate: ({ queryKey }) => TOUCHED.includes((queryKey[0] as { _id?: string })?._id ?? "") });
  const dismissal = useMutation({ ...dismissIssuesMutation(), onSuccess });
  const reopening = useMutation({ ...reopenIssuesMutation(), onSuccess });
  const path = { client_id };
  return {
    dismiss: async (issue_ids: string[], reason: string) => {
      await dismissal.mutateAsync({ path, body: { issue_ids, reason } });
      toast(`${plural(issue_ids.length, "issue")} dismissed`, { action: { label: "Undo", run: () => reopening.mutate({ path, body: { issue_ids } }) } });
    },
    reopen: async (issue_ids: string[]) => {
      await reopening.mutateAsync({ path, body: { issue_ids } });
      toast(`${plural(issue_ids.length, "issue")} reopened`);
    },
    dismissing: dismissal.isPending,
    reopening: reopening.isPending,
    error: dismissal.error ?? reopening.error,
    reset: () => {
      dismissal.reset();
      reopening.reset();
    },
  };
}
