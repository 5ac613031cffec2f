import { useQuery } from "@tanstack/react-query";
import { createFileRoute } from "@tanstack/react-router";
import { TrendingUp } from "lucide-react";
import { useCallback, useMemo, useState } from "react";

import type { ScorePoint, Scores } from "@/api/generated";
import { listScoresOptions, readScoreOptions } from "@/api/generated/queries/scores.gen";
import { NotJudged } from "@/features/checks/NotJudged";
import { isRun, rowsOf, stepsOf, type Row, type Step } from "@/features/checks/scoreRows";
import { WhyChanged } from "@/features/checks/WhyChanged";
import { BAND_WORD } from "@/lib/bands";
import { day, dayAndTime, plural } from "@/lib/format";
import { text, type RawSearch } from "@/lib/url";
import { EmptyState } from "@/ui/EmptyState";
import { InlineError } from "@/ui/InlineError";
import { LINK } from "@/ui/Link";
import { ListTable, type Column } from "@/ui/ListTable";
import { Select } from "@/ui/Select";
import { Skeleton } from "@/ui/Skeleton";
import { ScoreBar } from "@/viz/ScoreBar";
import { ScoreHistory } from "@/viz/ScoreHistory";

interface Search {
  from?: string;
  to?: string;
}

export const Route = createFileRoute("/_app/clients/$clientId/history")({
  validateSearch: (raw: RawSearch): Search => ({ from: text(raw["from"]), to: text(raw["to"]) }),
  component: History,
});

interface Averaged extends Step {
  average: number | null;
}

function moved(change: number | null): string {
  if (change === null) return "First score";
  if (change === 0) return "No change";
  return `${change > 0 ? "Up" : "Down"} ${Math.abs(change)}`;
}

const month = (at: string) => at.slice(0, 7);

/** The average of the score's own month, if that month is over; the latest one before it otherwise. */
function averageAt(at: string, average: Scores["average"]): number | null {
  return average.findLast((one) => month(one.month) <= month(at))?.value ?? null;
}

/** The last score and the last different one before it, as the server takes them when none is named. */
function lastChange(points: readonly ScorePoint[]): [string | undefined, string | undefined] {
  const last = points.at(-1);
  return [points.findLast(({ value }) => value !== last?.value)?.id, last?.id];
}

