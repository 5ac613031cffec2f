import { createFileRoute } from "@tanstack/react-router";
import { RotateCw } from "lucide-react";
import { useCallback, useState, useDeferredValue } from "react";

import type { ImportRun } from "@/api/generated";
import { useStream } from "@/api/stream";
import { Causes } from "@/features/imports/Causes";
import { ImportDrawer } from "@/features/imports/ImportDrawer";
import { ImportsTable } from "@/features/imports/ImportsTable";
import { Lanes } from "@/features/imports/Lanes";
import { runTitle, statesOf, TAB_KEYS, tabCount, TABS, type Tab } from "@/features/imports/progress";
import { Review } from "@/features/imports/Review";
import { RunActions } from "@/features/imports/RunActions";
import { RunOverall } from "@/features/imports/RunOverall";
import { useItems, useLanes, useRun, useRunAloud, useRunVerbs } from "@/features/imports/useRun";
import { moment } from "@/lib/format";
import { oneOf, text, type RawSearch } from "@/lib/url";
import { useNow } from "@/lib/useNow";
import { Button } from "@/ui/Button";
import { InlineError } from "@/ui/InlineError";
import { PageHeader } from "@/ui/PageHeader";
import { SearchInput } from "@/ui/SearchInput";
import { Segmented } from "@/ui/Segmented";
import { Skeleton, SkeletonRows } from "@/ui/Skeleton";

interface Search {
  tab?: Tab;
  q?: string;
  import?: string;
}

export const Route = createFileRoute("/_app/imports/$runId")({
  staticData: { title: "Import" },
  validateSearch: (raw: RawSearch): Search => ({ tab: oneOf(raw["tab"], TAB_KEYS), q: text(raw["q"]), import: text(raw["import"]) }),
  component: Run,
});

function leaveSafe(run: ImportRun): string {
  const started = `Started ${moment(run.started_at)} by ${run.started_by}.`;
  if (run.finished_at) return `${started} Finished ${moment(run.finished_at)}.`;
  if (run.state === "paused") return `${started} The imports in progress finish; the others wait until you resume.`;
  if (run.kind === "import") return `${started} You can leave this page. We will email you when the import is done.`;
  return run.kind === "sync" ? `${started} You can leave this page; it goes on by itself.` : `Begun by itself ${moment(run.started_at)}. What changed in Xero is read and scored.`;
}

function Run() {
  const { runId } = Route.useParams();
  const search = Route.useSearch();
  const navigate = Route.useNavigate();
  const { data: run, error, refetch } = useRun(runId);
  const live = run !== undefined && run.state !== "finished";
  const now = useNow(1000, live);
  const lanes = useLanes(runId, live);
  const verbs = useRunVerbs(runId);
  const aloud = useRunAloud(run);
  const open = useCallback((id: string | undefined) => void navigate({ search: (before) => ({ ...before, import: id }), replace: true }), [navigate]);

  if (error && !run) return <div className="p-5"><InlineError error={error} onRetry={() => void refetch()} /></div>;
  if (!run) return <Loading />;
  const atWork = lanes.some((lane) => lane !== null) || run.counts.queued > 0;
  return (
    <div className="flex flex-1 flex-col gap-3.5 px-5 pt-4 pb-5">
      <PageHeader title={runTitle(run)} fact={leaveSafe(run)} actions={<RunActions run={run} {...verbs} />}>
        <Reconnecting />
      </PageHeader>
      <p role="status" className="sr-only">
        {aloud}
      </p>
      {verbs.error && <InlineError error={verbs.error} />}
      <RunOverall run={run} now={now} />
      <Causes causes={run.causes} retry={verbs.retry} retrying={verbs.retrying} />
      {live && atWork && <Lanes lanes={lanes} now={now} paused={run.state === "paused"} open={open} />}
      {run.state === "finished" && <Review run={run} />}
      <Items run={run} search={search} open={open} retry={verbs.retry} retrying={verbs.retrying} retryAll={() => verbs.retry(null)}
        change={(next) => void navigate({ search: (before) => ({ ...before, ...next }), replace: true })} />
      <ImportDrawer importId={search.import} close={() => open(undefined)} retry={verbs.retry} retrying={verbs.retrying} />
    </div>
  );
}

interface ItemsProps {
  run: ImportRun;
  search: Search;
  open: (id: string) => void;
  retry: (ids: string[]) => void;
  retrying: boolean;
  retryAll: () => void;
  change: (next: Partial<Search>) => void;
}

function Items({ run, search, open, retry, retrying, retryAll, change }: ItemsProps) {
  const tab = search.tab ?? "all";
  const [typed, setTyped] = useState(search.q ?? "");
  const q = useDeferredValue(typed.trim());
  const list = useItems(run.id, statesOf(tab), q, run.state !== "finished");
  const shown = TABS.filter(({ key }) => key === "all" || key === tab || tabCount(key, run.counts) > 0);
  const attention = tabCount("attention", run.counts);
  return (
    <section aria-labelledby="all-imports" className="flex min-h-64 flex-col overflow-hidden rounded-xl border border-line bg-surface">
      <h2 id="all-imports" className="sr-only">
        Clients in this import
      </h2>
      <div className="flex min-h-12 flex-wrap items-center gap-2 border-b border-line px-2.5 py-2 sm:flex-nowrap">
        <SearchInput label="Filter clients" className="shrink" value={typed} onChange={(value) => { setTyped(value); change({ q: value.trim() || undefined }); }} />
        <div className="min-w-0 flex-1 overflow-x-auto">
          <Segmented label="Imports by state" value={tab} onChange={(key) => change({ tab: key === "all" ? undefined : key })}
            options={shown.map(({ key, label }) => ({ value: key, label, count: tabCount(key, run.counts) }))} />
        </div>
        {attention > 0 && (
          <Button size="sm" busy={retrying} onClick={retryAll} icon={<RotateCw size={14} aria-hidden />}>
            Retry all failed
          </Button>
        )}
      </div>
      {list.error && <InlineError error={list.error} onRetry={() => void list.refetch()} className="m-3" />}
      {!list.read && !list.error && <SkeletonRows rows={8} />}
      {list.read && list.imports.length === 0 && (
        <p className="p-8 text-center text-13 text-muted">
          {q ? `Nothing matches “${q}”. ` : "No import is in this state now. "}
          <button type="button" className="font-medium text-link hover:underline" onClick={() => { setTyped(""); change({ q: undefined, tab: undefined }); }}>
            {q ? "Clear the filter" : "Show all"}
          </button>
        </p>
      )}
      {list.imports.length > 0 && <ImportsTable imports={list.imports} total={list.total} onEnd={list.more} open={open} retry={retry} retrying={retrying} />}
    </section>
  );
}

function Reconnecting() {
  return useStream() === "reconnecting" ? <p className="text-12 text-muted">Reconnecting. The numbers may be a few seconds old.</p> : null;
}

function Loading() {
  return (
    <div role="status" aria-label="Reading the import" className="flex flex-col gap-3.5 p-5">
      <h1 tabIndex={-1} className="sr-only">Import</h1>
      <Skeleton className="h-7 w-72" />
      <Skeleton className="h-28" />
      <Skeleton className="h-28" />
    </div>
  );
}
