/** One import from the inside: its stages in order, how much of each is read, and what stopped it. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { CircleCheck, CircleDashed, LoaderCircle } from "lucide-react";

import { readImportOptions } from "@/api/generated/queries/imports.gen";
import type { Import, Stage } from "@/api/generated";
import { count, moment, plural, secondsSince, took } from "@/lib/format";
import { useNow } from "@/lib/useNow";
import { Drawer } from "@/ui/Drawer";
import { InlineError } from "@/ui/InlineError";
import { Skeleton } from "@/ui/Skeleton";
import { Bar, ScoreBar } from "@/viz/ScoreBar";

import { Remedy } from "./Remedy";
import { StatusPill } from "./StatusPill";

const MARKS = { done: CircleCheck, reading: LoaderCircle, waiting: CircleDashed } as const;
const COLOURS = { done: "text-ok-fg", reading: "text-link", waiting: "text-subtle" } as const;
const WORDS = { done: "Read", reading: "Reading", waiting: "Not started" } as const;

function StageRow({ stage }: { stage: Stage }) {
  const Mark = MARKS[stage.state];
  return (
    <li className="flex flex-wrap items-center gap-x-3 border-b border-line-subtle py-2 text-13 last:border-b-0">
      <Mark size={16} aria-hidden className={COLOURS[stage.state]} />
      <span className="flex-1">
        {stage.label}
        <span className="sr-only">: {WORDS[stage.state]}</span>
      </span>
      {stage.state === "reading" && stage.total ? <Bar percent={(stage.done / stage.total) * 100} tone="accent" width={72} /> : null}
      <span className="num min-w-24 text-right text-muted">
        {stage.state === "waiting" && !stage.done ? "–" : stage.total && stage.state === "reading" ? `${count(stage.done)} of ${count(stage.total)}` : count(stage.done)}
      </span>
      {stage.set_aside > 0 && <SetAside stage={stage} />}
    </li>
  );
}

/** Rows that Xero sent and that make no sense; the rest of the ledger does not wait for them. */
function SetAside({ stage }: { stage: Stage }) {
  return (
    <details className="w-full pl-7 text-12 text-warn-fg">
      <summary className="cursor-pointer">{plural(stage.set_aside, "row")} set aside</summary>
      <ul className="mt-1 text-muted">
        {stage.reasons.map((reason) => (
          <li key={reason} className="break-all">
            {reason}
          </li>
        ))}
      </ul>
    </details>
  );
}

function Facts({ one }: { one: Import }) {
  const running = one.state === "importing" || one.state === "scoring";
  const now = useNow(1000, running);
  const rows: [string, string][] = [
    ["Started", one.started_at ? moment(one.started_at) : "Not started"],
    [running ? "Running for" : "Took", took(running ? secondsSince(one.started_at, now) : one.took_seconds)],
    ["Documents", one.documents_total ? `${count(one.documents)} of ${count(one.documents_total)}` : count(one.documents)],
    ["Calls to Xero", !one.calls_left ? count(one.calls) : `${count(one.calls)}, ${count(one.calls_left)} to go`],
    ["Attempts", count(one.attempts)],
  ];
  return (
    <dl className="grid grid-cols-[auto_1fr] gap-x-6 gap-y-1 text-13">
      {rows.map(([term, value]) => (
        <div key={term} className="contents">
          <dt className="text-muted">{term}</dt>
          <dd className="num m-0">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Inside({ one, retry, retrying }: { one: Import; retry: (ids: string[]) => void; retrying: boolean }) {
  const stopped = one.state === "needs_action" || one.state === "failed";
  return (
    <div className="flex flex-col gap-4">
      <div className="flex flex-wrap items-center gap-3">
        <StatusPill one={one} />
        {one.score && <ScoreBar value={one.score.value} band={one.score.band} provisional={one.score.provisional} />}
        <Link to="/clients/$clientId" params={{ clientId: one.client_id }} className="ml-auto text-13 font-medium text-link hover:underline">
          Open client
        </Link>
      </div>
      {one.problem && one.state !== "done" && (
        <div className={`flex flex-wrap items-center gap-3 rounded-lg px-3 py-2.5 text-13 ${stopped ? "bg-bad-bg text-bad-fg" : "bg-warn-bg text-warn-fg"}`}>
          <p className="min-w-0 flex-1 basis-60">
            <strong className="font-semibold">{one.problem.title}</strong>
            {one.problem.detail ? <span className="block">{one.problem.detail}</span> : null}
          </p>
          <Remedy problem={one.problem} about={one.client_name} retry={() => retry([one.id])} retrying={retrying} />
        </div>
      )}
      <Facts one={one} />
      <section aria-labelledby="stages">
        <h3 id="stages" className="mb-1 text-13 font-semibold">
          Stages
        </h3>
        <ol>
          {one.stages.map((stage) => (
            <StageRow key={stage.key} stage={stage} />
          ))}
        </ol>
        {one.stages.length === 0 && <p className="text-13 text-muted">Nothing has been read yet.</p>}
      </section>
      {one.problem && (
        <details className="text-12 text-muted">
          <summary className="font-medium">For support</summary>
          <p className="mt-1 break-all">
            Import {one.id}, {plural(one.attempts, "attempt")}. Problem {one.problem.type}, request {one.problem.instance}.
          </p>
        </details>
      )}
    </div>
  );
}

export function ImportDrawer({ importId, close, retry, retrying }: { importId: string | undefined; close: () => void; retry: (ids: string[]) => void; retrying: boolean }) {
  const { data, error, refetch } = useQuery({ ...readImportOptions({ path: { import_id: importId ?? "" } }), enabled: importId !== undefined });
  return (
    <Drawer open={importId !== undefined} onOpenChange={(next) => !next && close()} title={data?.client_name ?? "Import"}>
      {error ? <InlineError error={error} onRetry={() => void refetch()} /> : data ? <Inside one={data} retry={retry} retrying={retrying} /> : <Skeleton className="h-64" />}
    </Drawer>
  );
}
