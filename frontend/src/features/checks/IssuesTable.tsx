/** The records a check found: when, who, which account, how much, how old, and the way to each in Xero. */
import { useMemo } from "react";

import type { Issue } from "@/api/generated";
import { count, day, money } from "@/lib/format";
import { safeHref } from "@/lib/url";
import { OutLink } from "@/ui/Link";
import { ListTable, type Column, type Ticks } from "@/ui/ListTable";

import type { IssueState } from "./issueStates";

/** One link says "Open in Xero"; several say what each of them is. */
function Links({ issue }: { issue: Issue }) {
  const links = issue.links.flatMap(({ label, href }) => {
    const safe = safeHref(href);
    return safe ? [{ label, href: safe }] : [];
  });
  return (
    <span className="inline-flex gap-3">
      {links.map(({ label, href }) => (
        <OutLink key={`${label}${href}`} href={href}>
          {links.length === 1 ? "Open in Xero" : label.replace(/ in Xero$/, "")}
          <span className="sr-only"> {links.length === 1 ? label.replace(/ in Xero$/, "") : "open in Xero"}</span>
        </OutLink>
      ))}
    </span>
  );
}

function reason(issue: Issue): string | null {
  const said = issue.facts["dismissed_reason"] ?? issue.facts["reason"];
  return typeof said === "string" ? said : null;
}

export function IssuesTable({ issues, total, state, ticks, onEnd }: { issues: readonly Issue[]; total: number; state: IssueState; ticks: Ticks | undefined; onEnd: () => void }) {
  const columns = useMemo<Column<Issue>[]>(() => {
    const some = (has: (issue: Issue) => unknown) => issues.some(has);
    return [
      { key: "date", title: "Date", className: "min-w-28", cell: (issue) => <span className="num">{issue.date ? day(issue.date) : "–"}</span> },
      ...(some(({ contact }) => contact) ? [{ key: "contact", title: "Contact", className: "max-w-48", cell: (issue: Issue) => <span className="block truncate" title={issue.contact ?? undefined}>{issue.contact ?? "–"}</span> }] : []),
      ...(some(({ account }) => account) ? [{ key: "account", title: "Account", className: "max-w-44 max-md:hidden", cell: (issue: Issue) => <span className="block truncate" title={issue.account ?? undefined}>{issue.account ?? "–"}</span> }] : []),
      {
        key: "detail",
        title: "What was found",
        className: "w-full max-w-0 min-w-56",
        cell: (issue) => (
          <span className="block truncate" title={`${issue.title}. ${issue.detail}`}>
            <span className="font-medium">{issue.title}</span>
            {issue.detail && <span className="text-muted"> {issue.detail}</span>}
            {state === "dismissed" && reason(issue) && <span className="text-subtle"> Dismissed: {reason(issue)}</span>}
          </span>
        ),
      },
      { key: "amount", title: "Amount", align: "right", className: "min-w-28", cell: (issue) => money(issue.amount, issue.currency) },
      { key: "age", title: "Age", align: "right", className: "min-w-20", cell: (issue) => (issue.age_days === null ? "–" : `${count(issue.age_days)} d`) },
      { key: "links", title: "In Xero", quiet: true, align: "right", cell: (issue) => <Links issue={issue} /> },
    ];
  }, [issues, state]);
  return <ListTable label="Issues" columns={columns} rows={issues} total={total} ticks={ticks} onEnd={onEnd} />;
}
