import { useQuery } from "@tanstack/react-query";
import { createFileRoute } from "@tanstack/react-router";
import { Gauge } from "lucide-react";

import { listCleanUpOptions } from "@/api/generated/queries/checks.gen";
import { asProblem } from "@/api/problems";
import { CleanUpList } from "@/features/checks/CleanUpList";
import { EmptyState } from "@/ui/EmptyState";
import { InlineError } from "@/ui/InlineError";
import { Skeleton } from "@/ui/Skeleton";

export const Route = createFileRoute("/_app/clients/$clientId/checks/")({ component: CleanUp });

function CleanUp() {
  const { clientId } = Route.useParams();
  const { data, error, refetch } = useQuery(listCleanUpOptions({ path: { client_id: clientId } }));
  if (error && asProblem(error).status === 404) {
    return (
      <div className="rounded-xl border border-line bg-surface">
        <EmptyState icon={<Gauge size={18} aria-hidden />} title="Not checked yet">
          The checks run after the first import.
        </EmptyState>
      </div>
    );
  }
  if (error) return <InlineError error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton className="h-96" />;
  return <CleanUpList clientId={clientId} rows={data.items} checkedAt={null} all />;
}
