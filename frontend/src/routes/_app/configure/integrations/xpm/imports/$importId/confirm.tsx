import { createFileRoute } from "@tanstack/react-router";

import { Step } from "@/features/xpm/Step";
import { ConfirmStep } from "@/features/xpm/ConfirmStep";

export const Route = createFileRoute("/_app/configure/integrations/xpm/imports/$importId/confirm")({
  staticData: { title: "Import confirm" },
  component: Confirm,
});

function Confirm() {
  const { importId } = Route.useParams();
  return <Step importId={importId}>{(one) => <ConfirmStep one={one} />}</Step>;
}
