/** What a check looks for, why it matters and how to put it right, in the same place on every check. */
import type { CheckInfo } from "@/api/generated";

import { Severity } from "./Severity";

export function Explanation({ check }: { check: CheckInfo }) {
  const parts = [
    ["Why it matters", check.why],
    ["How to fix it", check.fix],
    ["What is counted", check.definition],
  ] as const;
  return (
    <section aria-label="About this check" className="rounded-xl border border-line bg-surface p-4">
      <div className="mb-3 flex flex-wrap items-center gap-x-4 gap-y-1 text-13 text-muted">
        <Severity of={check.severity} worded />
        <span>{check.group}</span>
        <span className="num">{check.code}</span>
      </div>
      <div className="grid gap-x-8 gap-y-3 md:grid-cols-3">
        {parts.map(([title, words]) => (
          <div key={title} className="text-13">
            <h2 className="mb-0.5 text-13 font-semibold">{title}</h2>
            <p className="text-muted">{words}</p>
          </div>
        ))}
      </div>
    </section>
  );
}
