import { useQuery } from "@tanstack/react-query";
import { createFileRoute, Navigate } from "@tanstack/react-router";

import { listImportRunsOptions } from "@/api/generated/queries/imports.gen";
import { InlineError } from "@/ui/InlineError";
import { Spinner } from "@/ui/Spinner";

/**
 * Where Xero sends back someone who reconnected because imports had stopped. What stood still for want of the sign-in
 * goes on by itself; here they are brought to where they see it go on.
 */
export const Route = createFileRoute("/_app/connect_/importing")({
  staticData: { title: "Continuing the imports" },
  component: Continuing,
});

const RUNS_LOOKED_AT = 10;

function Continuing() {
  const { data, error, refetch } = useQuery({ ...listImportRunsOptions({ query: { limit: RUNS_LOOKED_AT } }), staleTime: 0 });
  const run = data && (data.items.find(({ counts }) => counts.needs_action > 0) ?? data.items.find(({ state }) => state !== "finished"));
  if (run) return <Navigate to="/imports/$runId" params={{ runId: run.id }} replace />;
  if (data) return <Navigate to="/configure/connections" replace />;
  return (
    <div className="flex flex-col gap-3 px-5 pt-4">
      <h1 tabIndex={-1} className="text-20 font-semibold tracking-tight">
        Continuing the imports
      </h1>
      {error ? (
        <InlineError error={error} onRetry={() => void refetch()} />
      ) : (
        <p role="status" className="flex items-center gap-2 text-13 text-muted">
          <Spinner /> Xero is connected again. What had stopped goes on.
        </p>
      )}
    </div>
  );
}
