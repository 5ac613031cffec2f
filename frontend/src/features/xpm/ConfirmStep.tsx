/** The last look: everything that is chosen, what it does counted, and what stands in its way with the way to it. */
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { ChevronDown, CircleAlert, RefreshCw } from "lucide-react";
import { useRef, useState, type ReactNode } from "react";

import { idempotencyKey } from "@/api/client";
import type { XpmImport, XpmRows, XpmSummary } from "@/api/generated";
import { listXpmRowsInfiniteOptions, listXpmRowsOptions, summariseXpmImportOptions } from "@/api/generated/queries/xpm.gen";
import { useMe } from "@/api/me";
import { asProblem } from "@/api/problems";
import { cx } from "@/lib/cx";
import { ago, count, plural } from "@/lib/format";
import { Banner } from "@/ui/Banner";
import { Button } from "@/ui/Button";
import { InlineError } from "@/ui/InlineError";
import { LINK } from "@/ui/Link";
import { Skeleton } from "@/ui/Skeleton";
import type { DrawTone } from "@/viz/tones";
import { TONE_COLOUR } from "@/viz/tones";

import { useImportVerbs, useStructures } from "./useImport";
import { KIND_OF, NOUN, some, standingOf, STEP_OF, STEP_WORD, type Kind, type RowsStepKey } from "./words";
import { stepTo, XpmFrame } from "./XpmFrame";

type Consequences = XpmSummary["clients"];
type Blocker = XpmSummary["blockers"][number];

const PARTS: readonly { key: keyof Consequences; words: string; tone: DrawTone }[] = [
  { key: "create", words: "new", tone: "accent" },
  { key: "update", words: "updated", tone: "xero" },
  { key: "link", words: "linked to one of yours", tone: "ok" },
  { key: "skip", words: "skipped", tone: "none" },
  { key: "ignore", words: "ignored always", tone: "none" },
];

const ROWS_STEPS = ["staff", "clients", "entities"] as const satisfies readonly RowsStepKey[];

export function ConfirmStep({ one }: { one: XpmImport }) {
  const me = useMe();
  const navigate = useNavigate();
  const path = { snapshot_id: one.id };
  const summary = useQuery({ ...summariseXpmImportOptions({ path }), staleTime: 0 });
  const { unmapped } = useStructures(one.id);
  const { confirm, refresh } = useImportVerbs(one.id);
  // One decision, one key: pressing twice, or again after a lost answer, starts one import.
  const key = useRef(idempotencyKey());
  const [complaint, setComplaint] = useState<string | null>(null);
  const chosen = one.chosen.staff + one.chosen.clients + one.chosen.entities;
  const blockers = summary.data?.blockers ?? [];
  const stale = summary.data?.stale || (summary.data?.changed_since ?? 0) > 0;
  const go = () => {
    if (chosen === 0) return setComplaint("Choose at least one member of staff, client or entity.");
    if (blockers.length > 0) return setComplaint("Put right what stops the import first.");
    setComplaint(null);
    confirm.mutate(
      { version: one.version, key: key.current },
      {
        onSuccess: () => void navigate({ to: "/configure/integrations/xpm/imports/$importId", params: { importId: one.id } }),
        // Refused for a reason that changes with the next press: that press is another decision.
        onError: () => {
          key.current = idempotencyKey();
          void summary.refetch();
        },
      },
    );
  };
  const refused = confirm.error ? asProblem(confirm.error) : null;
  return (
    <XpmFrame
      one={one}
      step="confirm"
      unmapped={unmapped.length}
      fact="A last look. Your clients change when you confirm, and the import can be undone."
      footer={
        <>
          <Button render={<Link to={stepTo("entities")} params={{ importId: one.id }}>Back</Link>}>Back</Button>
          <span role="status" className="text-13 text-bad-fg">{complaint}</span>
          <span className="flex-1" />
          <Button look="ghost" render={<Link to="/configure/integrations/xpm">Save and exit</Link>}>Save and exit</Button>
          {one.state === "ready" ? (
            <Button look="primary" busy={confirm.isPending || confirm.isSuccess} onClick={go}>Confirm and import data</Button>
          ) : null}
        </>
      }
    >
      {refused ? <InlineError error={refused} onRetry={go} onAction={(action) => (action.operation === "refresh" ? (refresh.mutate(), true) : action.operation === "show_blockers")} /> : null}
      {refresh.error ? <InlineError error={refresh.error} onRetry={() => refresh.mutate()} /> : null}
      {summary.error ? <InlineError error={summary.error} onRetry={() => void summary.refetch()} /> : null}
      {stale && one.state === "ready" && one.source === "xpm" ? (
        <Banner tone="warn" live title={summary.data?.stale ? `This was read ${ago(one.fetched_at)}.` : `${plural(summary.data?.changed_since ?? 0, "record")} changed in XPM since you looked.`}
          action={<Button size="sm" icon={<RefreshCw size={14} aria-hidden />} busy={refresh.isPending} onClick={() => refresh.mutate()}>Read what changed</Button>}>
          The practice is read again, and what changed there is marked. What you decided is kept.
        </Banner>
      ) : null}
      <div className="min-h-0 flex-1 overflow-y-auto">
        {blockers.length > 0 ? <Blockers one={one} blockers={blockers} unmapped={unmapped.length} /> : null}
        {summary.data ? (
          <div className="grid gap-4 md:grid-cols-[minmax(0,1fr)_19rem]">
            <div className="flex min-w-0 flex-col gap-4">
              {ROWS_STEPS.map((step) => (
                <Part key={step} one={one} step={step} counts={summary.data[step]} />
              ))}
            </div>
            <Also one={one} summary={summary.data} email={me.user.email} />
          </div>
        ) : summary.error ? null : (
          <div role="status" aria-label="Counting what happens" className="grid gap-4">
            <Skeleton className="h-32" />
            <Skeleton className="h-32" />
          </div>
        )}
      </div>
    </XpmFrame>
  );
}

