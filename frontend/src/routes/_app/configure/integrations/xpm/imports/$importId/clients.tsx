import { createFileRoute } from "@tanstack/react-router";

import { rowsSearch } from "@/features/xpm/list";
import { RowsStep } from "@/features/xpm/RowsStep";
import { Step } from "@/features/xpm/Step";

export const Route = createFileRoute("/_app/configure/integrations/xpm/imports/$importId/clients")({
  staticData: { title: "Import clients" },
  validateSearch: rowsSearch,
  component: Clients,
});

function Clients() {
  const { importId } = Route.useParams();
  const search = Route.useSearch();
  const navigate = Route.useNavigate();
  return (
    <Step importId={importId}>
      {(one) => <RowsStep key={importId} one={one} step="clients" search={search} change={(next) => void navigate({ search: (before) => ({ ...before, ...next }), replace: true })} />}
    </Step>
  );
}
