import { createFileRoute } from "@tanstack/react-router";

import { Step } from "@/features/xpm/Step";
import { StructuresStep } from "@/features/xpm/StructuresStep";

export const Route = createFileRoute("/_app/configure/integrations/xpm/imports/$importId/structures")({
  staticData: { title: "Import structures" },
  component: Structures,
});

function Structures() {
  const { importId } = Route.useParams();
  return <Step importId={importId}>{(one) => <StructuresStep one={one} />}</Step>;
}
