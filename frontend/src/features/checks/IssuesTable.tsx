/** The records a check found: when, who, which account, how much, how old, and what can be done about each. */
import { PencilLine, RefreshCw, Undo2, UserCheck } from "lucide-react";
import { useMemo } from "react";

import type { Issue } from "@/api/generated";
import { cx } from "@/lib/cx";
import { count, day, money } from "@/lib/format";
import { ariaSort, nextSort, safeHref } from "@/lib/url";
import { LINK, OutLink } from "@/ui/Link";
import { ListTable, VIRTUAL_ABOVE, type Column, type Ticks } from "@/ui/ListTable";
import { Spinner } from "@/ui/Spinner";

import { addressOf, type Approvals } from "./useApprovals";
import type { useFixes } from "./useFixes";
import { ISSUE_SORTS, type IssueSort, type IssueState } from "./issueStates";

/** Who set it aside, when and why; or until when it sleeps. */
function decision(issue: Issue): string | null {
  if (issue.state === "snoozed") return issue.snoozed_until ? `Snoozed until ${day(issue.snoozed_until)}` : null;
  if (issue.state !== "dismissed") return null;
  const who = issue.dismissed_by ?? "";
  const by = { item: who && ` by ${who}`, contact: ` for this contact${who && ` by ${who}`}`, rule: who ? ` by a rule that ${who} made` : " by a rule of the practice" }[issue.dismissed_scope ?? "item"];
  return `Set aside${by}${issue.set_aside_at ? ` on ${day(issue.set_aside_at)}` : ""}${issue.dismissed_reason ? `: ${issue.dismissed_reason}` : ""}`;
}

/** A verb that this person's role does not have is null. */
export interface RowVerbs {
  fix: ((issue: Issue) => void) | null;
  reread: ((issue: Issue) => void) | null;
  fixes: ReturnType<typeof useFixes> | null;
  /** Only where the issues are people. */
  approvals: Approvals | null;
  /** The issue that is being read again now. */
  rereading: string | null;
}

const VERB = `${LINK} inline-flex h-6 items-center gap-1`;

/** One link says "Open in Xero"; several say what each of them is. */
function Actions({ issue, verbs, long }: { issue: Issue; verbs: RowVerbs; long: boolean }) {
  const links = issue.links.flatMap(({ label, href }) => {
    const safe = safeHref(href);
    return safe ? [{ label, href: safe }] : [];
  });
  const about = issue.contact ?? issue.title;
  const busy = verbs.rereading === issue.id;
  const { fix, reread, fixes, approvals } = verbs;
  const written = fixes?.of(issue.id);
  const email = approvals && addressOf(issue);
  return (
    <span className="inline-flex items-center justify-end gap-3">
      {fix && issue.fix && issue.state !== "fixed" && issue.state !== "resolved" && (
        <button type="button" className={VERB} title={issue.fix.says} onClick={() => fix(issue)}>
          <PencilLine size={14} aria-hidden />
          Fix…<span className="sr-only"> {about}</span>
        </button>
      )}
      {approvals && email && (approvals.has(email)
        ? <span className="inline-flex h-6 items-center gap-1 text-ok-fg"><UserCheck size={14} aria-hidden />Approved</span>
        : (
          <button type="button" className={VERB} title="For this client's books only" aria-busy={approvals.busy || undefined} onClick={() => !approvals.busy && approvals.approve([email])}>
            <UserCheck size={14} aria-hidden />
            Approve<span className="sr-only"> {about}</span>
          </button>
        ))}
      {fixes && written?.can_undo && (
        <button type="button" className={VERB} title="Writes back to Xero what stood there before" aria-busy={fixes.busy(written) || undefined} onClick={() => !fixes.busy(written) && fixes.undo(written)}>
          {fixes.busy(written) ? <Spinner /> : <Undo2 size={14} aria-hidden />}
          Undo<span className="sr-only"> the correction of {about}</span>
        </button>
      )}
      {reread && issue.state !== "resolved" && (
        <button type="button" className={VERB} title="Reads this one record from Xero again" aria-busy={busy || undefined} onClick={() => !busy && reread(issue)}>
          {busy ? <Spinner /> : <RefreshCw size={14} aria-hidden />}
          <span className="max-xl:sr-only">Read again</span>
          <span className="sr-only"> {about}</span>
        </button>
      )}
      <span className={cx("inline-flex gap-x-3", !long && "flex-col items-end py-1.5")}>
        {links.map(({ label, href }) => (
          <OutLink key={`${label}${href}`} href={href}>
            {links.length === 1 ? "Open in Xero" : label.replace(/ in Xero$/, "")}
            <span className="sr-only"> {links.length === 1 ? label.replace(/ in Xero$/, "") : "open in Xero"}</span>
          </OutLink>
        ))}
      </span>
    </span>
  );
}

