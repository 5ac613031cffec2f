import { createFileRoute } from "@tanstack/react-router";
import { Gauge } from "lucide-react";
import { useState } from "react";

import { useMayDo } from "@/api/me";
import { ProfilesTable } from "@/features/profiles/ProfilesTable";
import { Rules } from "@/features/profiles/Rules";
import { useProfiles } from "@/features/profiles/useProfiles";
import { InlineError } from "@/ui/InlineError";
import { PageHeader } from "@/ui/PageHeader";
import { SkeletonRows } from "@/ui/Skeleton";

export const Route = createFileRoute("/_app/configure/score/")({
  staticData: { title: "Score settings", nav: { label: "Health score", icon: Gauge, order: 35, group: "configure" } },
  component: ScoreSettings,
});

function ScoreSettings() {
  const mayChange = useMayDo("changeProfile");
  const mayRemove = useMayDo("removeRule");
  const { data, error, refetch } = useProfiles();
  const [failed, setFailed] = useState<unknown>(null);
  return (
    <div className="flex flex-col gap-4 px-5 pt-4 pb-6">
      <PageHeader title="Score settings" fact="What each check weighs, for which clients, and where its line is drawn." />
      {Boolean(failed) && <InlineError error={failed} />}
      <div className="overflow-hidden rounded-xl border border-line bg-surface">
        {error && <InlineError error={error} onRetry={() => void refetch()} className="m-3" />}
        {!data && !error && <SkeletonRows rows={3} label="Reading profiles" />}
        {data && <ProfilesTable profiles={data.items} mayChange={mayChange} onError={setFailed} />}
      </div>
      <Rules mayChange={mayRemove} />
    </div>
  );
}
