/** Every import of a run: where it stands, what it scored, what it cost, and what to do next. */
import { Link } from "@tanstack/react-router";
import { useMemo } from "react";

import type { Import } from "@/api/generated";
import { count, took } from "@/lib/format";
import { ListTable, type Column } from "@/ui/ListTable";
import { ScoreBar } from "@/viz/ScoreBar";

import { stageWords } from "./progress";
import { Remedy } from "./Remedy";
import { StatusPill } from "./StatusPill";

export interface ImportsTableProps {
  imports: readonly Import[];
  total: number;
  onEnd?: () => void;
  open: (id: string) => void;
  retry: (ids: string[]) => void;
  retrying: boolean;
}

function documents(one: Import): string {
  if (one.state === "queued" && one.documents === 0) return one.documents_total ? count(one.documents_total) : "–";
  const running = one.state === "importing" || one.state === "waiting";
  return running && one.documents_total ? `${count(one.documents)} of ${count(one.documents_total)}` : count(one.documents);
}

function Next({ one, retry, retrying }: { one: Import; retry: (ids: string[]) => void; retrying: boolean }) {
  if (one.state === "done") {
    return (
      <Link to="/clients/$clientId" params={{ clientId: one.client_id }} className="font-medium text-link hover:underline">
        Open client<span className="sr-only"> {one.client_name}</span>
      </Link>
    );
  }
  if (one.state !== "needs_action" && one.state !== "failed" && one.state !== "cancelled") return null;
  return <Remedy look="ghost" problem={one.problem} about={one.client_name} retry={() => retry([one.id])} retrying={retrying} />;
}

export function ImportsTable({ imports, total, onEnd, open, retry, retrying }: ImportsTableProps) {
  const columns = useMemo<Column<Import>[]>(
    () => [
      {
        key: "client",
        title: "Client",
        className: "min-w-44 w-full max-w-0",
        cell: (one) => (
          <button type="button" onClick={() => open(one.id)} className="block max-w-full truncate rounded-sm text-left font-medium hover:underline">
            {one.client_name}
          </button>
        ),
      },
      {
        key: "status",
        title: "Status",
        className: "min-w-60",
        cell: (one) => (
          <span className="flex items-center gap-2">
            <StatusPill one={one} />
            {one.state === "importing" && <span className="text-12 text-muted">{stageWords(one)}</span>}
            {one.problem && (one.state === "needs_action" || one.state === "failed") && (
              <span className="inline-block max-w-44 truncate text-12 text-muted" title={one.problem.detail ?? one.problem.title}>
                {one.problem.title}
              </span>
            )}
          </span>
        ),
      },
      {
        key: "score",
        title: "Health score",
        className: "min-w-32",
        cell: (one) => <ScoreBar value={one.score?.value ?? null} band={one.score?.band ?? "unscored"} provisional={one.score?.provisional} />,
      },
      { key: "documents", title: "Documents", align: "right", className: "min-w-28", cell: documents },
      { key: "calls", title: "Calls", align: "right", className: "max-md:hidden", cell: (one) => (one.calls ? count(one.calls) : "–") },
      { key: "took", title: "Took", align: "right", className: "min-w-24", cell: (one) => took(one.took_seconds) },
      { key: "next", title: "Action", quiet: true, align: "right", cell: (one) => <Next one={one} retry={retry} retrying={retrying} /> },
    ],
    [open, retry, retrying],
  );
  return <ListTable label="Imports of this run" columns={columns} rows={imports} total={total} onEnd={onEnd} />;
}
