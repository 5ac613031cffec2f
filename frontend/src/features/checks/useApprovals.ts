/** Who outside the practice may use a client's books: approving somebody, and taking it back; the server scores the client again. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";

import type { Approval, Issue } from "@/api/generated";
import { approvePersonMutation, listApprovalsOptions, withdrawApprovalMutation } from "@/api/generated/queries/checks.gen";
import { asProblem } from "@/api/problems";
import { plural } from "@/lib/format";
import { toast } from "@/ui/Toast";

/** The check that asks whom the practice knows. */
export const USER_ACCESS = "DQ46";

const TOUCHED = ["listApprovals", "listActivity"];
const NOBODY: readonly Approval[] = [];

/** As the server compares addresses. */
const plain = (email: string) => email.trim().toLowerCase();

/** The address an issue of the check is about; a user without one cannot be approved. */
export function addressOf({ facts }: Issue): string | null {
  const email = facts["email"];
  return typeof email === "string" && email.includes("@") ? plain(email) : null;
}

export function useApprovals(client_id: string, enabled: boolean) {
  const cache = useQueryClient();
  const { data, error, refetch } = useQuery({ ...listApprovalsOptions({ path: { client_id } }), enabled });
  const touch = () => cache.invalidateQueries({ predicate: ({ queryKey }) => TOUCHED.includes((queryKey[0] as { _id?: string })?._id ?? "") });
  const refused = (problem: unknown) => toast(asProblem(problem).title, { detail: asProblem(problem).detail ?? undefined });
  const approving = useMutation({ ...approvePersonMutation(), onSettled: touch });
  const withdrawing = useMutation({ ...withdrawApprovalMutation(), onSettled: touch, onError: refused });
  const { mutateAsync: approve } = approving;
  const { mutateAsync: withdraw } = withdrawing;
  const going = withdrawing.isPending ? withdrawing.variables.path.approval_id : null;
  return useMemo(() => {
    const people = data?.items ?? NOBODY;
    const known = new Set(people.map(({ email }) => email));
    /** Rejects with the server's problem. */
    const approveAll = async (emails: readonly string[]) => {
      const done = await Promise.all(emails.map((email) => approve({ path: { client_id }, body: { email } })));
      toast(done.length === 1 ? `${done[0]?.email} is approved for this client` : `${plural(done.length, "person", "people")} approved for this client`, { detail: "The client is scored again." });
    };
    return {
      people,
      loaded: data !== undefined,
      error,
      refetch,
      has: (email: string) => known.has(plain(email)),
      approveAll,
      /** As `approveAll`; a refusal is told in a toast. */
      approve: (emails: readonly string[], then?: () => void) => void approveAll(emails).then(then, refused),
      takeBack: (one: Approval) =>
        void withdraw({ path: { client_id, approval_id: one.id } }).then(
          () => toast(`${one.email} is no longer approved`, { detail: "The client is scored again.", action: { label: "Undo", run: () => void approveAll([one.email]).catch(refused) } }),
          () => undefined,
        ),
      busy: approving.isPending,
      takingBack: (one: Approval) => one.id === going,
    };
  }, [data, error, refetch, approve, withdraw, approving.isPending, going, client_id]);
}

export type Approvals = ReturnType<typeof useApprovals>;
