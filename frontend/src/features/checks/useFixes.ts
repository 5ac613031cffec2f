/** Corrections that were written to Xero from here, and taking one back for as long as that is possible. */
import { useMutation, useQuery } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";

import type { Fix } from "@/api/generated";
import { listFixesOptions, undoFixMutation } from "@/api/generated/queries/fixes.gen";
import { asProblem } from "@/api/problems";
import { toast } from "@/ui/Toast";

import { useRefetchIssues } from "./useIssues";

const EVERY_MS = 1000;
const NONE: readonly Fix[] = [];

const underWay = (fixes: readonly Fix[]) => fixes.filter(({ state }) => state === "writing" || state === "undoing").length;

export function useFixes(client_id: string, enabled: boolean) {
  const refetch = useRefetchIssues();
  const path = { client_id };
  const { data } = useQuery({ ...listFixesOptions({ path }), enabled, refetchInterval: ({ state }) => (underWay(state.data?.items ?? NONE) > 0 ? EVERY_MS : false) });
  const fixes = data?.items ?? NONE;
  const waiting = underWay(fixes);
  // Xero has answered: the issue is open again, or the reason why not stands in the list.
  useEffect(() => void (enabled && refetch()), [waiting]);
  const undo = useMutation({
    ...undoFixMutation(),
    onSuccess: () => { toast("Being put back in Xero"); return refetch(); },
    onError: (error) => toast(asProblem(error).title, { detail: asProblem(error).detail ?? undefined }),
  });
  const { mutate } = undo;
  const going = undo.isPending ? undo.variables.path.fix_id : null;
  // The newest correction of an issue comes first.
  const known = useMemo(() => new Map(fixes.toReversed().map((fix) => [fix.issue_id, fix])), [fixes]);
  return useMemo(() => ({
    of: (issue_id: string) => known.get(issue_id),
    undo: ({ id }: Fix) => mutate({ path: { client_id, fix_id: id } }),
    busy: (fix: Fix) => fix.id === going || fix.state === "undoing",
  }), [known, mutate, going, client_id]);
}
