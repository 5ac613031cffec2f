import { useQuery } from "@tanstack/react-query";
import { createFileRoute, Link } from "@tanstack/react-router";

import { useMayDo } from "@/api/me";
import { listChecksOptions } from "@/api/generated/queries/checks.gen";
import { ProfileEditor } from "@/features/profiles/ProfileEditor";
import { useProfiles } from "@/features/profiles/useProfiles";
import { EmptyState } from "@/ui/EmptyState";
import { InlineError } from "@/ui/InlineError";
import { LINK } from "@/ui/Link";
import { PageHeader } from "@/ui/PageHeader";
import { Skeleton } from "@/ui/Skeleton";

export const Route = createFileRoute("/_app/configure/score/$profileId")({
  staticData: { title: "Score profile" },
  component: EditProfile,
});

function EditProfile() {
  const { profileId } = Route.useParams();
  const mayEdit = useMayDo("changeProfile");
  const { data, error, refetch } = useProfiles();
  const checks = useQuery({ ...listChecksOptions(), staleTime: Infinity });
  const profile = data?.items.find(({ id }) => id === profileId);
  const failed = error ?? checks.error;
  return (
    <div className="flex flex-col gap-4 px-5 pt-4 pb-6">
      <div>
        <Link to="/configure/score" className={`${LINK} text-13`}>Score settings</Link>
        <PageHeader title={profile?.name ?? "Score profile"} fact={profile && `Version ${profile.version}${profile.is_default ? ", the default" : ""}`} />
      </div>
      {failed && <InlineError error={failed} onRetry={() => { void refetch(); void checks.refetch(); }} />}
      {!failed && (!data || !checks.data) && <div role="status" aria-label="Reading the profile"><Skeleton className="h-96" /></div>}
      {data && !profile && <EmptyState title="This profile is gone">Someone removed it.</EmptyState>}
      {profile && checks.data && (
        <ProfileEditor key={profile.id} profile={profile} checks={checks.data.items} mayEdit={mayEdit} latest={async () => (await refetch()).data?.items.find(({ id }) => id === profileId)} />
      )}
    </div>
  );
}
