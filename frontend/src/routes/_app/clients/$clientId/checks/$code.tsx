import { useQuery } from "@tanstack/react-query";
import { createFileRoute, Link } from "@tanstack/react-router";
import { CircleCheck, CircleHelp, Download } from "lucide-react";
import { lazy, Suspense, useCallback, useDeferredValue, useEffect, useMemo, useState } from "react";

import type { CleanUp, Issue } from "@/api/generated";
import { useMayDo } from "@/api/me";
import { listChecksOptions, listCleanUpOptions } from "@/api/generated/queries/checks.gen";
import { ApprovedPeople } from "@/features/checks/ApprovedPeople";
import { Explanation } from "@/features/checks/Explanation";
import { ISSUE_SORTS, ISSUE_STATE_WORD, ISSUE_STATES, type IssueSort, type IssueState } from "@/features/checks/issueStates";
import { IssuesTable, type RowVerbs } from "@/features/checks/IssuesTable";
import { addressOf, USER_ACCESS, useApprovals } from "@/features/checks/useApprovals";
import { useFixes } from "@/features/checks/useFixes";
import { useIssues, useIssueVerbs, useWhatIf } from "@/features/checks/useIssues";
import { useExport } from "@/features/exports/useExport";
import { NEEDS_FIGURE, stateWord } from "@/lib/checkStates";
import { money, plural } from "@/lib/format";
import { oneOf, text, type RawSearch } from "@/lib/url";
import { behindDialog } from "@/lib/useKey";
import { Button } from "@/ui/Button";
import { EmptyState } from "@/ui/EmptyState";
import { InlineError } from "@/ui/InlineError";
import { LINK } from "@/ui/Link";
import type { Ticks } from "@/ui/ListTable";
import { SearchInput } from "@/ui/SearchInput";
import { Segmented } from "@/ui/Segmented";
import { SelectionBar } from "@/ui/SelectionBar";
import { SkeletonRows } from "@/ui/Skeleton";

// Most visits look and leave: what decides comes when it is asked for.
const DismissDialog = lazy(() => import("@/features/checks/DismissDialog").then((file) => ({ default: file.DismissDialog })));
const SnoozeDialog = lazy(() => import("@/features/checks/SnoozeDialog").then((file) => ({ default: file.SnoozeDialog })));
const FixDialog = lazy(() => import("@/features/checks/FixDialog").then((file) => ({ default: file.FixDialog })));

interface Search {
  state?: IssueState;
  q?: string;
  sort?: IssueSort;
}

export const Route = createFileRoute("/_app/clients/$clientId/checks/$code")({
  validateSearch: (raw: RawSearch): Search => ({ state: oneOf(raw["state"], ISSUE_STATES), q: text(raw["q"]), sort: oneOf(raw["sort"], ISSUE_SORTS) }),
  component: Check,
});

const NOBODY: readonly Issue[] = [];

function useTicks(issues: readonly Issue[]) {
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set());
  const known = useMemo(() => new Map(issues.map((issue) => [issue.id, issue])), [issues]);
  const set = useCallback((ids: readonly string[], on: boolean) => {
    setTicked((before) => {
      const next = new Set(before);
      for (const id of ids) {
        if (on) next.add(id);
        else next.delete(id);
      }
      return next;
    });
  }, []);
  const chosen = useMemo(() => [...ticked].flatMap((id) => known.get(id) ?? []), [ticked, known]);
  const ticks: Ticks = { has: (id) => ticked.has(id), count: chosen.length, set, name: (id) => known.get(id)?.contact ?? known.get(id)?.title ?? "issue" };
  return { chosen, ticks, clear: useCallback(() => setTicked(new Set()), []) };
}

const NONE: Record<IssueState, [string, string]> = {
  open: ["Nothing to clean up", "Everything this check found is fixed, snoozed or set aside."],
  snoozed: ["Nothing is snoozed", "Issues you put off until a day wait here."],
  dismissed: ["Nothing is set aside", "Issues you set aside with a reason are kept here."],
  fixed: ["Nothing was fixed from here yet", "What you write to Xero from this page stands here until the next reading confirms it."],
  resolved: ["Nothing is resolved yet", "Issues that a later import no longer finds are kept here."],
};

function summary(row: CleanUp | undefined): string {
  if (!row || row.state !== "evaluated") return "";
  const parts = [plural(row.open, "open issue")];
  if (row.amount !== null) parts.push(money(row.amount, row.currency));
  if (row.snoozed) parts.push(`${row.snoozed} snoozed`);
  if (row.dismissed) parts.push(`${row.dismissed} set aside`);
  return parts.join(", ");
}

