/** How far a run is: done of total, the states as one bar, the time left and the pace. */
import { CircleAlert, CircleCheck, CircleSlash, Clock, Gauge, LoaderCircle, Pause, type LucideIcon } from "lucide-react";

import type { ImportRun } from "@/api/generated";
import { count, plural, took } from "@/lib/format";
import { SegmentBar } from "@/viz/SegmentBar";

import { estimateShown, segmentsOf, tabCount } from "./progress";

interface Fact {
  key: string;
  icon: LucideIcon;
  colour: string;
  words: string;
  n: number;
}

function factsOf(run: ImportRun): Fact[] {
  const { counts } = run;
  const attention = tabCount("attention", counts);
  return [
    { key: "done", icon: CircleCheck, colour: "text-ok-fg", words: "scored", n: counts.done },
    { key: "attention", icon: CircleAlert, colour: "text-bad-fg", words: attention === 1 ? "needs action" : "need action", n: attention },
    { key: "importing", icon: LoaderCircle, colour: "text-link", words: "importing", n: counts.importing },
    { key: "scoring", icon: Gauge, colour: "text-link", words: "scoring", n: counts.scoring },
    { key: "waiting", icon: Pause, colour: "text-warn-fg", words: "waiting for Xero", n: counts.waiting },
    { key: "queued", icon: Clock, colour: "text-subtle", words: "queued", n: counts.queued },
    { key: "cancelled", icon: CircleSlash, colour: "text-subtle", words: "cancelled", n: counts.cancelled },
  ].filter(({ n, key }) => n > 0 || key === "done");
}

function pace(run: ImportRun): string | null {
  if (run.state !== "open" || !run.documents_per_second) return null;
  const rate = run.documents_per_second;
  return `${rate >= 10 ? count(Math.round(rate)) : rate.toFixed(1)} documents a second`;
}

export function RunOverall({ run, now }: { run: ImportRun; now: Date }) {
  const left = estimateShown(run, now);
  const { counts } = run;
  const spent = run.finished_at ? (new Date(run.finished_at).getTime() - new Date(run.started_at).getTime()) / 1000 : null;
  return (
    <section aria-label="Overall progress" className="rounded-xl border border-line bg-surface p-4">
      <div className="flex flex-wrap items-baseline gap-x-2 gap-y-1">
        <span className="num text-24 font-semibold">{count(counts.done)}</span>
        <span className="text-muted">of {plural(counts.total, "client")} done</span>
        <span className="ml-auto flex flex-wrap items-baseline gap-x-3 text-13 text-muted">
          {run.state === "paused" && <strong className="text-14 font-semibold text-fg">Paused</strong>}
          {left && <strong className="text-14 font-semibold text-fg">{left}</strong>}
          {run.state === "finished" && spent !== null && <strong className="text-14 font-semibold text-fg">Took {took(spent)}</strong>}
          {pace(run) && <span className="num">{pace(run)}</span>}
          <span className="num">{plural(run.documents, "document")} read</span>
        </span>
      </div>
      <div className="mt-2.5">
        <SegmentBar segments={segmentsOf(counts)} total={counts.total} label="Import progress" />
      </div>
      <ul className="mt-2.5 flex flex-wrap gap-x-5 gap-y-1 text-13">
        {factsOf(run).map(({ key, icon: Icon, colour, words, n }) => (
          <li key={key} className="flex items-center gap-1.5">
            <Icon aria-hidden="true" size={15} className={colour} />
            <span>
              <span className="num font-medium">{count(n)}</span> {words}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
