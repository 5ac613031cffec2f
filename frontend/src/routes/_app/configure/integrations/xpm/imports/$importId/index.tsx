import { createFileRoute } from "@tanstack/react-router";

import { ImportPage } from "@/features/xpm/ImportPage";
import { Step } from "@/features/xpm/Step";

export const Route = createFileRoute("/_app/configure/integrations/xpm/imports/$importId/")({
  staticData: { title: "Import from Xero Practice Manager" },
  component: Import,
});

function Import() {
  const { importId } = Route.useParams();
  return (
    <Step importId={importId} whileReading>
      {(one) => <ImportPage one={one} />}
    </Step>
  );
}
