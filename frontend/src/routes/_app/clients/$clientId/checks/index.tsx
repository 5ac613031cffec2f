import { useQuery } from "@tanstack/react-query";
import { createFileRoute } from "@tanstack/react-router";

import { listCleanUpOptions } from "@/api/generated/@tanstack/react-query.gen";
import { CleanUpList } from "@/features/checks/CleanUpList";
import { InlineError } from "@/ui/InlineError";
import { Skeleton } from "@/ui/Skeleton";

export const Route = createFileRoute("/_app/clients/$clientId/checks/")({ component: CleanUp });

function CleanUp() {
  const { clientId } = Route.useParams();
  const { data, error, refetch } = useQuery(listCleanUpOptions({ path: { client_id: clientId } }));
  if (error) return <InlineError error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton className="h-96" />;
  return <CleanUpList clientId={clientId} rows={data.items} checkedAt={null} all />;
}
