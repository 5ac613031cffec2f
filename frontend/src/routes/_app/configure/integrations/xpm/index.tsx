import { createFileRoute } from "@tanstack/react-router";

import { ManagePage } from "@/features/xpm/ManagePage";

export const Route = createFileRoute("/_app/configure/integrations/xpm/")({
  staticData: { title: "Xero Practice Manager" },
  component: ManagePage,
});