/** Each reason with the rows it holds up: which step has them is asked of the rows themselves. */
function Blockers({ one, blockers, unmapped }: { one: XpmImport; blockers: readonly Blocker[]; unmapped: number }) {
  return (
    <section aria-labelledby="blockers" className="mb-4 rounded-xl border border-line bg-bad-bg p-4 text-13 text-bad-fg">
      <h2 id="blockers" className="m-0 mb-2 flex items-center gap-2 text-14 font-semibold">
        <CircleAlert size={16} aria-hidden /> {count(one.blockers)} {one.blockers === 1 ? "row stops" : "rows stop"} the import
      </h2>
      <ul className="m-0 flex list-none flex-col gap-2 p-0">
        {blockers.map((blocker) => (
          <li key={blocker.code} className="flex flex-wrap items-center gap-x-4 gap-y-1">
            <span className="min-w-0 flex-1 basis-60">
              <strong className="num font-semibold">{count(blocker.rows)}</strong> {blocker.rows === 1 ? "row" : "rows"}: {blocker.text} {blocker.remedy}
            </span>
            {blocker.code === "no_structure" && unmapped > 0 ? (
              <Button size="sm" render={<Link to={stepTo("structures")} params={{ importId: one.id }}>Explain structures</Link>}>Explain structures</Button>
            ) : (
              <Where one={one} code={blocker.code} />
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

const FILTER: Readonly<Record<string, { show?: "check" | "chosen" }>> = { undecided: { show: "check" }, no_target: { show: "chosen" }, no_structure: { show: "chosen" }, target_twice: { show: "chosen" } };

function Where({ one, code }: { one: XpmImport; code: string }) {
  const kinds: readonly Kind[] = ["staff", "client", "entity"];
  const known = FILTER[code];
  return (
    <span className="flex flex-wrap gap-2">
      {kinds.map((kind) => (
        <WhereIn key={kind} one={one} kind={kind} query={known ?? { show: "chosen", reason: code }} />
      ))}
    </span>
  );
}

function WhereIn({ one, kind, query }: { one: XpmImport; kind: Kind; query: { show?: "check" | "chosen"; reason?: string } }) {
  const { data } = useQuery(listXpmRowsOptions({ path: { snapshot_id: one.id }, query: { kind, ...query, limit: 1 } }));
  if (!data?.total) return null;
  return (
    <Button size="sm" render={<Link to={stepTo(STEP_OF[kind])} params={{ importId: one.id }} search={query}>Show {NOUN[kind][1]}</Link>}>
      Show {NOUN[kind][1]}
    </Button>
  );
}

function Part({ one, step, counts }: { one: XpmImport; step: RowsStepKey; counts: Consequences }) {
  const [open, setOpen] = useState(false);
  const kind = KIND_OF[step];
  const chosen = one.chosen[step];
  const parts = PARTS.filter(({ key }) => counts[key] > 0);
  const total = parts.reduce((sum, { key }) => sum + counts[key], 0);
  return (
    <section aria-label={STEP_WORD[step]} className="rounded-xl border border-line bg-surface">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3">
        <h2 className="num m-0 min-w-0 flex-1 text-16 font-semibold">{chosen === 0 ? `No ${NOUN[kind][1]}` : some(kind, chosen)}</h2>
        <Link to={stepTo(step)} params={{ importId: one.id }} search={chosen > 0 ? { show: "chosen" } : {}} className={`${LINK} text-13`}>
          Change<span className="sr-only"> {NOUN[kind][1]}</span>
        </Link>
        {chosen > 0 ? (
          <Button size="sm" look="ghost" aria-expanded={open} onClick={() => setOpen(!open)} icon={<ChevronDown size={14} aria-hidden className={cx("transition-transform", open && "rotate-180")} />}>
            {open ? "Hide the list" : "Show the list"}
          </Button>
        ) : null}
      </div>
      {total > 0 ? (
        <div className="px-4 pb-3">
          <div aria-hidden className="flex h-2 gap-0.5 overflow-hidden rounded-full bg-active">
            {parts.map(({ key, tone }) => (
              <span key={key} className="min-w-1" style={{ width: `${(counts[key] / total) * 100}%`, background: TONE_COLOUR[tone] }} />
            ))}
          </div>
          <ul className="num m-0 mt-2 flex list-none flex-wrap gap-x-5 gap-y-1 p-0 text-13">
            {parts.map(({ key, words, tone }) => (
              <li key={key} className="flex items-center gap-1.5">
                <span aria-hidden className="size-2 rounded-full" style={{ background: TONE_COLOUR[tone] }} />
                <span>
                  <b className="font-semibold">{count(counts[key])}</b> {words}
                </span>
              </li>
            ))}
          </ul>
        </div>
      ) : null}
      {open ? <Chosen one={one} kind={kind} /> : null}
    </section>
  );
}

function Chosen({ one, kind }: { one: XpmImport; kind: Kind }) {
  const path = { snapshot_id: one.id };
  const query = { kind, show: "chosen" as const, limit: 100 };
  const list = useInfiniteQuery({ ...listXpmRowsInfiniteOptions({ path, query }), initialPageParam: { path, query }, getNextPageParam: ({ next_cursor }: XpmRows) => next_cursor });
  const rows = list.data?.pages.flatMap(({ items }) => items) ?? [];
  const total = list.data?.pages[0]?.total ?? 0;
  if (list.error) return <InlineError error={list.error} className="m-3" />;
  return (
    <div role="region" aria-label={`Chosen ${NOUN[kind][1]}`} tabIndex={0} className="max-h-96 overflow-y-auto border-t border-line">
      {list.isPending ? <Skeleton className="m-3 h-24" /> : null}
      <ul className="m-0 list-none p-0 text-13">
        {rows.map((row) => (
          <li key={row.id} className="flex min-h-9 flex-wrap items-center gap-x-4 border-b border-line-subtle px-4 py-1">
            <span className="min-w-0 flex-1 basis-40 truncate font-medium">{row.name}</span>
            <span className="min-w-0 flex-1 basis-40 truncate text-muted">{standingOf(row).words}</span>
            <span className="min-w-0 flex-1 basis-40 truncate text-subtle max-md:hidden">{row.fields["email"]}</span>
          </li>
        ))}
      </ul>
      {rows.length < total ? (
        <p className="m-0 p-2 text-center">
          <Button size="sm" look="ghost" busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>Show {count(Math.min(100, total - rows.length))} more of {count(total)}</Button>
        </p>
      ) : null}
    </div>
  );
}

function Also({ one, summary, email }: { one: XpmImport; summary: XpmSummary; email: string }) {
  const facts: [string, ReactNode][] = [
    ["Details", one.details === "all" ? "All contact details" : "Name and email"],
    ["Relationships", count(summary.relationships)],
    ["By name only", summary.stubs > 0 ? count(summary.stubs) : null],
    ["Groups", count(summary.groups)],
    ["Account managers set", count(summary.managers_assigned)],
    ["Managers to come", summary.managers_pending > 0 ? count(summary.managers_pending) : null],
    ["Invitations sent", count(summary.invitations)],
    ["Conflicts to decide later", count(summary.conflicts)],
  ];
  return (
    <section aria-label="What else happens" className="h-fit rounded-xl border border-line bg-surface p-4">
      <h2 className="m-0 mb-2 text-13 font-semibold">What else happens</h2>
      <dl className="num m-0 grid gap-1 text-13">
        {facts.map(([term, value]) =>
          value === null ? null : (
            <div key={term} className="flex justify-between gap-4">
              <dt className="text-muted">{term}</dt>
              <dd className="m-0 text-right">{value}</dd>
            </div>
          ),
        )}
      </dl>
      <p className="m-0 mt-3 text-12 text-subtle">
        {summary.managers_pending > 0 ? "A manager who is not in your team yet is set as soon as they are. " : ""}
        {summary.conflicts > 0 ? "Where both sides changed a field, yours stays until you decide. " : ""}
        You can leave while it runs; an email goes to {email}.
      </p>
    </section>
  );
}
