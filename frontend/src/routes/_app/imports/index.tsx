import { useQuery } from "@tanstack/react-query";
import { createFileRoute, Link } from "@tanstack/react-router";
import { Plus, RefreshCw } from "lucide-react";

import { listImportRunsOptions } from "@/api/generated/@tanstack/react-query.gen";
import { RunsTable } from "@/features/imports/RunsTable";
import { plural } from "@/lib/format";
import { Button } from "@/ui/Button";
import { EmptyState } from "@/ui/EmptyState";
import { InlineError } from "@/ui/InlineError";
import { PageHeader } from "@/ui/PageHeader";
import { SkeletonRows } from "@/ui/Skeleton";

export const Route = createFileRoute("/_app/imports/")({
  staticData: { title: "Imports", nav: { label: "Imports", icon: RefreshCw, order: 30, count: "imports_running" } },
  component: Imports,
});

function Imports() {
  const { data, error, refetch } = useQuery(listImportRunsOptions({ query: { limit: 200 } }));
  const add = (
    <Button look="primary" icon={<Plus size={16} aria-hidden />} render={<Link to="/connect" />}>
      Add clients
    </Button>
  );
  return (
    <div className="flex flex-col gap-3 px-5 pt-4 pb-6">
      <PageHeader title="Imports" fact={data && data.total > 0 ? `${plural(data.total, "import")} so far` : undefined} actions={add} />
      {error && <InlineError error={error} onRetry={() => void refetch()} />}
      {!data && !error && <SkeletonRows rows={6} />}
      {data && (
        <div className="overflow-hidden rounded-xl border border-line bg-surface">
          {data.items.length === 0 ? (
            <EmptyState icon={<RefreshCw size={18} aria-hidden />} title="No imports yet" actions={<Button size="sm" render={<Link to="/connect" />}>Add clients</Button>}>
              Connect Xero and choose the organisations to bring in. Each import is kept here.
            </EmptyState>
          ) : (
            <RunsTable runs={data.items} total={data.total} />
          )}
        </div>
      )}
    </div>
  );
}
