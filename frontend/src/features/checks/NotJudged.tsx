/** What the score leaves out, why, and what would let it be judged. */
import { Link } from "@tanstack/react-router";

import type { NotJudged as Left } from "@/api/generated";
import { NEEDS_FIGURE, stateWord } from "@/lib/checkStates";
import { plural } from "@/lib/format";
import { LINK } from "@/ui/Link";

export function NotJudged({ clientId, rows }: { clientId: string; rows: readonly Left[] }) {
  if (rows.length === 0) return null;
  return (
    <section aria-labelledby="not-judged" className="overflow-hidden rounded-xl border border-line bg-surface">
      <div className="flex min-h-12 flex-wrap items-center gap-x-2 px-4 py-2">
        <h2 id="not-judged" className="text-13 font-semibold">Not judged</h2>
        <span className="num text-13 text-muted">{plural(rows.length, "check")} left out; the others count for more</span>
      </div>
      <ul className="m-0 list-none p-0">
        {rows.map(({ code, title, state, reason, remedy }) => (
          <li key={code} className="grid gap-x-6 border-t border-line-subtle px-4 py-2 text-13 sm:grid-cols-[minmax(0,15rem)_minmax(0,1fr)]">
            <span>
              <span className="font-medium">{title}</span>
              <span className="block text-12 text-subtle">{stateWord(state)}</span>
            </span>
            <span className="text-muted">
              {reason}
              {remedy && state !== "not_applicable" && <strong className="block font-medium text-fg">{remedy}</strong>}
              {NEEDS_FIGURE[code] && <Link to="/clients/$clientId/figures" params={{ clientId }} className={`${LINK} block w-fit`}>{NEEDS_FIGURE[code]}</Link>}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