export interface IssuesTableProps {
  issues: readonly Issue[];
  total: number;
  state: IssueState;
  sort: IssueSort | undefined;
  onSort: (sort: IssueSort | undefined) => void;
  ticks: Ticks | undefined;
  verbs: RowVerbs;
  onEnd: () => void;
}

export function IssuesTable({ issues, total, state, sort, onSort, ticks, verbs, onEnd }: IssuesTableProps) {
  const columns = useMemo<Column<Issue>[]>(() => {
    // A long list scrolls by rows of one height; a short one tells its findings in full.
    const long = total > VIRTUAL_ABOVE;
    const some = (has: (issue: Issue) => unknown) => issues.some(has);
    const sorted = (column: string, firstDescending = false) => ({ direction: ariaSort(column, sort), turn: () => onSort(nextSort(column, sort, ISSUE_SORTS, firstDescending)) });
    return [
      { key: "date", title: "Date", className: "min-w-28", sort: sorted("date"), cell: (issue) => <span className="num">{issue.date ? day(issue.date) : "–"}</span> },
      ...(some(({ contact }) => contact) ? [{ key: "contact", title: "Contact", className: "max-w-40", sort: sorted("contact"), cell: (issue: Issue) => <span className="block truncate" title={issue.contact ?? undefined}>{issue.contact ?? "–"}</span> }] : []),
      ...(some(({ account }) => account) ? [{ key: "account", title: "Account", className: "max-w-36 max-lg:hidden", cell: (issue: Issue) => <span className="block truncate" title={issue.account ?? undefined}>{issue.account ?? "–"}</span> }] : []),
      {
        key: "detail",
        title: "What was found",
        className: "w-full max-w-0 min-w-56",
        cell: (issue) => {
          const decided = decision(issue);
          const told = decided ?? issue.detail;
          return (
            <span className={long ? "block truncate" : "block py-1.5 whitespace-normal"} title={`${issue.title}. ${issue.detail}${decided ? ` ${decided}` : ""}`}>
              <span className="font-medium">{issue.title}</span>
              {told && <span className={long ? "text-muted" : "line-clamp-3 text-12 text-muted"}> {told}</span>}
            </span>
          );
        },
      },
      ...(some(({ amount }) => amount) ? [{ key: "amount", title: "Amount", align: "right" as const, className: "min-w-24", sort: sorted("amount", true), cell: (issue: Issue) => money(issue.amount, issue.currency) }] : []),
      { key: "age", title: "Age", align: "right", className: "min-w-16", cell: (issue) => (issue.age_days === null ? "–" : `${count(issue.age_days)} d`) },
      { key: "actions", title: "Actions", quiet: true, align: "right", cell: (issue) => <Actions issue={issue} verbs={verbs} long={long} /> },
    ];
  }, [issues, total, state, sort, onSort, verbs]);
  return <ListTable label="Issues" columns={columns} rows={issues} total={total} ticks={ticks} onEnd={onEnd} />;
}
