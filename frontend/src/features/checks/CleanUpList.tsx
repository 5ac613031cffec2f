/** What there is to clean up, grouped, each row saying what it would bring. */
import { Link } from "@tanstack/react-router";
import { CircleCheck } from "lucide-react";

import type { CleanUp } from "@/api/generated";
import { ago, count, money, plural, points } from "@/lib/format";
import { EmptyState } from "@/ui/EmptyState";
import { LINK } from "@/ui/Link";
import { Pill } from "@/ui/Pill";

import { Severity } from "./Severity";
import { gain, grouped, ranked, STATE_WORD, toClean } from "./words";

function Row({ clientId, row }: { clientId: string; row: CleanUp }) {
  const judged = row.state === "evaluated";
  const clear = judged && row.open === 0;
  return (
    <li className="grid grid-cols-[1.25rem_minmax(0,1fr)_auto] items-center gap-x-3 border-t border-line-subtle px-4 py-2.5 text-13 hover:bg-hover sm:grid-cols-[1.25rem_minmax(0,1fr)_4.75rem_5.5rem_3rem_3.25rem]">
      {clear ? <CircleCheck size={16} aria-label="Nothing open" className="text-ok-fg" /> : <Severity of={row.severity} />}
      <div className="min-w-0">
        <p className="font-medium">{row.title}</p>
        <p className="text-12 text-muted">{[row.reason, row.snoozed > 0 && `${count(row.snoozed)} snoozed.`, row.fixable > 0 && `${count(row.fixable)} can be fixed from here.`].filter(Boolean).join(" ")}</p>
      </div>
      {judged ? (
        <>
          <span className="num text-right max-sm:hidden">
            <strong className="font-semibold">{count(row.open)}</strong> <span className="text-muted">{row.open === 1 ? "item" : "items"}</span>
          </span>
          <span className="num text-right max-sm:hidden">{row.amount === null ? <span className="text-subtle">–</span> : money(row.amount, row.currency, { cents: false })}</span>
          <span className="text-right max-sm:hidden">
            {Number(row.points_to_gain ?? 0) > 0 && (
              <Pill title="Points to gain">
                +{points(row.points_to_gain)}
                <span className="sr-only"> points to gain</span>
              </Pill>
            )}
          </span>
        </>
      ) : (
        <span className="text-right text-12 text-subtle max-sm:hidden sm:col-span-3">{STATE_WORD[row.state as Exclude<CleanUp["state"], "evaluated">]}</span>
      )}
      <span className="text-right">
        <Link to="/clients/$clientId/checks/$code" params={{ clientId, code: row.code }} className={LINK}>
          {clear || !judged ? "Open" : "Review"}
          <span className="sr-only"> {row.title}</span>
        </Link>
      </span>
    </li>
  );
}

export interface CleanUpListProps {
  clientId: string;
  rows: readonly CleanUp[];
  checkedAt: string | null;
  /** The clean-up tab shows every check; the overview only what has something open. */
  all?: boolean;
}

export function CleanUpList({ clientId, rows, checkedAt, all = false }: CleanUpListProps) {
  const open = toClean(rows);
  const shown = ranked(all ? rows : open);
  const items = open.reduce((sum, row) => sum + row.open, 0);
  const worth = Math.round(gain(open));
  return (
    <section aria-labelledby="clean-up" className="overflow-hidden rounded-xl border border-line bg-surface">
      <div className="flex min-h-12 flex-wrap items-center gap-x-2 px-4 py-2">
        <h2 id="clean-up" className="text-13 font-semibold">
          Clean-up
        </h2>
        {open.length > 0 && (
          <span className="num text-13 text-muted">
            {plural(items, "issue")}
            {worth > 0 && `, ${plural(worth, "point")} to gain`}
          </span>
        )}
        {!all && (
          <Link to="/clients/$clientId/checks" params={{ clientId }} className={`${LINK} ml-auto text-13`}>
            All checks
          </Link>
        )}
      </div>
      {shown.length === 0 ? (
        <div className="border-t border-line">
          <EmptyState icon={<CircleCheck size={18} aria-hidden />} title="Nothing to clean up">
            {checkedAt ? `Last checked ${ago(checkedAt)}.` : undefined}
          </EmptyState>
        </div>
      ) : (
        grouped(shown).map(([group, inside]) => (
          <section key={group} aria-label={group}>
            <h3 className="border-t border-line bg-sunken px-4 py-2 text-12 font-semibold text-muted">{group}</h3>
            <ul>
              {inside.map((row) => (
                <Row key={row.code} clientId={clientId} row={row} />
              ))}
            </ul>
          </section>
        ))
      )}
    </section>
  );
}
