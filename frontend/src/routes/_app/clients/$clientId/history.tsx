import { useQuery } from "@tanstack/react-query";
import { createFileRoute } from "@tanstack/react-router";
import { TrendingUp } from "lucide-react";

import type { ScorePoint } from "@/api/generated";
import { listScoresOptions } from "@/api/generated/@tanstack/react-query.gen";
import { BAND_WORD } from "@/lib/bands";
import { dayAndTime, plural } from "@/lib/format";
import { EmptyState } from "@/ui/EmptyState";
import { InlineError } from "@/ui/InlineError";
import { ListTable, type Column } from "@/ui/ListTable";
import { Skeleton } from "@/ui/Skeleton";
import { ScoreBar } from "@/viz/ScoreBar";
import { ScoreHistory } from "@/viz/ScoreHistory";

export const Route = createFileRoute("/_app/clients/$clientId/history")({ component: History });

interface Step extends ScorePoint {
  id: string;
  change: number | null;
}

function moved(change: number | null): string {
  if (change === null) return "First score";
  if (change === 0) return "No change";
  return `${change > 0 ? "Up" : "Down"} ${Math.abs(change)}`;
}

const COLUMNS: readonly Column<Step>[] = [
  { key: "at", title: "Scored", cell: ({ at }) => <time dateTime={at} className="num">{dayAndTime(at)}</time> },
  { key: "score", title: "Health score", className: "min-w-32", cell: ({ value, band }) => <ScoreBar value={value} band={band} /> },
  { key: "band", title: "Band", className: "min-w-36", cell: ({ band }) => BAND_WORD[band] },
  { key: "change", title: "Change", className: "w-full", cell: ({ change }) => <span className="num text-muted">{moved(change)}</span> },
];

function History() {
  const { clientId } = Route.useParams();
  const { data, error, refetch } = useQuery(listScoresOptions({ path: { client_id: clientId } }));
  if (error) return <InlineError error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton className="h-64" />;
  const points = data.items.toSorted((a, b) => a.at.localeCompare(b.at));
  if (points.length === 0) {
    return (
      <div className="rounded-xl border border-line bg-surface">
        <EmptyState icon={<TrendingUp size={18} aria-hidden />} title="No scores yet">Every import adds one here.</EmptyState>
      </div>
    );
  }
  const steps = points.map((point, i): Step => ({ ...point, id: point.at, change: i === 0 ? null : point.value - (points[i - 1]?.value ?? 0) })).toReversed();
  return (
    <div className="grid gap-4">
      <section aria-labelledby="over-time" className="rounded-xl border border-line bg-surface p-4">
        <h2 id="over-time" className="mb-2 text-13 font-semibold">
          Health score over time
        </h2>
        <ScoreHistory points={points} />
      </section>
      <section aria-label="All scores" className="overflow-hidden rounded-xl border border-line bg-surface">
        <p className="num px-4 py-2.5 text-13 text-muted">{plural(points.length, "score")}, the newest first</p>
        <ListTable label="Scores" columns={COLUMNS} rows={steps} />
      </section>
    </div>
  );
}
