/** The five imports at work. Small clients are never held up behind a large one, so each lane stands for itself. */
import type { Import } from "@/api/generated";
import { percent, roughly, secondsSince, took } from "@/lib/format";
import { Bar } from "@/viz/ScoreBar";

import { stageWords } from "./progress";

function documents(one: Import): string | null {
  if (one.documents === 0) return null;
  return one.documents_total ? `${roughly(one.documents)} of ${roughly(one.documents_total)}` : roughly(one.documents);
}

function Lane({ one, now, open }: { one: Import; now: Date; open: (id: string) => void }) {
  const read = documents(one);
  return (
    <div className="grid w-full grid-cols-[minmax(0,1.2fr)_minmax(0,1fr)_auto] items-center gap-x-4 gap-y-0.5 lg:grid-cols-[minmax(0,1fr)_auto] lg:gap-x-1.5">
      <h3 className="truncate text-13 font-semibold lg:col-span-2">
        <button type="button" className="max-w-full truncate rounded-sm text-left hover:underline" onClick={() => open(one.id)} title={one.client_name}>
          {one.client_name}
        </button>
      </h3>
      <p className="truncate text-12 text-muted">{stageWords(one)}</p>
      <p className="num text-right text-12 text-subtle">{read}</p>
      <div role="progressbar" aria-label={`${one.client_name}: ${stageWords(one)}`} aria-valuemin={0} aria-valuemax={100} aria-valuenow={one.percent} className="col-span-2 lg:mt-2">
        <Bar percent={one.percent} tone="accent" />
      </div>
      <p className="num flex justify-between gap-3 text-12 text-muted lg:col-span-2 lg:mt-1.5">
        <span>{took(secondsSince(one.started_at, now))}</span>
        <span>{percent(one.percent)}</span>
      </p>
    </div>
  );
}

export function Lanes({ lanes, now, paused, open }: { lanes: readonly (Import | null)[]; now: Date; paused: boolean; open: (id: string) => void }) {
  return (
    <section aria-labelledby="lanes">
      <h2 id="lanes" className="mb-2 text-13 font-semibold">
        Importing now
      </h2>
      <ol className="grid grid-cols-1 gap-2 lg:grid-cols-5 lg:gap-3">
        {lanes.map((one, i) => (
          <li key={i} className={`flex min-h-14 min-w-0 rounded-lg border px-3 py-2 lg:min-h-27 lg:items-start lg:p-3 ${one ? "border-line bg-surface" : "border-dashed border-line bg-transparent"}`}>
            {one ? <Lane one={one} now={now} open={open} /> : <p className="m-auto text-13 text-subtle">{paused ? "Paused" : "Free"}</p>}
          </li>
        ))}
      </ol>
    </section>
  );
}
