/** The people of the firm: what each may do, and how to take someone out. */
import { useMutation } from "@tanstack/react-query";
import { useMemo, useState } from "react";

import type { Member } from "@/api/generated";
import { changeMemberMutation, removeMemberMutation } from "@/api/generated/queries/team.gen";
import { ago, count, dayAndTime, plural } from "@/lib/format";
import { AlertDialog } from "@/ui/AlertDialog";
import { Avatar } from "@/ui/Avatar";
import { Button } from "@/ui/Button";
import { InlineError } from "@/ui/InlineError";
import { ListTable, type Column } from "@/ui/ListTable";
import { Select } from "@/ui/Select";

import { ROLE_WORD, ROLES } from "./roles";
import { useRefetch } from "./useRefetch";

export function Members({ members, mayChange, mayRemove }: { members: readonly Member[]; mayChange: boolean; mayRemove: boolean }) {
  const [leaving, setLeaving] = useState<Member | null>(null);
  const refetch = useRefetch("listMembers", "listClients");
  const change = useMutation({ ...changeMemberMutation(), onSettled: () => refetch() });
  const remove = useMutation({ ...removeMemberMutation(), onSuccess: () => { setLeaving(null); return refetch(); } });
  const { mutate, isPending } = change;
  const columns = useMemo<Column<Member>[]>(
    () => [
      {
        key: "name",
        title: "Name",
        className: "w-full max-w-0 min-w-56",
        cell: ({ id, name, email, is_me }) => (
          <span className="flex min-w-0 items-center gap-2.5">
            <Avatar id={id} name={name} />
            <span className="truncate font-medium">{name}{is_me && <span className="font-normal text-muted"> (you)</span>}</span>
            <span className="truncate text-muted">{email}</span>
          </span>
        ),
      },
      {
        key: "role",
        title: "Role",
        cell: (member) =>
          mayChange && !member.is_me ? (
            <Select size="sm" label={`Role of ${member.name}`} value={member.role} disabled={isPending} options={ROLES} className="w-40"
              onChange={(role) => mutate({ path: { member_id: member.id }, body: { role } })} />
          ) : (
            ROLE_WORD[member.role]
          ),
      },
      { key: "clients", title: "Clients managed", align: "right", cell: ({ clients_managed }) => count(clients_managed) },
      { key: "seen", title: "Last here", className: "min-w-32", cell: ({ last_seen_at }) => (last_seen_at ? <time dateTime={last_seen_at} title={dayAndTime(last_seen_at)} className="num text-muted">{ago(last_seen_at)}</time> : <span className="text-subtle">Never</span>) },
      {
        key: "action",
        title: "Action",
        quiet: true,
        align: "right",
        cell: (member) => (mayRemove && !member.is_me ? <Button size="sm" look="ghost" onClick={() => setLeaving(member)} aria-label={`Remove ${member.name}`}>Remove</Button> : null),
      },
    ],
    [mayChange, mayRemove, mutate, isPending],
  );
  return (
    <>
      {change.error && <InlineError error={change.error} />}
      <div className="overflow-hidden rounded-xl border border-line bg-surface">
        <ListTable label="Team" columns={columns} rows={members} />
      </div>
      <AlertDialog
        open={leaving !== null}
        onOpenChange={(open) => { if (!open) { setLeaving(null); remove.reset(); } }}
        title={`Remove ${leaving?.name ?? ""}`}
        description={`Their sessions and API keys end at once. ${leaving?.clients_managed ? `${plural(leaving.clients_managed, "client")} they manage ${leaving.clients_managed === 1 ? "loses" : "lose"} them as account manager.` : "They manage no clients."} What they did stays in the activity list.`}
        confirm="Remove member"
        keep="Keep member"
        busy={remove.isPending}
        error={remove.error}
        onConfirm={() => leaving && remove.mutate({ path: { member_id: leaving.id } })}
      />
    </>
  );
}
