import { createFileRoute } from "@tanstack/react-router";

import { Conflicts } from "@/features/clients/team/Conflicts";
import { ManagePage } from "@/features/xpm/ManagePage";

export const Route = createFileRoute("/_app/configure/integrations/xpm/")({
  staticData: { title: "Xero Practice Manager" },
  component: Manage,
});

function Manage() {
  return <ManagePage conflicts={<Conflicts />} />;
}
