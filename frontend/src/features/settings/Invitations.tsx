/** People who were asked to join and have not come yet. */
import { useMutation } from "@tanstack/react-query";

import type { Invitation } from "@/api/generated";
import { withdrawInvitationMutation } from "@/api/generated/queries/team.gen";
import { ago, day } from "@/lib/format";
import { Button } from "@/ui/Button";
import { InlineError } from "@/ui/InlineError";

import { ROLE_WORD } from "./roles";
import { useRefetch } from "./useRefetch";

export function Invitations({ invitations, mayWithdraw }: { invitations: readonly Invitation[]; mayWithdraw: boolean }) {
  const refetch = useRefetch("listInvitations");
  const withdraw = useMutation({ ...withdrawInvitationMutation(), onSuccess: () => refetch() });
  if (invitations.length === 0) return null;
  return (
    <section aria-labelledby="invitations" className="rounded-xl border border-line bg-surface px-4 py-3">
      <h2 id="invitations" className="mb-1 text-13 font-semibold">
        Pending invitations
      </h2>
      {withdraw.error && <InlineError error={withdraw.error} />}
      <ul>
        {invitations.map(({ id, email, role, invited_by, created_at, expires_at }) => (
          <li key={id} className="flex flex-wrap items-center gap-x-4 gap-y-1 border-t border-line-subtle py-1.5 text-13 first:border-t-0">
            <span className="min-w-0 flex-1">
              <span className="font-medium">{email}</span> <span className="text-muted">as {ROLE_WORD[role]}</span>
            </span>
            <span className="num text-muted">
              Invited {ago(created_at)} by {invited_by}, until {day(expires_at)}
            </span>
            {mayWithdraw && (
              <Button size="sm" look="ghost" busy={withdraw.isPending && withdraw.variables.path.invitation_id === id} onClick={() => withdraw.mutate({ path: { invitation_id: id } })} aria-label={`Withdraw the invitation of ${email}`}>
                Withdraw
              </Button>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
