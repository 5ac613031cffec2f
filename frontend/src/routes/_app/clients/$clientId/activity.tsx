import { createFileRoute } from "@tanstack/react-router";

import { ActivityList } from "@/features/activity/ActivityList";

export const Route = createFileRoute("/_app/clients/$clientId/activity")({ component: Activity });

function Activity() {
  return <ActivityList clientId={Route.useParams().clientId} />;
}
