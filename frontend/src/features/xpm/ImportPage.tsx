/** An import outside its wizard: being read, waiting for its review, at work, done, undone or stopped. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { CircleAlert, CircleCheck, Download, ListChecks, RotateCw, Undo2 } from "lucide-react";
import { useEffect, useRef, useState, type ReactNode } from "react";

import { download } from "@/api/download";
import type { XpmImport, XpmRow, XpmRows } from "@/api/generated";
import { listXpmRowsInfiniteOptions } from "@/api/generated/queries/xpm.gen";
import { useMe } from "@/api/me";
import { useStream } from "@/api/stream";
import { count, dayAndTime, moment, plural } from "@/lib/format";
import { AlertDialog } from "@/ui/AlertDialog";
import { Banner } from "@/ui/Banner";
import { Button } from "@/ui/Button";
import { InlineError } from "@/ui/InlineError";
import { LINK } from "@/ui/Link";
import { PageHeader } from "@/ui/PageHeader";
import { ProgressBar } from "@/ui/ProgressBar";
import { Segmented } from "@/ui/Segmented";
import { TONE_COLOUR, type DrawTone } from "@/viz/tones";

import { useImportVerbs, useStartImport } from "./useImport";
import { busy, OUTCOME_WORD, OUTCOMES, outcomeWords, percentOf, STATE_WORD } from "./words";
import { stepTo } from "./XpmFrame";

const DISCARDABLE: readonly XpmImport["state"][] = ["ready", "failed"];

function titleOf(one: XpmImport): string {
  if (one.state === "applied") return "Import finished";
  if (one.state === "fetching") return one.source === "report" ? "Reading the report" : "Connecting to Xero Practice Manager";
  if (one.state === "undone") return "Import undone";
  if (one.state === "failed") return "The import stopped";
  return one.state === "ready" ? "Review and import data" : `${STATE_WORD[one.state]}`;
}

function factOf(one: XpmImport): string {
  const from = `${one.practice}, started by ${one.started_by}, ${moment(one.created_at)}`;
  if (one.undone_at) return `${from}. Undone ${dayAndTime(one.undone_at)}`;
  return one.applied_at ? `${from}. Imported ${dayAndTime(one.applied_at)}` : from;
}

/** What a screen reader hears: the start of each stage, and the end. */
function useAloud(one: XpmImport): string {
  const [words, setWords] = useState("");
  const before = useRef("");
  const now = `${one.state} ${one.progress.stage}`;
  useEffect(() => {
    if (before.current === now) return;
    before.current = now;
    setWords(busy(one) ? one.progress.stage || STATE_WORD[one.state] : STATE_WORD[one.state]);
  }, [now, one]);
  return words;
}

export function ImportPage({ one }: { one: XpmImport }) {
  const me = useMe();
  const verbs = useImportVerbs(one.id);
  const start = useStartImport();
  const [asking, setAsking] = useState<"undo" | "discard" | null>(null);
  const [failed, setFailed] = useState<unknown>(null);
  const aloud = useAloud(one);
  const done = one.state === "applied" || one.state === "undone";
  const takeReport = () => void download(`/api/v1/xpm/imports/${one.id}/report`, "text/csv", `xpm-import-${one.created_at.slice(0, 10)}.csv`).catch(setFailed);
  const error = verbs.retry.error ?? verbs.undo.error ?? verbs.discard.error ?? failed;
  const failures = one.counts["failed"] ?? 0;
  const fresh = () => start.mutate({ tenant_id: one.tenant_id });
  return (
    <div className="flex flex-col gap-4 px-5 pt-4 pb-6 max-sm:px-3">
      <p className="m-0 -mb-2">
        <Link to="/configure/integrations/xpm" className={`${LINK} text-13`}>Xero Practice Manager</Link>
      </p>
      <PageHeader title={titleOf(one)} fact={factOf(one)}
        actions={
          <>
            {done ? <Button icon={<Download size={15} aria-hidden />} onClick={takeReport}>Download report</Button> : null}
            {one.can_undo ? <Button look="danger" icon={<Undo2 size={15} aria-hidden />} onClick={() => setAsking("undo")}>Undo import</Button> : null}
            {DISCARDABLE.includes(one.state) ? <Button look="danger" onClick={() => setAsking("discard")}>Discard</Button> : null}
            {one.state === "applied" && failures > 0 ? <Button look="primary" busy={verbs.retry.isPending} icon={<RotateCw size={15} aria-hidden />} onClick={() => verbs.retry.mutate()}>Retry {plural(failures, "failed row")}</Button> : null}
            {one.state === "ready" ? <Button look="primary" icon={<ListChecks size={15} aria-hidden />} render={<Link to={stepTo(one.step)} params={{ importId: one.id }} />}>Review and import data</Button> : null}
            {one.state === "failed" && one.source === "xpm" ? <Button look="primary" busy={start.isPending} icon={<RotateCw size={15} aria-hidden />} onClick={fresh}>Start again</Button> : null}
          </>
        } />
      <p role="status" className="sr-only">{aloud}</p>
      {error ? <InlineError error={error} /> : null}
      {start.error ? <InlineError error={start.error} onRetry={fresh} /> : null}
      {one.problem ? <Banner tone="bad" title={`${one.problem.title}.`}>{one.problem.detail}</Banner> : null}
      {busy(one) ? <Progress one={one} email={me.user.email} /> : null}
      {one.state === "ready" ? <Found one={one} /> : null}
      {done ? <Result one={one} /> : null}
      <AlertDialog open={asking === "undo"} onOpenChange={(open) => !open && setAsking(null)} title="Undo this import" confirm="Undo import" keep="Keep the import"
        description="Clients that it created and nobody touched since are removed; fields, links and account managers go back to what they were. Whatever somebody built on stays, and is listed with the reason."
        busy={verbs.undo.isPending} error={verbs.undo.error} onConfirm={() => verbs.undo.mutate(undefined, { onSuccess: () => setAsking(null) })} />
      <AlertDialog open={asking === "discard"} onOpenChange={(open) => !open && setAsking(null)} title="Discard this import" confirm="Discard" keep="Keep it"
        description="What was read and decided here is thrown away. Your clients stay as they are." busy={verbs.discard.isPending} error={verbs.discard.error}
        onConfirm={() => verbs.discard.mutate(undefined, { onSuccess: () => setAsking(null) })} />
    </div>
  );
}

