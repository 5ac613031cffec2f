import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { createFileRoute, Link } from "@tanstack/react-router";
import { Plus, RefreshCw } from "lucide-react";

import { listImportRunsOptions } from "@/api/generated/queries/imports.gen";
import type { ImportRun } from "@/api/generated";
import { RunsTable } from "@/features/imports/RunsTable";
import { plural } from "@/lib/format";
import { oneOf, type RawSearch } from "@/lib/url";
import { Button } from "@/ui/Button";
import { EmptyState } from "@/ui/EmptyState";
import { InlineError } from "@/ui/InlineError";
import { PageHeader } from "@/ui/PageHeader";
import { Segmented } from "@/ui/Segmented";
import { SkeletonRows } from "@/ui/Skeleton";

type Shown = "started" | "nightly" | "all";

/** What people started is what they look for; the nights are there to be looked up. */
const SHOWN: readonly { value: Shown; label: string; kinds: ImportRun["kind"][] }[] = [
  { value: "started", label: "Started by people", kinds: ["import", "sync"] },
  { value: "nightly", label: "By night", kinds: ["night", "sweep"] },
  { value: "all", label: "All", kinds: [] },
];

export const Route = createFileRoute("/_app/imports/")({
  staticData: { title: "Imports", nav: { label: "Imports", icon: RefreshCw, order: 30, count: "imports_running" } },
  validateSearch: (raw: RawSearch): { show?: Shown } => ({ show: oneOf(raw["show"], SHOWN.map(({ value }) => value)) }),
  component: Imports,
});

function Imports() {
  const { show = "started" } = Route.useSearch();
  const navigate = Route.useNavigate();
  const kind = SHOWN.find(({ value }) => value === show)?.kinds ?? [];
  const { data, error, refetch } = useQuery({ ...listImportRunsOptions({ query: { limit: 200, ...(kind.length > 0 && { kind }) } }), placeholderData: keepPreviousData });
  const add = (
    <Button look="primary" icon={<Plus size={16} aria-hidden />} render={<Link to="/connect" />}>
      Add clients
    </Button>
  );
  return (
    <div className="flex flex-col gap-3 px-5 pt-4 pb-6">
      <PageHeader title="Imports" fact={data && data.total > 0 ? `${plural(data.total, "import")} so far` : undefined} actions={add} />
      <Segmented label="Which imports" value={show} options={SHOWN} onChange={(value) => void navigate({ search: { show: value === "started" ? undefined : value }, replace: true })} />
      {error && <InlineError error={error} onRetry={() => void refetch()} />}
      {!data && !error && <SkeletonRows rows={6} />}
      {data && (
        <div className="overflow-hidden rounded-xl border border-line bg-surface">
          {data.items.length > 0 ? (
            <RunsTable runs={data.items} total={data.total} />
          ) : show === "nightly" ? (
            <EmptyState icon={<RefreshCw size={18} aria-hidden />} title="No night has passed yet">
              Between 1 and 5 in the morning each client is refreshed, unless the firm&rsquo;s settings say otherwise.
            </EmptyState>
          ) : (
            <EmptyState icon={<RefreshCw size={18} aria-hidden />} title="No imports yet" actions={<Button size="sm" render={<Link to="/connect" />}>Add clients</Button>}>
              Connect Xero and choose the organisations to bring in. Each import is kept here.
            </EmptyState>
          )}
        </div>
      )}
    </div>
  );
}
