import { useQuery } from "@tanstack/react-query";
import { createFileRoute, Link } from "@tanstack/react-router";
import { CircleCheck } from "lucide-react";
import { useCallback, useMemo, useState } from "react";

import type { CleanUp, Issue } from "@/api/generated";
import { listChecksOptions, listCleanUpOptions } from "@/api/generated/@tanstack/react-query.gen";
import { DismissDialog } from "@/features/checks/DismissDialog";
import { Explanation } from "@/features/checks/Explanation";
import { IssuesTable } from "@/features/checks/IssuesTable";
import { ISSUE_STATE_WORD, ISSUE_STATES, type IssueState } from "@/features/checks/issueStates";
import { useIssues, useIssueVerbs } from "@/features/checks/useIssues";
import { money, plural } from "@/lib/format";
import { oneOf, type RawSearch } from "@/lib/url";
import { Button } from "@/ui/Button";
import { EmptyState } from "@/ui/EmptyState";
import { InlineError } from "@/ui/InlineError";
import { LINK } from "@/ui/Link";
import type { Ticks } from "@/ui/ListTable";
import { Segmented } from "@/ui/Segmented";
import { SelectionBar } from "@/ui/SelectionBar";
import { SkeletonRows } from "@/ui/Skeleton";

export const Route = createFileRoute("/_app/clients/$clientId/checks/$code")({
  validateSearch: (raw: RawSearch): { state?: IssueState } => ({ state: oneOf(raw["state"], ISSUE_STATES) }),
  component: Check,
});

function useTicks(issues: readonly Issue[]) {
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set());
  const titles = useMemo(() => new Map(issues.map(({ id, title, contact }) => [id, contact ?? title])), [issues]);
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
  const chosen = [...ticked].filter((id) => titles.has(id));
  const ticks: Ticks = { has: (id) => ticked.has(id), count: chosen.length, set, name: (id) => titles.get(id) ?? "issue" };
  return { chosen, ticks, clear: useCallback(() => setTicked(new Set()), []) };
}

const NONE: Record<IssueState, [string, string]> = {
  open: ["Nothing to clean up", "Everything this check found is fixed or dismissed."],
  dismissed: ["Nothing is dismissed", "Issues you set aside with a reason are kept here."],
  resolved: ["Nothing is resolved yet", "Issues that a later import no longer finds are kept here."],
};

function summary(row: CleanUp | undefined): string {
  if (!row) return "";
  const parts = [plural(row.open, "open issue")];
  if (row.amount !== null) parts.push(money(row.amount, row.currency));
  if (row.dismissed) parts.push(`${row.dismissed} dismissed`);
  return parts.join(", ");
}

function Check() {
  const { clientId, code } = Route.useParams();
  const state = Route.useSearch().state ?? "open";
  const navigate = Route.useNavigate();
  const [asking, setAsking] = useState(false);
  const { data: checks } = useQuery({ ...listChecksOptions(), staleTime: Infinity });
  const { data: rows } = useQuery(listCleanUpOptions({ path: { client_id: clientId } }));
  const list = useIssues(clientId, code, state);
  const verbs = useIssueVerbs(clientId);
  const issues = useMemo(() => list.data?.pages.flatMap(({ items }) => items) ?? [], [list.data]);
  const { chosen, ticks, clear } = useTicks(issues);
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = list;
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);

  const info = checks?.items.find((check) => check.code === code);
  const row = rows?.items.find((check) => check.code === code);
  const turn = (next: IssueState) => {
    clear();
    void navigate({ search: { state: next === "open" ? undefined : next }, replace: true });
  };
  return (
    <div className="flex flex-col gap-3">
      <div>
        <Link to="/clients/$clientId/checks" params={{ clientId }} className={`${LINK} text-13`}>
          All checks
        </Link>
        <h2 className="text-16 font-semibold">{info?.title ?? row?.title ?? code}</h2>
        <p className="num text-13 text-muted">{summary(row)}</p>
      </div>
      {info && <Explanation check={info} />}
      {verbs.error && !asking ? <InlineError error={verbs.error} /> : null}
      <div className="flex min-h-64 flex-col overflow-hidden rounded-xl border border-line bg-surface">
        {chosen.length > 0 ? (
          <SelectionBar count={chosen.length} words={`${plural(chosen.length, "issue")} selected`} onClear={clear}>
            {state === "open" ? (
              <Button size="sm" onClick={() => setAsking(true)}>Dismiss {plural(chosen.length, "issue")}</Button>
            ) : (
              <Button size="sm" busy={verbs.reopening} onClick={() => void verbs.reopen(chosen).then(clear, () => undefined)}>Reopen {plural(chosen.length, "issue")}</Button>
            )}
          </SelectionBar>
        ) : (
          <div className="flex min-h-12 items-center border-b border-line px-2.5 py-2">
            <Segmented label="Issues by state" value={state} onChange={turn}
              options={ISSUE_STATES.map((key) => ({ value: key, label: ISSUE_STATE_WORD[key], count: key === "open" ? row?.open : key === "dismissed" ? row?.dismissed : undefined }))} />
          </div>
        )}
        {list.error && <InlineError error={list.error} onRetry={() => void list.refetch()} className="m-3" />}
        {!list.data && !list.error && <SkeletonRows rows={6} label="Reading issues" />}
        {list.data && issues.length === 0 && <EmptyState icon={<CircleCheck size={18} aria-hidden />} title={NONE[state][0]} level={2}>{NONE[state][1]}</EmptyState>}
        {issues.length > 0 && <IssuesTable issues={issues} total={list.data?.pages[0]?.total ?? issues.length} state={state} ticks={state === "resolved" ? undefined : ticks} onEnd={more} />}
      </div>
      <DismissDialog n={chosen.length} open={asking} onOpenChange={(open) => { verbs.reset(); setAsking(open); }} busy={verbs.dismissing} error={verbs.error}
        dismiss={async (reason) => { await verbs.dismiss(chosen, reason); clear(); }} />
    </div>
  );
}
