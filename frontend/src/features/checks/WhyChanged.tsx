/** Why a score is no longer what it was: every part of the change with the issues behind it; the parts add up to the change exactly. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";

import { asProblem } from "@/api/problems";
import type { ChangePart } from "@/api/generated";
import { explainChangeOptions } from "@/api/generated/queries/scores.gen";
import { day, dayAndTime, money, plural } from "@/lib/format";
import { EmptyState } from "@/ui/EmptyState";
import { InlineError } from "@/ui/InlineError";
import { LINK } from "@/ui/Link";
import { Skeleton } from "@/ui/Skeleton";
import { Waterfall } from "@/viz/Waterfall";

import { changeSentence } from "./words";

/** Parts that are no check: a changed profile, for one. */
const isCheck = (code: string) => /^[A-Z]{2}\d+$/.test(code);

function Behind({ clientId, part }: { clientId: string; part: ChangePart }) {
  const moved = [part.opened && `${plural(part.opened, "issue")} opened`, part.gone && `${plural(part.gone, "issue")} went`].filter(Boolean).join(", ");
  return (
    <div className="grid gap-1 text-13">
      {moved && <p className="num text-12 text-muted">{moved}{part.issues.length > 0 && part.opened + part.gone > part.issues.length ? `; the ${part.issues.length} newest:` : part.issues.length > 0 ? ":" : "."}</p>}
      {part.issues.length > 0 && (
        <ul className="m-0 grid list-none gap-0.5 p-0">
          {part.issues.map((issue) => (
            <li key={issue.id} className="flex gap-4">
              <span className="min-w-0 flex-1"><span className="font-medium">{issue.title}</span> <span className="text-muted">{issue.detail}</span></span>
              {issue.amount !== null && <span className="num flex-none">{money(issue.amount, issue.currency)}</span>}
            </li>
          ))}
        </ul>
      )}
      {isCheck(part.code) && <Link to="/clients/$clientId/checks/$code" params={{ clientId, code: part.code }} className={LINK}>Open “{part.title}”</Link>}
    </div>
  );
}

export function WhyChanged({ clientId, from, to }: { clientId: string; from?: string; to?: string }) {
  const { data, error, refetch } = useQuery({ ...explainChangeOptions({ path: { client_id: clientId }, query: { ...(from && { from }), ...(to && { to }) } }), placeholderData: (before) => before });
  if (error && asProblem(error).status === 404) return <EmptyState title="Nothing to compare yet">There is no earlier score that was different.</EmptyState>;
  if (error) return <InlineError error={error} onRetry={() => void refetch()} className="m-4" />;
  if (!data) return <div role="status" aria-label="Finding out why"><Skeleton className="m-4 h-48" /></div>;
  const rounding = Number(data.rounding);
  const when = day(data.from.at) === day(data.to.at) ? dayAndTime : day;
  const parts = data.parts.map((part) => ({
    key: part.code, title: part.title, points: Number(part.points), says: part.says,
    more: part.issues.length > 0 || part.opened + part.gone > 0 ? <Behind clientId={clientId} part={part} /> : undefined,
  }));
  // Less than a tenth of a point reads as nothing.
  if (Math.abs(rounding) >= 0.05) parts.push({ key: "rounding", title: "Rounding", points: rounding, says: "Scores are told in whole points.", more: undefined });
  return (
    <>
      <p className="px-4 text-13 text-muted" role="status">{changeSentence(data)}</p>
      <Waterfall label="Why the score changed" from={{ label: when(data.from.at), value: data.from.value }} to={{ label: when(data.to.at), value: data.to.value }} parts={parts} />
    </>
  );
}