/** "Fixing the selected: +9 points, to 71": what the choice is worth, before it is made. */
function Worth({ clientId, chosen }: { clientId: string; chosen: readonly Issue[] }) {
  const ids = useMemo(() => chosen.map(({ id }) => id), [chosen]);
  const then = useWhatIf(clientId, ids);
  return (
    <span role="status" className="num text-13 font-medium text-accent-soft-fg">
      {then && (then.change > 0 ? `Fix the selected = +${plural(then.change, "point")}, to ${then.value}` : "Fixing only these does not move the score")}
    </span>
  );
}

function Check() {
  const { clientId, code } = Route.useParams();
  const search = Route.useSearch();
  const state = search.state ?? "open";
  const navigate = Route.useNavigate();
  const [typed, setTyped] = useState(search.q ?? "");
  const [asking, setAsking] = useState<"dismiss" | "snooze" | null>(null);
  const [opened, setOpened] = useState(false);
  const [fixing, setFixing] = useState<Issue | null>(null);
  const [fixed, setFixed] = useState(false);
  const { data: checks } = useQuery({ ...listChecksOptions(), staleTime: Infinity });
  const { data: rows } = useQuery(listCleanUpOptions({ path: { client_id: clientId } }));
  const list = useIssues(clientId, code, state, useDeferredValue(typed.trim()), search.sort);
  const verbs = useIssueVerbs(clientId);
  const file = useExport();
  const [mayDecide, mayFix, mayReread] = [useMayDo("dismissIssues"), useMayDo("applyFix"), useMayDo("rereadIssue")];
  const [mayApprove, mayWithdraw] = [useMayDo("approvePerson"), useMayDo("withdrawApproval")];
  const issues = list.data?.issues ?? NOBODY;
  const { chosen, ticks, clear } = useTicks(issues);
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = list;
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  // A page holds 200; the rest follow at once, so that ticking all ticks all.
  useEffect(more, [more]);
  useEffect(() => {
    const leave = (event: KeyboardEvent) => {
      if (event.key === "Escape" && !event.defaultPrevented && !behindDialog()) clear();
    };
    window.addEventListener("keydown", leave);
    return () => window.removeEventListener("keydown", leave);
  }, [clear]);

  const figure = NEEDS_FIGURE[code];
  const info = checks?.items.find((check) => check.code === code);
  const row = rows?.items.find((check) => check.code === code);
  const change = useCallback((next: Partial<Search>) => void navigate({ search: (before) => ({ ...before, ...next }), replace: true }), [navigate]);
  const turn = (next: IssueState) => {
    clear();
    change({ state: next === "open" ? undefined : next });
  };
  const onSort = useCallback((sort: IssueSort | undefined) => change({ sort }), [change]);
  const ask = (what: "dismiss" | "snooze") => {
    verbs.reset();
    setOpened(true);
    setAsking(what);
  };
  const close = (open: boolean) => {
    if (open) return;
    verbs.reset();
    setAsking(null);
  };
  const { rereading } = verbs;
  const past = state === "fixed" || state === "resolved";
  const fixes = useFixes(clientId, past && mayFix);
  const approvals = useApprovals(clientId, code === USER_ACCESS);
  const approvable = code === USER_ACCESS && mayApprove && (state === "open" || state === "snoozed");
  const strangers = approvable ? chosen.flatMap((issue) => addressOf(issue) ?? []).filter((email) => !approvals.has(email)) : [];
  const rowVerbs = useMemo<RowVerbs>(() => ({
    rereading,
    approvals: approvable ? approvals : null,
    fix: mayFix ? (issue) => { setFixed(true); setFixing(issue); } : null,
    fixes: past && mayFix ? fixes : null,
    reread: mayReread ? ({ id }) => void verbs.reread(id).catch(() => undefined) : null,
  }), [rereading, mayFix, mayReread, past, fixes, approvable, approvals]);
  const ids = () => chosen.map(({ id }) => id);
  const counts: Partial<Record<IssueState, number>> = row ? { open: row.open, snoozed: row.snoozed, dismissed: row.dismissed } : {};
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-end gap-x-6 gap-y-2">
        <div className="min-w-0 flex-1 basis-72">
          <Link to="/clients/$clientId/checks" params={{ clientId }} className={`${LINK} text-13`}>
            All checks
          </Link>
          <h2 className="text-16 font-semibold">{info?.title ?? row?.title ?? code}</h2>
          <p className="num text-13 text-muted">{summary(row)}</p>
        </div>
        {figure && <Button size="sm" render={<Link to="/clients/$clientId/figures" params={{ clientId }} />}>{figure}</Button>}
      </div>
      {info && <Explanation check={info} />}
      {code === USER_ACCESS && <ApprovedPeople approvals={approvals} mayApprove={mayApprove} mayWithdraw={mayWithdraw} />}
      {(verbs.error && !asking) || file.error ? <InlineError error={verbs.error ?? file.error} /> : null}
      <div className="flex min-h-64 flex-col overflow-hidden rounded-xl border border-line bg-surface">
        {chosen.length > 0 ? (
          <SelectionBar count={chosen.length} words={`${plural(chosen.length, "issue")} selected`} onClear={clear} result={state === "open" ? <Worth clientId={clientId} chosen={chosen} /> : undefined}>
            {strangers.length > 0 && <Button size="sm" busy={approvals.busy} onClick={() => approvals.approve(strangers, clear)}>Approve {plural(strangers.length, "person", "people")}</Button>}
            {(state === "open" || state === "snoozed") && <Button size="sm" onClick={() => ask("dismiss")}>Set aside {plural(chosen.length, "issue")}</Button>}
            {state === "open" && <Button size="sm" onClick={() => ask("snooze")}>Snooze {plural(chosen.length, "issue")}</Button>}
            {state !== "open" && <Button size="sm" busy={verbs.busy} onClick={() => void verbs.reopen(ids()).then(clear, () => undefined)}>Reopen {plural(chosen.length, "issue")}</Button>}
          </SelectionBar>
        ) : (
          <div className="flex min-h-12 flex-wrap items-center gap-2 border-b border-line px-2.5 py-2">
            <Segmented label="Issues by state" value={state} onChange={turn}
              options={ISSUE_STATES.map((key) => ({ value: key, label: ISSUE_STATE_WORD[key], count: counts[key] }))} />
            {issues.length > 0 && <Button size="sm" className="ml-auto" icon={<Download size={14} aria-hidden />} busy={file.busy} onClick={() => file.start({ kind: "issues_xlsx", params: { client_id: clientId, code, state } }, "Preparing the spreadsheet")}>Export XLSX</Button>}
            <SearchInput label="Filter issues" value={typed} className={issues.length > 0 ? undefined : "ml-auto"} onChange={(value) => { setTyped(value); change({ q: value.trim() || undefined }); }} />
          </div>
        )}
        {list.error && <InlineError error={list.error} onRetry={() => void list.refetch()} className="m-3" />}
        {!list.data && !list.error && <SkeletonRows rows={6} label="Reading issues" />}
        <p role="status" className="sr-only">{list.data ? `${plural(list.data.total, "issue")} shown` : ""}</p>
        {list.data && issues.length === 0 && (typed.trim()
          ? <EmptyState title={`Nothing matches “${typed.trim()}”.`} action={{ label: "Clear the filter", run: () => { setTyped(""); change({ q: undefined }); } }} />
          : row && row.state !== "evaluated" && state === "open"
            ? <EmptyState icon={<CircleHelp size={18} aria-hidden />} title={stateWord(row.state)}>{row.reason}</EmptyState>
            : <EmptyState icon={<CircleCheck size={18} aria-hidden />} title={NONE[state][0]}>{NONE[state][1]}</EmptyState>)}
        {issues.length > 0 && <IssuesTable issues={issues} total={list.data?.total ?? issues.length} state={state} sort={search.sort} onSort={onSort} ticks={state === "resolved" || !mayDecide ? undefined : ticks} verbs={rowVerbs} onEnd={more} />}
      </div>
      <Suspense fallback={null}>
        {opened && (
          <>
            <DismissDialog issues={chosen} open={asking === "dismiss"} onOpenChange={close} busy={verbs.busy} error={verbs.error} dismiss={async (reason, scope) => { await verbs.dismiss(ids(), reason, scope); clear(); }} />
            <SnoozeDialog n={chosen.length} open={asking === "snooze"} onOpenChange={close} busy={verbs.busy} error={verbs.error} snooze={async (until) => { await verbs.snooze(ids(), until); clear(); }} />
          </>
        )}
        {fixed && <FixDialog clientId={clientId} issue={fixing} onClose={() => setFixing(null)} />}
      </Suspense>
    </div>
  );
}
