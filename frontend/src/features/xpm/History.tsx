/** Every import there was, with the report of each row's outcome. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { CircleAlert, CircleCheck, Download, LoaderCircle, Undo2 } from "lucide-react";
import { useState } from "react";

import { download } from "@/api/download";
import type { XpmImport } from "@/api/generated";
import { listXpmImportsOptions } from "@/api/generated/queries/xpm.gen";
import { count, moment } from "@/lib/format";
import { IconButton } from "@/ui/IconButton";
import { InlineError } from "@/ui/InlineError";
import { ListTable, type Column } from "@/ui/ListTable";
import { Pill } from "@/ui/Pill";
import { SkeletonRows } from "@/ui/Skeleton";

import { outcomeWords, STATE_WORD } from "./words";

function StatePill({ state }: Pick<XpmImport, "state">) {
  const words = STATE_WORD[state];
  if (state === "applied") return <Pill tone="ok" icon={<CircleCheck size={13} aria-hidden />}>{words}</Pill>;
  if (state === "failed") return <Pill tone="bad" icon={<CircleAlert size={13} aria-hidden />}>{words}</Pill>;
  if (state === "undone") return <Pill icon={<Undo2 size={13} aria-hidden />}>{words}</Pill>;
  if (state === "ready") return <Pill tone="accent">{words}</Pill>;
  return <Pill tone="accent" icon={<LoaderCircle size={13} aria-hidden />}>{words}</Pill>;
}

function results(one: XpmImport): string {
  if (one.applied_at) return outcomeWords(one.counts) || "Nothing changed";
  return one.fetched_at ? `${count(one.counts["staff"])} staff, ${count(one.counts["clients"])} clients, ${count(one.counts["entities"])} entities read` : "–";
}

export function History() {
  const { data, error, refetch } = useQuery(listXpmImportsOptions({ query: { limit: 50 } }));
  const [failed, setFailed] = useState<unknown>(null);
  const take = (one: XpmImport) => void download(`/api/v1/xpm/imports/${one.id}/report`, "text/csv", `xpm-import-${one.created_at.slice(0, 10)}.csv`).catch(setFailed);
  const columns: Column<XpmImport>[] = [
    { key: "started", title: "Started", cell: (one) => <Link to="/configure/integrations/xpm/imports/$importId" params={{ importId: one.id }} className="num font-medium text-link hover:underline">{moment(one.created_at)}</Link> },
    { key: "source", title: "From", cell: (one) => (one.source === "report" ? "A report" : one.practice) },
    { key: "state", title: "State", cell: (one) => <StatePill state={one.state} /> },
    { key: "results", title: "Results", className: "w-full max-sm:hidden", cell: (one) => <span className="num text-muted">{results(one)}</span> },
    { key: "by", title: "Started by", className: "max-md:hidden", cell: (one) => one.started_by },
    { key: "report", title: "Report", quiet: true, cell: (one) => (one.applied_at ? <IconButton size="sm" label="Download the report" icon={<Download size={15} aria-hidden />} onClick={() => take(one)} /> : null) },
  ];
  if (!data && !error) return <SkeletonRows rows={3} label="Reading earlier imports" />;
  if (data && data.items.length === 0) return null;
  return (
    <section aria-labelledby="history" className="overflow-hidden rounded-xl border border-line bg-surface">
      <h2 id="history" className="m-0 px-4 pt-3 pb-2 text-14 font-semibold">Imports</h2>
      {error ? <InlineError error={error} onRetry={() => void refetch()} className="m-3" /> : null}
      {failed ? <InlineError error={failed} className="m-3" /> : null}
      {data ? <ListTable label="Imports from Xero Practice Manager" columns={columns} rows={data.items} total={data.total} /> : null}
    </section>
  );
}
