/** The import of one client while it runs, seen from the client's own page. */
import { useQueries, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";

import { listImportRunsOptions, listImportsOptions } from "@/api/generated/queries/imports.gen";
import type { Import } from "@/api/generated";
import { count, timeLeft } from "@/lib/format";
import { LINK } from "@/ui/Link";
import { Bar } from "@/viz/ScoreBar";

import { stageWords, statusWords } from "./progress";

const LOOK_AGAIN_MS = 5000;

function useClientImport(clientId: string, name: string): Import | undefined {
  const { data: runs } = useQuery(listImportRunsOptions({ query: { limit: 10 } }));
  const open = (runs?.items ?? []).filter(({ state }) => state !== "finished").slice(0, 3);
  const lists = useQueries({
    queries: open.map(({ id }) => ({ ...listImportsOptions({ path: { run_id: id }, query: { q: name, limit: 50 } }), refetchInterval: LOOK_AGAIN_MS })),
  });
  return lists.flatMap(({ data }) => data?.items ?? []).find((one) => one.client_id === clientId);
}

export function ClientImport({ clientId, name, state }: { clientId: string; name: string; state: string }) {
  const one = useClientImport(clientId, name);
  const left = one ? timeLeft(one.seconds_left) : null;
  const reading = one?.state === "importing" || one?.state === "scoring";
  return (
    <section aria-label="Import" className="rounded-xl border border-line bg-surface p-4 text-13">
      <div className="flex flex-wrap items-baseline gap-x-4 gap-y-1">
        <h2 className="text-13 font-semibold">{one ? (reading ? stageWords(one) : statusWords(one)) : state}</h2>
        {one && one.documents > 0 && (
          <span className="num text-muted">
            {one.documents_total ? `${count(one.documents)} of ${count(one.documents_total)} documents` : `${count(one.documents)} documents`}
          </span>
        )}
        {left && <strong className="ml-auto font-semibold">{left}</strong>}
        {one && (
          <Link to="/imports/$runId" params={{ runId: one.run_id }} search={{ import: one.id }} className={left ? LINK : `${LINK} ml-auto`}>
            Open import
          </Link>
        )}
      </div>
      <div className="mt-2" role="progressbar" aria-label={`Import of ${name}`} aria-valuemin={0} aria-valuemax={100} aria-valuenow={one?.percent ?? 0}>
        <Bar percent={one?.percent ?? 0} tone="accent" />
      </div>
      <p className="mt-2 text-muted">You can leave this page. The import goes on by itself.</p>
    </section>
  );
}
