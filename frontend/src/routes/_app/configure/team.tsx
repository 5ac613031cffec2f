import { useQuery } from "@tanstack/react-query";
import { createFileRoute } from "@tanstack/react-router";
import { UsersRound } from "lucide-react";

import { listInvitationsOptions, listMembersOptions } from "@/api/generated/queries/team.gen";
import { useMayDo } from "@/api/me";
import { Invitations } from "@/features/settings/Invitations";
import { InviteDialog } from "@/features/settings/InviteDialog";
import { Members } from "@/features/settings/Members";
import { plural } from "@/lib/format";
import { InlineError } from "@/ui/InlineError";
import { PageHeader } from "@/ui/PageHeader";
import { SkeletonRows } from "@/ui/Skeleton";

export const Route = createFileRoute("/_app/configure/team")({
  staticData: { title: "Team", nav: { label: "Team", icon: UsersRound, order: 20, group: "configure" } },
  component: Team,
});

function Team() {
  const mayInvite = useMayDo("inviteUser");
  const mayChange = useMayDo("changeMember");
  const mayRemove = useMayDo("removeMember");
  const mayRead = useMayDo("listInvitations");
  const mayWithdraw = useMayDo("withdrawInvitation");
  const { data, error, refetch } = useQuery(listMembersOptions());
  const invitations = useQuery({ ...listInvitationsOptions(), enabled: mayRead });
  const members = (data?.items ?? []).filter(({ state }) => state === "active");
  return (
    <div className="flex flex-col gap-3 px-5 pt-4 pb-6">
      <PageHeader title="Team" fact={data ? plural(members.length, "member") : undefined} actions={mayInvite && <InviteDialog />} />
      {error && <InlineError error={error} onRetry={() => void refetch()} />}
      {!data && !error && <SkeletonRows rows={6} label="Reading the team" />}
      {data && <Members members={members} mayChange={mayChange} mayRemove={mayRemove} />}
      {invitations.error && <InlineError error={invitations.error} />}
      <Invitations invitations={invitations.data?.items ?? []} mayWithdraw={mayWithdraw} />
    </div>
  );
}
