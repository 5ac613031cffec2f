/** What stands in the way, grouped by cause, each with the one thing that helps. */
import { TriangleAlert } from "lucide-react";

import type { Cause } from "@/api/generated";
import { clockTime, plural } from "@/lib/format";

import { Remedy } from "./Remedy";

function sentence(words: string): string {
  return /[.!?]$/.test(words) ? words : `${words}.`;
}

function CauseRow({ cause, retry, retrying }: { cause: Cause; retry: (ids: string[]) => void; retrying: boolean }) {
  const { problem, clients, import_ids } = cause;
  const until = problem.action?.operation === "wait" ? problem.action.until : null;
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 py-1">
      <p className="min-w-0 flex-1 basis-80">
        <strong className="font-semibold">{plural(clients, "client")}:</strong> {sentence(problem.title)}
        {!until && problem.detail && problem.detail !== problem.title ? ` ${sentence(problem.detail)}` : ""}
        {until ? ` ${clients === 1 ? "It continues" : "They continue"} by ${clients === 1 ? "itself" : "themselves"} at ${clockTime(until)}.` : ""}
      </p>
      {!until && <Remedy problem={problem} about={plural(clients, "client")} retry={() => retry(import_ids)} retrying={retrying} />}
    </li>
  );
}

export function Causes({ causes, retry, retrying }: { causes: readonly Cause[]; retry: (ids: string[]) => void; retrying: boolean }) {
  if (causes.length === 0) return null;
  return (
    <section aria-label="Needs action" className="flex gap-2.5 rounded-lg border border-line bg-warn-bg px-3 py-2 text-13 text-warn-fg">
      <TriangleAlert size={16} aria-hidden className="mt-1.5 shrink-0" />
      <ul className="min-w-0 flex-1">
        {causes.map((cause) => (
          <CauseRow key={`${cause.problem.type}:${cause.import_ids[0] ?? ""}`} cause={cause} retry={retry} retrying={retrying} />
        ))}
      </ul>
    </section>
  );
}
