import { useQuery } from "@tanstack/react-query";
import { createFileRoute, Link } from "@tanstack/react-router";
import { CloudDownload, FileText, PencilLine, UsersRound } from "lucide-react";

import { useMayDo } from "@/api/me";
import { asProblem } from "@/api/problems";
import type { ClientDetail } from "@/api/generated";
import { listCleanUpOptions } from "@/api/generated/queries/checks.gen";
import { readClientOptions } from "@/api/generated/queries/clients.gen";
import { listScoresOptions, readScoreOptions } from "@/api/generated/queries/scores.gen";
import { CleanUpList } from "@/features/checks/CleanUpList";
import { ScoreCard } from "@/features/checks/ScoreCard";
import { ScoreParts } from "@/features/checks/ScoreParts";
import { KeyFacts } from "@/features/clients/KeyFacts";
import { useRefresh } from "@/features/clients/useClients";
import { IMPORTING_WORD, readable } from "@/features/clients/words";
import { useExport } from "@/features/exports/useExport";
import { SealCard } from "@/features/seals/SealCard";
import { ClientImport } from "@/features/imports/ClientImport";
import { Remedy } from "@/features/imports/Remedy";
import { dayAndTime } from "@/lib/format";
import { Banner } from "@/ui/Banner";
import { Button } from "@/ui/Button";
import { EmptyState } from "@/ui/EmptyState";
import { InlineError } from "@/ui/InlineError";
import { Skeleton } from "@/ui/Skeleton";

export const Route = createFileRoute("/_app/clients/$clientId/")({ component: Overview });

function Overview() {
  const { clientId } = Route.useParams();
  const { data: client } = useQuery(readClientOptions({ path: { client_id: clientId } }));
  const { refresh, busy } = useRefresh();
  if (!client) return null;
  const start = () => void refresh([clientId]).catch(() => undefined);
  return (
    <div className="flex flex-col gap-4">
      {client.importing && <ClientImport clientId={clientId} name={client.name} state={IMPORTING_WORD[client.importing]} />}
      {client.import_problem && !client.importing && (
        <Banner tone="bad" title={client.last_imported_at ? "Last refresh failed." : "The import stopped."}
          action={<Remedy problem={client.import_problem} about={client.name} retry={start} retrying={busy} />}>
          {client.import_problem.title}. {client.import_problem.detail} {client.last_imported_at && `Showing data from ${dayAndTime(client.last_imported_at)}.`}
        </Banner>
      )}
      {client.last_imported_at ? <Judged client={client} /> : <NotImported client={client} start={start} busy={busy} />}
    </div>
  );
}

function NotImported({ client, start, busy }: { client: ClientDetail; start: () => void; busy: boolean }) {
  if (client.importing) return null;
  const draft = client.state === "draft";
  return (
    <div className="grid items-start gap-4 md:grid-cols-[minmax(0,1fr)_21rem]">
      <div className="rounded-xl border border-line bg-surface">
        {client.tenant_id === null ? (
          <EmptyState icon={<UsersRound size={18} aria-hidden />} title="No books in Xero" actions={<Button size="sm" render={<Link to="/clients/$clientId/team" params={{ clientId: client.id }} />}>Show the team section</Button>}>
            What is known of this client, and who is who around it, stands in its team section.
          </EmptyState>
        ) : draft ? (
          <EmptyState icon={<PencilLine size={18} aria-hidden />} title="This client is a draft" actions={<Button size="sm" look="primary" render={<Link to="/connect" />}>Continue adding clients</Button>}>
            Set its visibility and account managers, then import it.
          </EmptyState>
        ) : (
          <EmptyState icon={<CloudDownload size={18} aria-hidden />} title="Not imported yet"
            actions={readable(client.connection) ? <Button size="sm" look="primary" busy={busy} onClick={start}>Import now</Button> : undefined}>
            {readable(client.connection) ? "Its books have not been read, so there is no score." : "Connect this organisation in Xero to read its books."}
          </EmptyState>
        )}
      </div>
      {client.tenant_id === null ? null : <KeyFacts client={client} />}
    </div>
  );
}

function Judged({ client }: { client: ClientDetail }) {
  const path = { client_id: client.id };
  const score = useQuery(readScoreOptions({ path }));
  const points = useQuery(listScoresOptions({ path }));
  const checks = useQuery(listCleanUpOptions({ path }));
  const maySeal = useMayDo("sealPeriod");
  const maySeeSeals = useMayDo("listSeals");
  const unscored = score.error && asProblem(score.error).status === 404;
  return (
    <div className="grid items-start gap-4 md:grid-cols-[21rem_minmax(0,1fr)]">
      {/* On a phone the order is: the score, what to clean up, then its workings. */}
      <div className="grid grid-cols-1 gap-4 max-md:contents">
        <div className="max-md:-order-2">
          {score.data ? (
            <ScoreCard clientId={client.id} score={score.data} points={points.data?.items ?? []} checks={checks.data?.items ?? []}>
              <Report client={client} />
            </ScoreCard>
          ) : unscored ? (
            <div className="rounded-xl border border-line bg-surface">
              <EmptyState title="Not scored yet">The books are here; the score follows in a moment.</EmptyState>
            </div>
          ) : score.error ? (
            <InlineError error={score.error} onRetry={() => void score.refetch()} />
          ) : (
            <Skeleton className="h-52" />
          )}
        </div>
        {score.data ? <ScoreParts score={score.data} /> : !score.error && <Skeleton className="h-96" />}
        {maySeeSeals && <SealCard clientId={client.id} currency={client.currency} mayChange={maySeal} />}
        <KeyFacts client={client} />
      </div>
      <div className="max-md:-order-1">
        {checks.data ? (
          <CleanUpList clientId={client.id} rows={checks.data.items} checkedAt={score.data?.scored_at ?? client.last_imported_at} />
        ) : checks.error ? (
          <InlineError error={checks.error} onRetry={() => void checks.refetch()} />
        ) : (
          <Skeleton className="h-96" />
        )}
      </div>
    </div>
  );
}

/** The score with its workings as a page one would send. */
function Report({ client }: { client: ClientDetail }) {
  const file = useExport();
  return (
    <div className="mt-3 grid justify-items-start gap-2">
      <Button size="sm" icon={<FileText size={14} aria-hidden />} busy={file.busy} onClick={() => file.start({ kind: "health_report_pdf", params: { client_id: client.id } }, "Preparing the health report")}>Health report (PDF)</Button>
      {file.error && <InlineError error={file.error} />}
    </div>
  );
}
