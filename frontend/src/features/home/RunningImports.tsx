/** The imports under way, each as one bar. */
import { Link } from "@tanstack/react-router";

import type { ImportRun } from "@/api/generated";
import { count, plural, timeLeft } from "@/lib/format";
import { LINK } from "@/ui/Link";
import { SegmentBar } from "@/viz/SegmentBar";
import type { Segment } from "@/viz/segments";

function segments({ counts }: ImportRun): Segment[] {
  return [
    { key: "done", label: "scored", value: counts.done, tone: "ok" },
    { key: "attention", label: "need action", value: counts.failed + counts.needs_action, tone: "bad" },
    { key: "waiting", label: "waiting for Xero", value: counts.waiting, tone: "warn" },
    { key: "importing", label: "importing", value: counts.importing + counts.scoring, tone: "accent" },
  ];
}

export function RunningImports({ runs }: { runs: readonly ImportRun[] }) {
  if (runs.length === 0) return null;
  return (
    <section aria-labelledby="running" className="rounded-xl border border-line bg-surface p-4">
      <h2 id="running" className="mb-2 text-13 font-semibold">
        Importing
      </h2>
      <ul className="grid gap-4">
        {runs.map((run) => (
          <li key={run.id}>
            <div className="mb-1.5 flex flex-wrap items-baseline gap-x-3 text-13">
              <Link to="/imports/$runId" params={{ runId: run.id }} className={LINK}>
                {plural(run.counts.total, "client")}
              </Link>
              <span className="num text-muted">
                {count(run.counts.done)} of {count(run.counts.total)} done
              </span>
              <strong className="ml-auto font-semibold">{run.state === "paused" ? "Paused" : timeLeft(run.seconds_left)}</strong>
            </div>
            <SegmentBar segments={segments(run)} total={run.counts.total} label="Import" />
          </li>
        ))}
      </ul>
    </section>
  );
}