function History() {
  const { clientId } = Route.useParams();
  const search = Route.useSearch();
  const navigate = Route.useNavigate();
  const path = { client_id: clientId };
  const { data, error, refetch } = useQuery(listScoresOptions({ path }));
  const { data: score } = useQuery(readScoreOptions({ path }));
  const points = useMemo(() => data?.items.toSorted((a, b) => a.at.localeCompare(b.at)) ?? [], [data]);
  const compare = useCallback((from: string | undefined, to: string | undefined) => void navigate({ search: { from, to }, replace: true, resetScroll: false }), [navigate]);
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set());
  const rows = useMemo(() => {
    const steps = stepsOf(points).map((step): Averaged => ({ ...step, average: averageAt(step.at, data?.average ?? []) }));
    return rowsOf(steps, opened);
  }, [points, data, opened]);
  const turn = useCallback((id: string) => setOpened((before) => new Set(before.has(id) ? [...before].filter((one) => one !== id) : [...before, id])), []);
  const columns = useMemo<Column<Row<Averaged>>[]>(() => [
    {
      key: "at", title: "Scored", cell: (row) => (
        <span className="num">
          {isRun(row) && day(row.since) !== day(row.at) && <><time dateTime={row.since}>{day(row.since)}</time>{" to "}</>}
          <time dateTime={row.at}>{dayAndTime(row.at)}</time>
        </span>
      ),
    },
    { key: "score", title: "Health score", className: "min-w-32", cell: ({ value, band }) => <ScoreBar value={value} band={band} /> },
    { key: "band", title: "Band", className: "min-w-36", cell: ({ band }) => BAND_WORD[band] },
    { key: "average", title: "Practice average", align: "right", cell: ({ average }) => average ?? "–" },
    { key: "change", title: "Change", cell: (row) => <span className="num text-muted">{isRun(row) ? `No change in ${plural(row.n, "score")}` : moved(row.change)}</span> },
    {
      key: "why", title: "Why", quiet: true, className: "w-full", cell: (row) => {
        const { id, before, change, at } = row;
        if (isRun(row)) return <button type="button" className={LINK} aria-expanded={opened.has(id)} onClick={() => turn(id)}>{opened.has(id) ? "Hide" : "Show"} all<span className="sr-only"> {plural(row.n, "score")} from {day(row.since)}</span></button>;
        return before && change ? <button type="button" className={LINK} onClick={() => compare(before, id)}>Why?<span className="sr-only"> {moved(change)} on {day(at)}</span></button> : null;
      },
    },
  ], [compare, opened, turn]);
  if (error) return <InlineError error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton className="h-64" />;
  if (points.length === 0) {
    return (
      <div className="rounded-xl border border-line bg-surface">
        <EmptyState icon={<TrendingUp size={18} aria-hidden />} title="No scores yet">Every import adds one here.</EmptyState>
      </div>
    );
  }
  const [lastFrom, lastTo] = lastChange(points);
  const to = search.to ?? lastTo;
  const from = search.from ?? (search.to ? points[points.findIndex(({ id }) => id === search.to) - 1]?.id : lastFrom);
  // A point becomes the later end; one before the earlier end becomes the earlier.
  const pick = (id: string) => {
    const place = (of: string | undefined) => points.findIndex((point) => point.id === of);
    if (place(id) < place(from)) compare(id, to);
    else if (place(id) > place(from)) compare(from, id);
  };
  const choices = points.toReversed().map(({ id, at, value }) => ({ value: id, label: `${value} on ${dayAndTime(at)}` }));
  return (
    <div className="grid grid-cols-1 gap-4">
      <section aria-labelledby="why" className="overflow-hidden rounded-xl border border-line bg-surface">
        <div className="flex min-h-12 flex-wrap items-center gap-2 px-4 py-2">
          <h2 id="why" className="mr-auto text-13 font-semibold">Why did it change</h2>
          {points.length > 1 && (
            <>
              <Select size="sm" label="From" value={from ?? ""} options={from ? choices : [{ value: "", label: "Choose a score" }, ...choices]} onChange={(id) => compare(id, to)} />
              <span className="text-13 text-muted">to</span>
              <Select size="sm" label="To" value={to ?? ""} options={choices} onChange={(id) => compare(from, id)} />
            </>
          )}
        </div>
        {from && to && from !== to ? <WhyChanged clientId={clientId} from={from} to={to} /> : <EmptyState title="Nothing to compare yet">{points.length > 1 ? "The score never changed. Choose two scores to compare them anyway." : "The next import brings a second score."}</EmptyState>}
      </section>
      <section aria-labelledby="over-time" className="rounded-xl border border-line bg-surface p-4">
        <div className="mb-2 flex flex-wrap items-baseline gap-x-4">
          <h2 id="over-time" className="text-13 font-semibold">Health score over time</h2>
          <p className="text-12 text-muted">Solid: this client. {data.average.length > 0 && "Dashed: the practice's average at month ends. "}{points.length > 1 && "Choose a point to compare it."}</p>
        </div>
        <ScoreHistory points={points} average={data.average} between={[from, to]} onPick={pick} />
      </section>
      <NotJudged clientId={clientId} rows={score?.not_judged ?? []} />
      <section aria-label="All scores" className="overflow-hidden rounded-xl border border-line bg-surface">
        <p className="num px-4 py-2.5 text-13 text-muted">{plural(points.length, "score")}, the newest first</p>
        <ListTable label="Scores" columns={columns} rows={rows} />
      </section>
    </div>
  );
}
