/** What a check looks for, why it matters, where its line is drawn and how to put it right, in the same place on every check. */
import { Link } from "@tanstack/react-router";

import type { CheckInfo, Threshold } from "@/api/generated";
import { listed } from "@/lib/format";
import { LINK } from "@/ui/Link";

import { Severity } from "./Severity";
import { inUnit } from "./words";

function Line({ threshold }: { threshold: Threshold }) {
  return (
    <div className="text-13">
      <h3 className="mb-0.5 text-13 font-semibold">Threshold</h3>
      <p className="text-muted">
        {threshold.says} Now <strong className="num font-semibold text-fg">{inUnit(threshold.value, threshold.unit)}</strong>
        {threshold.value !== threshold.default && ` (${inUnit(threshold.default, threshold.unit)} by default)`}.{" "}
        <Link to="/configure/score" className={LINK}>Score settings</Link>
      </p>
    </div>
  );
}

export function Explanation({ check }: { check: CheckInfo }) {
  const parts = [
    ["What is counted", check.definition],
    ["Why it matters", check.why],
    ["How to fix it", check.fix],
  ] as const;
  return (
    <section aria-label="About this check" className="rounded-xl border border-line bg-surface p-4">
      <div className="mb-3 flex flex-wrap items-center gap-x-4 gap-y-1 text-13 text-muted">
        <Severity of={check.severity} worded />
        <span>{check.group}</span>
        <span className="num">{check.code}</span>
        {check.resources.length > 0 && <span>Reads {listed([...check.resources], 6)}</span>}
        {!check.scored && <span>Has no part in the score</span>}
      </div>
      <div className={`grid gap-x-8 gap-y-3 ${check.threshold ? "md:grid-cols-4" : "md:grid-cols-3"}`}>
        {parts.map(([title, words]) => (
          <div key={title} className="text-13">
            <h3 className="mb-0.5 text-13 font-semibold">{title}</h3>
            <p className="text-muted">{words}</p>
          </div>
        ))}
        {check.threshold && <Line threshold={check.threshold} />}
      </div>
    </section>
  );
}
