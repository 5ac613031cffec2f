/** Every import run there was, the newest first. */
import { Link } from "@tanstack/react-router";
import { CircleCheck, LoaderCircle, Pause } from "lucide-react";

import type { ImportRun } from "@/api/generated";
import { count, moment, plural, timeLeft, took } from "@/lib/format";
import { ListTable, type Column } from "@/ui/ListTable";
import { Pill } from "@/ui/Pill";
import { SegmentBar } from "@/viz/SegmentBar";

import { KIND_WORD, segmentsOf, tabCount } from "./progress";

function StatePill({ state }: { state: ImportRun["state"] }) {
  if (state === "finished") return <Pill tone="ok" icon={<CircleCheck size={13} aria-hidden />}>Finished</Pill>;
  if (state === "paused") return <Pill tone="warn" icon={<Pause size={13} aria-hidden />}>Paused</Pill>;
  return <Pill tone="accent" icon={<LoaderCircle size={13} aria-hidden />}>Importing</Pill>;
}

function results(run: ImportRun): string {
  const attention = tabCount("attention", run.counts);
  const parts = [`${count(run.counts.done)} of ${count(run.counts.total)} scored`];
  if (attention) parts.push(`${count(attention)} ${attention === 1 ? "needs" : "need"} action`);
  if (run.counts.cancelled) parts.push(`${count(run.counts.cancelled)} cancelled`);
  return parts.join(", ");
}

function spent(run: ImportRun): string {
  if (run.finished_at) return took((Date.parse(run.finished_at) - Date.parse(run.started_at)) / 1000);
  return run.state === "open" ? (timeLeft(run.seconds_left) ?? "–") : "–";
}

const COLUMNS: readonly Column<ImportRun>[] = [
  {
    key: "started",
    title: "Started",
    cell: (run) => (
      <Link to="/imports/$runId" params={{ runId: run.id }} className="num font-medium text-link hover:underline">
        {moment(run.started_at)}
      </Link>
    ),
  },
  { key: "kind", title: "Kind", cell: ({ kind }) => KIND_WORD[kind] },
  { key: "clients", title: "Clients", className: "min-w-24", cell: (run) => <span className="num">{plural(run.counts.total, "client")}</span> },
  { key: "state", title: "State", cell: (run) => <StatePill state={run.state} /> },
  {
    key: "progress",
    title: "Progress",
    className: "min-w-40 max-md:hidden",
    cell: (run) => <SegmentBar segments={segmentsOf(run.counts)} total={run.counts.total} label="Import" height={6} />,
  },
  { key: "results", title: "Results", className: "w-full", cell: (run) => <span className="num text-muted">{results(run)}</span> },
  { key: "by", title: "Started by", cell: (run) => run.started_by },
  { key: "documents", title: "Documents", align: "right", className: "max-lg:hidden", cell: (run) => count(run.documents) },
  { key: "took", title: "Took", align: "right", cell: spent },
];

export function RunsTable({ runs, total }: { runs: readonly ImportRun[]; total: number }) {
  return <ListTable label="Imports" columns={COLUMNS} rows={runs} total={total} />;
}