export function Progress({ one, email, level = 2 }: { one: XpmImport; email: string; level?: 2 | 3 }) {
  const { progress } = one;
  const percent = percentOf(progress);
  const stream = useStream();
  const Heading = level === 2 ? "h2" : "h3";
  return (
    <section aria-label="Progress" className="rounded-xl border border-line bg-surface p-4">
      <div className="flex flex-wrap items-baseline gap-x-3">
        <Heading className="m-0 text-14 font-semibold">{progress.stage || STATE_WORD[one.state]}</Heading>
        {progress.done > 0 ? (
          <span className="num text-13 text-muted">
            {count(progress.done)}
            {progress.total === null ? " so far" : ` of ${count(progress.total)}`}
          </span>
        ) : null}
      </div>
      <ProgressBar label={STATE_WORD[one.state]} value={percent} size="md" className="mt-3" />
      <p className="m-0 mt-3 text-13 text-muted">
        {one.state === "fetching" ? `You can leave; we email ${email} when it can be reviewed.` : one.state === "undoing" ? "You can leave; it goes on by itself." : `You can leave; we email ${email} when the data can be viewed.`}
        {stream === "reconnecting" ? " Reconnecting: the numbers may be a few seconds old." : ""}
      </p>
    </section>
  );
}

export function Found({ one, bare = false }: { one: XpmImport; bare?: boolean }) {
  const facts: [string, number | undefined][] = [
    ["Staff", one.counts["staff"]], ["Clients", one.counts["clients"]], ["Entities", one.counts["entities"]],
    ["Groups", one.counts["groups"]], ["Relationships", one.counts["relationships"]], ["Archived", one.counts["archived"]],
  ];
  return (
    <section aria-label="What was read" className={bare ? "border-t border-line-subtle pt-3" : "rounded-xl border border-line bg-surface p-4"}>
      <dl className="num m-0 grid grid-cols-2 gap-x-6 gap-y-3 sm:grid-cols-3 md:grid-cols-6">
        {facts.map(([term, value]) =>
          value === undefined ? null : (
            <div key={term}>
              <dt className="text-12 text-subtle">{term}</dt>
              <dd className="m-0 text-16 font-semibold">{count(value)}</dd>
            </div>
          ),
        )}
      </dl>
      <p className="num m-0 mt-3 text-13 text-muted">
        {count(one.chosen.staff + one.chosen.clients + one.chosen.entities)} chosen so far. Nothing changes until you confirm on the last step.
      </p>
    </section>
  );
}

const TONES: Record<(typeof OUTCOMES)[number], DrawTone> = { created: "accent", updated: "xero", linked: "ok", unchanged: "soft", conflict: "warn", skipped: "none", ignored: "none", failed: "bad" };

function Result({ one }: { one: XpmImport }) {
  const parts = OUTCOMES.filter((key) => (one.counts[key] ?? 0) > 0);
  const total = parts.reduce((sum, key) => sum + (one.counts[key] ?? 0), 0);
  const conflicts = one.counts["conflict"] ?? 0;
  return (
    <>
      <section aria-label="What came of it" className="rounded-xl border border-line bg-surface p-4">
        <h2 className="m-0 flex items-center gap-2 text-16 font-semibold">
          {one.counts["failed"] ? <CircleAlert size={18} aria-hidden className="text-bad-fg" /> : <CircleCheck size={18} aria-hidden className="text-ok-fg" />}
          {one.state === "undone" ? undoneWords(one) : total === 0 ? "Nothing was imported" : outcomeWords(one.counts)}
        </h2>
        {one.state === "undone" ? <p className="num m-0 mt-1 text-13 text-muted">It had brought: {outcomeWords(one.counts)}.</p> : null}
        <div aria-hidden className="mt-3 flex h-2.5 gap-0.5 overflow-hidden rounded-full bg-active">
          {parts.map((key) => (
            <span key={key} className="min-w-1" style={{ width: `${((one.counts[key] ?? 0) / Math.max(1, total)) * 100}%`, background: TONE_COLOUR[TONES[key]] }} />
          ))}
        </div>
        <div className="mt-3 flex flex-wrap gap-2">
          {one.state === "applied" && (one.counts["created"] ?? 0) > 0 ? <Button size="sm" render={<Link to="/clients" search={{ view: "new" }}>Show new clients</Link>}>Show new clients</Button> : null}
          {conflicts > 0 ? <Button size="sm" render={<Link to="/configure/integrations/xpm" hash="conflicts">Decide {plural(conflicts, "conflict")}</Link>}>Decide {plural(conflicts, "conflict")}</Button> : null}
        </div>
      </section>
      <Outcomes one={one} />
    </>
  );
}

