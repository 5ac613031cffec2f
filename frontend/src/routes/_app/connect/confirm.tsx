import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { createFileRoute, Link, useNavigate } from "@tanstack/react-router";
import { useRef } from "react";

import { idempotencyKey } from "@/api/client";
import type { Client } from "@/api/generated";
import { configureClients } from "@/api/generated/calls/clients.gen";
import { estimateImport, startImport } from "@/api/generated/calls/imports.gen";
import { readBundleOptions } from "@/api/generated/queries/firm.gen";
import { readImportRunQueryKey } from "@/api/generated/queries/imports.gen";
import { useMe } from "@/api/me";
import { useDrafts } from "@/features/connect/lists";
import { VISIBILITY } from "@/features/connect/visibility";
import { WizardFrame } from "@/features/connect/WizardFrame";
import { about, count, plural } from "@/lib/format";
import { Avatar } from "@/ui/Avatar";
import { Button } from "@/ui/Button";
import { EmptyState } from "@/ui/EmptyState";
import { InlineError } from "@/ui/InlineError";
import { Skeleton } from "@/ui/Skeleton";

export const Route = createFileRoute("/_app/connect/confirm")({ component: Confirm });

function Confirm() {
  const { drafts, pending, whole, error, refetch } = useDrafts();
  const me = useMe();
  const cache = useQueryClient();
  const navigate = useNavigate();
  const bundle = useQuery(readBundleOptions());
  const ids = drafts.map((client) => client.id);
  const estimate = useQuery({
    queryKey: [{ _id: "estimateImport", body: ids }],
    queryFn: async () => (await estimateImport({ body: { client_ids: ids } })).data,
    enabled: whole && ids.length > 0,
  });
  // One decision, one key: pressing twice, or again after a lost answer, starts one import.
  const key = useRef(idempotencyKey());
  const start = useMutation({
    mutationFn: async () => {
      await configureClients({ body: { changes: ids.map((id) => ({ id })), ready: true } });
      return (await startImport({ body: { client_ids: ids }, headers: { "idempotency-key": key.current } })).data;
    },
    onSuccess: async (run) => {
      cache.setQueryData(readImportRunQueryKey({ path: { run_id: run.id } }), run);
      await navigate({ to: "/imports/$runId", params: { runId: run.id } });
      void cache.invalidateQueries();
    },
  });

  const n = drafts.length;
  const large = drafts.filter((client) => client.size.band === "large").length;
  const time = estimate.data;
  return (
    <WizardFrame
      step={2}
      fact="A last look. The import starts when you say so."
      facts={{ 0: `${count(n)} chosen`, 1: `${count(drafts.filter((client) => client.managers.length === 0).length)} without a manager` }}
      footer={
        <>
          <Button render={<Link to="/connect/configure">Back</Link>}>Back</Button>
          <span className="flex-1" />
          <Button look="ghost" render={<Link to="/clients">Save and exit</Link>}>
            Save and exit
          </Button>
          {n > 0 ? (
            <Button look="primary" busy={start.isPending || start.isSuccess} onClick={() => start.mutate()}>
              Import {plural(n, "client")}
            </Button>
          ) : null}
        </>
      }
    >
      {error ? <InlineError error={error} onRetry={() => void refetch()} /> : null}
      {start.error ? <InlineError error={start.error} onRetry={() => start.mutate()} /> : null}
      <div className="min-h-0 flex-1 overflow-y-auto">
        {pending ? <Skeleton className="h-60" /> : null}
        {!pending && n === 0 && !error ? (
          <EmptyState title="Nothing is waiting to be imported" actions={<Button size="sm" render={<Link to="/connect/tenants">Choose organisations</Link>}>Choose organisations</Button>}>
            Choose organisations first; they come here with their visibility and account managers.
          </EmptyState>
        ) : null}
        {n > 0 ? (
          <div className="grid grid-cols-1 gap-4 md:grid-cols-2">
            <section className="rounded-xl border border-line bg-surface p-5 md:col-span-2">
              <h2 className="m-0 text-16 font-semibold">Import {plural(n, "client")}</h2>
              <p className="num m-0 mt-1 text-14 text-muted">
                {time ? `${about(time.seconds)} in all, 5 clients at a time.` : estimate.error ? "The time cannot be told yet." : "Working out how long it takes."}
                {time && time.unknown > 0 ? ` The size of ${plural(time.unknown, "client")} is not known yet.` : ""}
              </p>
              <dl className="num m-0 mt-4 grid grid-cols-2 gap-x-6 gap-y-3 text-13 md:grid-cols-4">
                <Fact term="Clients" value={count(n)} />
                <Fact term="Large ones" value={count(large)} />
                <Fact term="Calls to Xero" value={time ? count(time.calls) : "–"} />
                <Fact term="Client bundle" value={bundle.data ? `${count(bundle.data.used)} of ${count(bundle.data.limit)}` : "–"} />
              </dl>
              <p className="m-0 mt-4 text-13 text-muted">You can leave the page while it runs. When it is done, an email goes to {me.user.email}.</p>
            </section>
            <Tally title="Account managers" rows={byManager(drafts)} of={n} />
            <Tally title="Visibility" rows={byVisibility(drafts)} of={n} />
          </div>
        ) : null}
      </div>
    </WizardFrame>
  );
}

function Fact({ term, value }: { term: string; value: string }) {
  return (
    <div>
      <dt className="text-12 text-subtle">{term}</dt>
      <dd className="m-0 text-16 font-semibold">{value}</dd>
    </div>
  );
}

interface Row {
  id: string;
  label: string;
  person?: boolean;
  n: number;
}

function Tally({ title, rows, of }: { title: string; rows: readonly Row[]; of: number }) {
  return (
    <section className="rounded-xl border border-line bg-surface p-4">
      <h2 className="m-0 mb-2 text-13 font-semibold">{title}</h2>
      <ul className="m-0 flex list-none flex-col p-0 text-13">
        {rows.map((row) => (
          <li key={row.id} className="flex h-8 items-center gap-2">
            {row.person ? <Avatar id={row.id} name={row.label} /> : null}
            <span className="min-w-0 flex-1 truncate">{row.label}</span>
            <span aria-hidden className="h-1.5 w-24 overflow-hidden rounded-full bg-active">
              <span className="block h-full rounded-full bg-accent" style={{ width: `${(row.n / of) * 100}%` }} />
            </span>
            <span className="num w-12 text-right text-muted">{count(row.n)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function byManager(drafts: readonly Client[]): Row[] {
  const rows = new Map<string, Row>();
  for (const client of drafts) {
    const lead = client.managers[0];
    const id = lead?.id ?? "none";
    const row = rows.get(id) ?? { id, label: lead?.name ?? "No account manager", person: Boolean(lead), n: 0 };
    row.n += 1;
    rows.set(id, row);
  }
  return [...rows.values()].toSorted((a, b) => b.n - a.n);
}

function byVisibility(drafts: readonly Client[]): Row[] {
  return VISIBILITY.map(({ value, label }) => ({ id: value, label, n: drafts.filter((client) => client.visibility === value).length })).filter((row) => row.n > 0);
}
