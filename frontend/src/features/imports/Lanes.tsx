/** The five imports at work. Small clients are never held up behind a large one, so each lane stands for itself. */
import type { Import } from "@/api/generated";
import { count, percent, secondsSince, took } from "@/lib/format";
import { Bar } from "@/viz/ScoreBar";

import { stageWords } from "./progress";

function documents(one: Import): string | null {
  if (one.documents === 0) return null;
  return one.documents_total ? `${count(one.documents)} of ${count(one.documents_total)}` : count(one.documents);
}

function Lane({ one, now, open }: { one: Import; now: Date; open: (id: string) => void }) {
  const read = documents(one);
  return (
    <>
      <h3 className="truncate text-13 font-semibold">
        <button type="button" className="max-w-full truncate rounded-sm text-left hover:underline" onClick={() => open(one.id)} title={one.client_name}>
          {one.client_name}
        </button>
      </h3>
      <p className="mt-0.5 mb-2.5 flex gap-1.5 text-12 text-muted">
        <span className="truncate">{stageWords(one)}</span>
        {read && <span className="num ml-auto flex-none text-subtle">{read}</span>}
      </p>
      <div role="progressbar" aria-label={`${one.client_name}: ${stageWords(one)}`} aria-valuemin={0} aria-valuemax={100} aria-valuenow={one.percent}>
        <Bar percent={one.percent} tone="accent" />
      </div>
      <p className="num mt-2 flex justify-between text-12 text-muted">
        <span>{took(secondsSince(one.started_at, now))}</span>
        <span>{percent(one.percent)}</span>
      </p>
    </>
  );
}

export function Lanes({ lanes, now, paused, open }: { lanes: readonly (Import | null)[]; now: Date; paused: boolean; open: (id: string) => void }) {
  return (
    <section aria-labelledby="lanes">
      <h2 id="lanes" className="mb-2 text-13 font-semibold">
        Importing now
      </h2>
      <ol className="grid grid-cols-1 gap-3 sm:grid-cols-2 lg:grid-cols-5">
        {lanes.map((one, i) => (
          <li key={i} className={`flex min-h-27 min-w-0 flex-col rounded-lg border p-3 ${one ? "border-line bg-surface" : "border-dashed border-line bg-transparent"}`}>
            {one ? <Lane one={one} now={now} open={open} /> : <p className="m-auto text-13 text-subtle">{paused ? "Paused" : "Waiting"}</p>}
          </li>
        ))}
      </ol>
    </section>
  );
}
