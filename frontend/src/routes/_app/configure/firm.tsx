import { useQuery } from "@tanstack/react-query";
import { createFileRoute } from "@tanstack/react-router";
import { Building2 } from "lucide-react";

import { readBundleOptions, readFirmOptions } from "@/api/generated/queries/firm.gen";
import { useMayDo } from "@/api/me";
import { FirmForm } from "@/features/settings/FirmForm";
import { InlineError } from "@/ui/InlineError";
import { PageHeader } from "@/ui/PageHeader";
import { Skeleton } from "@/ui/Skeleton";

export const Route = createFileRoute("/_app/configure/firm")({
  staticData: { title: "Firm", nav: { label: "Firm", icon: Building2, order: 30, group: "configure" } },
  component: FirmSettings,
});

function FirmSettings() {
  const mayChange = useMayDo("changeFirm");
  const { data, error, refetch } = useQuery(readFirmOptions());
  const bundle = useQuery(readBundleOptions());
  return (
    <div className="flex flex-col gap-3 px-5 pt-4 pb-6">
      <PageHeader title="Firm" fact="Name, time zone, and what new clients start with." />
      {error && <InlineError error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Skeleton className="h-96 max-w-160" />}
      {data && <FirmForm key={data.id} firm={data} bundle={bundle.data} mayChange={mayChange} />}
    </div>
  );
}
