import { queryOptions, useQuery, useQueryClient } from "@tanstack/react-query";
import { createFileRoute, Navigate } from "@tanstack/react-router";

import { listImportRuns, readImportRun, retryImports } from "@/api/generated";
import { InlineError } from "@/ui/InlineError";
import { Spinner } from "@/ui/Spinner";

/**
 * Where Xero sends back someone who reconnected because imports had stopped:
 * what stood still for want of the sign-in goes on, and they see it go on.
 */
export const Route = createFileRoute("/_app/connect_/importing")({
  staticData: { title: "Continuing the imports" },
  component: Continuing,
});

const RUNS_LOOKED_AT = 10;

async function continueStopped(): Promise<string | null> {
  const { data: runs } = await listImportRuns({ query: { limit: RUNS_LOOKED_AT }, throwOnError: true });
  let shown: string | null = null;
  for (const { id, counts } of runs.items) {
    if (counts.needs_action === 0) continue;
    const path = { run_id: id };
    const { data: run } = await readImportRun({ path, throwOnError: true });
    const stopped = run.causes.filter(({ problem }) => problem.action?.operation === "reconnect").flatMap(({ import_ids }) => import_ids);
    if (stopped.length === 0) continue;
    await retryImports({ path, body: { import_ids: stopped }, throwOnError: true });
    shown ??= id;
  }
  return shown;
}

function Continuing() {
  const cache = useQueryClient();
  const { data, error, refetch } = useQuery(
    queryOptions({
      queryKey: ["continue-stopped"],
      queryFn: async () => {
        const run = await continueStopped();
        await cache.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== "continue-stopped" });
        return run;
      },
      // Once for each return: looking at this page again starts nothing again.
      staleTime: Infinity,
      gcTime: 0,
      retry: false,
    }),
  );
  if (data) return <Navigate to="/imports/$runId" params={{ runId: data }} replace />;
  if (data === null) return <Navigate to="/configure/connections" replace />;
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
