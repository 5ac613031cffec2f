import { useQueries, useQuery } from "@tanstack/react-query";
import { createFileRoute, Link } from "@tanstack/react-router";
import { House } from "lucide-react";

import { useMe } from "@/api/me";
import { listClientsOptions } from "@/api/generated/queries/clients.gen";
import { listConnectionsOptions } from "@/api/generated/queries/connections.gen";
import { listImportRunsOptions } from "@/api/generated/queries/imports.gen";
import { listTenantsOptions } from "@/api/generated/queries/tenants.gen";
import { Lowest, Newest } from "@/features/home/ClientLists";
import { FirstSteps } from "@/features/home/FirstSteps";
import { NeedsAction } from "@/features/home/NeedsAction";
import { RunningImports } from "@/features/home/RunningImports";
import { BANDS, type Band } from "@/lib/bands";
import { plural } from "@/lib/format";
import { InlineError } from "@/ui/InlineError";
import { LINK } from "@/ui/Link";
import { PageHeader } from "@/ui/PageHeader";
import { Skeleton } from "@/ui/Skeleton";
import { Distribution } from "@/viz/Distribution";

export const Route = createFileRoute("/_app/")({
  staticData: { title: "Home", nav: { label: "Home", icon: House, order: 10 } },
  component: Home,
});

const FEW = 10;

function Home() {
  const { firm } = useMe();
  const runs = useQuery(listImportRunsOptions({ query: { limit: 20, kind: ["import", "sync"] } }));
  const lowest = useQuery(listClientsOptions({ query: { sort: "score", limit: FEW } }));
  const newest = useQuery(listClientsOptions({ query: { view: "new", sort: "-last_imported", limit: FEW } }));
  const connections = useQuery(listConnectionsOptions());
  const tenants = useQuery(listTenantsOptions({ query: { limit: 1 } }));
  const facets = lowest.data?.facets;
  if (lowest.error && !lowest.data) return <div className="p-5"><InlineError error={lowest.error} onRetry={() => void lowest.refetch()} /></div>;
  if (!facets || !runs.data) return <Waiting />;

  const fresh = facets.all - facets.draft <= 0 && runs.data.total === 0;
  const running = runs.data.items.filter(({ state }) => state !== "finished");
  const scored = lowest.data?.items.filter(({ score }) => score.value !== null) ?? [];
  return (
    <div className="flex flex-col gap-4 px-5 pt-4 pb-6">
      <PageHeader title={firm?.name ?? "Home"} fact={fresh ? "Three steps and your clients are in." : `${plural(facets.all, "client")}, ${facets.at_risk} at risk, ${facets.new} new`} />
      {fresh ? (
        <FirstSteps done={{ connected: (connections.data?.total ?? 0) > 0 || (tenants.data?.total ?? 0) > 0, added: facets.all > 0 || facets.draft > 0, imported: false }} />
      ) : (
        <>
          <RunningImports runs={running} />
          <NeedsAction facets={facets} />
          <div className="grid grid-cols-1 items-start gap-4 md:grid-cols-[22rem_minmax(0,1fr)]">
            <Bands />
            <Lowest clients={scored} />
          </div>
          <Newest clients={newest.data?.items ?? []} />
        </>
      )}
    </div>
  );
}

/** Each band is counted by the list itself, so the figure and the list it leads to never differ. */
function Bands() {
  const counted = useQueries({ queries: BANDS.map((band) => listClientsOptions({ query: { band, limit: 1 } })) });
  const failed = counted.find(({ error }) => error);
  const bands = Object.fromEntries(BANDS.map((band, i) => [band, counted[i]?.data?.total ?? 0])) as Record<Band, number>;
  return (
    <section aria-labelledby="practice-health" className="rounded-xl border border-line bg-surface p-4">
      <h2 id="practice-health" className="mb-3 text-13 font-semibold">
        Practice health
      </h2>
      {failed?.error ? (
        <InlineError error={failed.error} />
      ) : (
        <Distribution bands={bands} link={(band, word) => <Link to="/clients" search={{ band }} className={LINK}>{word}</Link>} />
      )}
    </section>
  );
}

function Waiting() {
  return (
    <div role="status" aria-label="Reading" className="grid gap-4 p-5">
      <h1 tabIndex={-1} className="sr-only">Home</h1>
      <Skeleton className="h-8 w-64" />
      <Skeleton className="h-28" />
      <Skeleton className="h-72" />
    </div>
  );
}