function undoneWords({ counts }: XpmImport): string {
  const kept = counts["kept"] ?? 0;
  const words = `${count(counts["undone"] ?? 0)} taken back`;
  return kept > 0 ? `${words}, ${count(kept)} kept: something was built on ${kept === 1 ? "it" : "them"}` : words;
}

type Tab = "failed" | "conflicts" | "chosen";

/** Row by row: what failed and why comes first. */
function Outcomes({ one }: { one: XpmImport }) {
  const tabs: Tab[] = [...((one.counts["failed"] ?? 0) > 0 ? (["failed"] as const) : []), ...((one.counts["conflict"] ?? 0) > 0 ? (["conflicts"] as const) : []), "chosen"];
  const [tab, setTab] = useState<Tab>(tabs[0] ?? "chosen");
  const [kind, setKind] = useState<XpmRow["kind"]>("client");
  return (
    <section aria-label="Row by row" className="overflow-hidden rounded-xl border border-line bg-surface">
      <div className="flex flex-wrap items-center gap-2 border-b border-line px-2.5 py-2">
        <Segmented label="Kind" value={kind} onChange={setKind} options={[{ value: "staff", label: "Staff" }, { value: "client", label: "Clients" }, { value: "entity", label: "Entities" }]} />
        <span className="flex-1" />
        {tabs.length > 1 ? <Segmented look="box" label="Outcome" value={tab} onChange={setTab} options={tabs.map((value) => ({ value, label: value === "chosen" ? "All" : value === "failed" ? "Failed" : "Conflicts" }))} /> : null}
      </div>
      <OutcomeRows key={`${kind}${tab}`} one={one} kind={kind} tab={tab} />
    </section>
  );
}

function OutcomeRows({ one, kind, tab }: { one: XpmImport; kind: XpmRow["kind"]; tab: Tab }) {
  const path = { snapshot_id: one.id };
  const query = { kind, show: tab, limit: 100 };
  const list = useInfiniteQuery({ ...listXpmRowsInfiniteOptions({ path, query }), initialPageParam: { path, query }, getNextPageParam: ({ next_cursor }: XpmRows) => next_cursor });
  const rows = list.data?.pages.flatMap(({ items }) => items) ?? [];
  const total = list.data?.pages[0]?.total ?? 0;
  if (list.error) return <InlineError error={list.error} onRetry={() => void list.refetch()} className="m-3" />;
  if (list.isPending) return <p role="status" className="m-0 p-4 text-13 text-muted">Reading</p>;
  if (total === 0) return <p className="m-0 p-6 text-center text-13 text-muted">Nobody here.</p>;
  return (
    <>
      <div role="region" aria-label="Outcomes" tabIndex={0} className="max-h-[60vh] overflow-y-auto">
      <ul className="m-0 list-none p-0 text-13">
        {rows.map((row) => (
          <li key={row.id} className="flex min-h-10 flex-wrap items-center gap-x-4 border-b border-line-subtle px-4 py-1.5">
            <span className="min-w-0 flex-1 basis-40 truncate font-medium">
              {row.client_id && kind !== "staff" && row.undone !== "undone" ? (
                <Link to="/clients/$clientId" params={{ clientId: row.client_id }} className="hover:underline">
                  {row.name}
                </Link>
              ) : (
                row.name
              )}
            </span>
            <span className={row.outcome === "failed" ? "text-bad-fg" : row.outcome === "conflict" ? "text-warn-fg" : "text-muted"}>{outcome(row)}</span>
            {row.problem ? <span className="w-full text-12 text-bad-fg">{row.problem.title}. {row.problem.detail}</span> : null}
            {row.undone && row.undone !== "undone" ? <span className="w-full text-12 text-warn-fg">Not undone: {row.undone}</span> : null}
          </li>
        ))}
      </ul>
      </div>
      {rows.length < total ? (
        <p className="m-0 p-2 text-center">
          <Button size="sm" look="ghost" busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>Show {count(Math.min(100, total - rows.length))} more of {count(total)}</Button>
        </p>
      ) : null}
    </>
  );
}

function outcome(row: XpmRow): ReactNode {
  if (row.undone === "undone") return "Undone";
  if (row.outcome === null) return "Not reached";
  const words = OUTCOME_WORD[row.outcome];
  return words.charAt(0).toUpperCase() + words.slice(1);
}
