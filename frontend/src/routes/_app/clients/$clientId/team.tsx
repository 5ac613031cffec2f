import { useQuery } from "@tanstack/react-query";
import { createFileRoute } from "@tanstack/react-router";

import { readClientOptions } from "@/api/generated/queries/clients.gen";
import { TeamPage } from "@/features/clients/team/TeamPage";

export const Route = createFileRoute("/_app/clients/$clientId/team")({ component: Team });

function Team() {
  const { clientId } = Route.useParams();
  const { data: client } = useQuery(readClientOptions({ path: { client_id: clientId } }));
  return client ? <TeamPage key={clientId} client={client} /> : null;
}
