/** Xero Practice Manager as an integration: what is connected, what is under way, who wins, what is open, what there was. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Check, CircleAlert, Import as ImportIcon, Link2, ListChecks, Plug, TriangleAlert } from "lucide-react";
import { lazy, Suspense, type ReactNode } from "react";

import type { Xpm, XpmImport, XpmPractice } from "@/api/generated";
import { readXpmOptions } from "@/api/generated/queries/xpm.gen";
import { useMayDo, useMe } from "@/api/me";
import { cx } from "@/lib/cx";
import { ago, count, dayAndTime, listed } from "@/lib/format";
import { Banner } from "@/ui/Banner";
import { Button } from "@/ui/Button";
import { EmptyState } from "@/ui/EmptyState";
import { InlineError } from "@/ui/InlineError";
import { LINK } from "@/ui/Link";
import { PageHeader } from "@/ui/PageHeader";
import { Pill } from "@/ui/Pill";
import { Skeleton } from "@/ui/Skeleton";

import { Consents } from "./Consents";
import { Found, Progress } from "./ImportPage";
import { useConnectPractice } from "./useConnectPractice";
import { useStartImport } from "./useImport";
import { ALLOWS, busy, outcomeWords } from "./words";
import { stepTo } from "./XpmFrame";

// What is under way and what is linked come first; their pickers and lists follow.
const Policies = lazy(() => import("./Policies").then((file) => ({ default: file.Policies })));
const ReportUpload = lazy(() => import("./ReportUpload").then((file) => ({ default: file.ReportUpload })));
const History = lazy(() => import("./History").then((file) => ({ default: file.History })));

/** `conflicts`: what waits to be decided, across clients. */
export function ManagePage({ conflicts }: { conflicts: ReactNode }) {
  const may = useMayDo("startXpmImport");
  const { data, error, refetch } = useQuery({ ...readXpmOptions(), refetchInterval: ({ state }) => (state.data?.under_way && busy(state.data.under_way) ? 8000 : false) });
  if (!may) {
    return (
      <EmptyState level={1} title="Xero Practice Manager">
        Owners and administrators import clients from it. Ask one of them.
      </EmptyState>
    );
  }
  return (
    <div className="flex flex-col gap-4 px-5 pt-4 pb-6 max-sm:px-3">
      <p className="m-0 -mb-2">
        <Link to="/configure/integrations" className={`${LINK} text-13`}>Integrations</Link>
      </p>
      {data ? <Loaded xpm={data} conflicts={conflicts} /> : (
        <>
          <PageHeader title="Xero Practice Manager" />
          {error ? <InlineError error={error} onRetry={() => void refetch()} /> : <div role="status" aria-label="Reading the integration"><Skeleton className="h-48" /></div>}
        </>
      )}
    </div>
  );
}

function Loaded({ xpm, conflicts }: { xpm: Xpm; conflicts: ReactNode }) {
  const me = useMe();
  const start = useStartImport();
  const { connect, busy: leaving, error: unconnected } = useConnectPractice();
  const connected = xpm.practices.filter(({ connection }) => connection === "connected");
  const anything = xpm.practices.length > 0;
  const now = xpm.under_way;
  return (
    <>
      <PageHeader title="Xero Practice Manager" fact={anything ? "Staff, clients and entities of your practice, brought across when you say so." : "Not connected"}
        actions={
          now ? null : connected.length === 1 ? (
            <Button look="primary" busy={start.isPending} icon={<ImportIcon size={16} aria-hidden />} onClick={() => start.mutate({ tenant_id: connected[0]?.tenant_id })}>Import data</Button>
          ) : connected.length === 0 ? (
            <Button look="primary" busy={leaving} icon={<Plug size={16} aria-hidden />} onClick={connect}>{anything ? "Reconnect Xero Practice Manager" : "Connect Xero Practice Manager"}</Button>
          ) : null
        } />
      {start.error ? <InlineError error={start.error} onAction={(action) => (action.operation === "connect_practice" ? (connect(), true) : false)} /> : null}
      {unconnected ? <InlineError error={unconnected} onRetry={connect} /> : null}
      {now ? <UnderWay one={now} email={me.user.email} /> : null}
      <div className="grid items-start gap-4 md:grid-cols-2">
        <div className="flex min-w-0 flex-col gap-4">
          {xpm.practices.map((practice) => (
            <Practice key={practice.tenant_id} practice={practice} reconnect={connect} leaving={leaving}
              start={connected.length > 1 && practice.connection === "connected" && !now ? () => start.mutate({ tenant_id: practice.tenant_id }) : undefined} />
          ))}
          <Suspense fallback={<Skeleton className="h-48" />}>
            {xpm.practices.map(({ tenant_id, name }) => (
              <Policies key={tenant_id} tenantId={tenant_id} practice={name} several={xpm.practices.length > 1} />
            ))}
          </Suspense>
        </div>
        <div className="flex min-w-0 flex-col gap-4">
          <Preflight checks={xpm.preflight} connected={connected.length > 0} />
          <Suspense fallback={<Skeleton className="h-32" />}>
            <ReportUpload blocked={now !== null && now.state !== "failed"} />
          </Suspense>
        </div>
      </div>
      {anything ? conflicts : null}
      <Suspense fallback={null}>
        <History />
      </Suspense>
    </>
  );
}

function UnderWay({ one, email }: { one: XpmImport; email: string }) {
  if (busy(one)) {
    return (
      <section aria-label="Under way" className="flex flex-col gap-2">
        <h2 className="m-0 text-14 font-semibold">{one.state === "fetching" ? (one.source === "report" ? "Reading the report" : "Connecting to Xero Practice Manager") : one.state === "applying" ? "Importing" : "Undoing"}</h2>
        <Progress one={one} email={email} level={3} />
      </section>
    );
  }
  if (one.state === "failed") {
    return (
      <Banner tone="bad" title={`${one.problem?.title ?? "The import stopped"}.`} action={<Button size="sm" render={<Link to="/configure/integrations/xpm/imports/$importId" params={{ importId: one.id }}>Show the import</Link>}>Show the import</Button>}>
        {one.problem?.detail}
      </Banner>
    );
  }
  return (
    <section aria-label="Review and import data" className="flex flex-col gap-3 rounded-xl border border-accent bg-surface p-4">
      <div className="flex flex-wrap items-center gap-x-6 gap-y-2">
        <div className="min-w-0 flex-1 basis-60">
          <h2 className="m-0 text-16 font-semibold">Review and import data</h2>
          <p className="num m-0 text-13 text-muted">{one.practice}, read {ago(one.fetched_at)}, started by {one.started_by}.</p>
        </div>
        <Button render={<Link to="/configure/integrations/xpm/imports/$importId" params={{ importId: one.id }}>Details</Link>}>Details</Button>
        <Button look="primary" icon={<ListChecks size={15} aria-hidden />} render={<Link to={stepTo(one.step)} params={{ importId: one.id }} />}>View data</Button>
      </div>
      <Found one={one} bare />
    </section>
  );
}

function Standing({ practice }: { practice: XpmPractice }) {
  if (practice.connection === "connected") return <Pill tone="xero" icon={<Link2 size={13} aria-hidden />}>Connected</Pill>;
  if (practice.connection === "needs_action") return <Pill tone="bad" icon={<TriangleAlert size={13} aria-hidden />}>Sign in again</Pill>;
  return <Pill>Not connected</Pill>;
}

function Practice({ practice, reconnect, leaving, start }: { practice: XpmPractice; reconnect: () => void; leaving: boolean; start?: (() => void) | undefined }) {
  const last = practice.last_import;
  return (
    <section aria-label={practice.name} className="flex flex-col gap-3 rounded-xl border border-line bg-surface p-4">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <h2 className="m-0 min-w-0 flex-1 truncate text-14 font-semibold">{practice.name}</h2>
        <Standing practice={practice} />
      </div>
      <dl className="num m-0 grid grid-cols-3 gap-4 text-13">
        <Figure term="Clients linked" value={count(practice.linked_clients)} />
        <Figure term="Staff linked" value={count(practice.linked_staff)} />
        <Figure term="Open conflicts" value={count(practice.open_conflicts)} warn={practice.open_conflicts > 0} />
      </dl>
      <p className="num m-0 text-13 text-muted">
        {last ? (
          <>
            Last import{" "}
            <Link to="/configure/integrations/xpm/imports/$importId" params={{ importId: last.id }} className={LINK} title={dayAndTime(last.applied_at)}>
              {ago(last.applied_at)}
            </Link>
            : {outcomeWords(last.counts) || "nothing changed"}.
          </>
        ) : (
          "Nothing imported yet."
        )}
      </p>
      {practice.staff_gone.length > 0 ? (
        <p className="m-0 flex items-start gap-2 text-13">
          <TriangleAlert size={15} aria-hidden className="mt-0.5 shrink-0 text-warn-fg" />
          <span>
            {listed(practice.staff_gone.map(({ name }) => name))} {practice.staff_gone.length === 1 ? "is" : "are"} no longer on the staff in XPM. They keep their place here until somebody removes them in <Link to="/configure/team" className={LINK}>the team</Link>.
          </span>
        </p>
      ) : null}
      {practice.consents.length > 0 ? <Consents consents={practice.consents} /> : null}
      {practice.connection === "needs_action" ? (
        <div>
          <Button size="sm" busy={leaving} icon={<Plug size={14} aria-hidden />} onClick={reconnect}>Reconnect</Button>
        </div>
      ) : null}
      {start ? (
        <div>
          <Button size="sm" icon={<ImportIcon size={14} aria-hidden />} onClick={start}>Import data</Button>
        </div>
      ) : null}
    </section>
  );
}

function Figure({ term, value, warn = false }: { term: string; value: string; warn?: boolean }) {
  return (
    <div>
      <dt className="text-12 text-subtle">{term}</dt>
      <dd className={cx("m-0 text-20 font-semibold", warn && "text-warn-fg")}>{value}</dd>
    </div>
  );
}

function Preflight({ checks, connected }: { checks: Xpm["preflight"]; connected: boolean }) {
  return (
    <section aria-labelledby="preflight" className="rounded-xl border border-line bg-surface p-4">
      <h2 id="preflight" className="m-0 mb-2 text-14 font-semibold">Before an import</h2>
      <ul className="m-0 flex list-none flex-col gap-2 p-0 text-13">
        {checks.map(({ code, ok, text, remedy }) => (
          <li key={code} className="flex items-start gap-2">
            {ok ? <Check size={15} aria-label="Fine" className="mt-0.5 shrink-0 text-ok-fg" /> : <CircleAlert size={15} aria-label="To put right" className="mt-0.5 shrink-0 text-bad-fg" />}
            <span>
              {text}
              {remedy ? <span className="block text-muted">{remedy}</span> : null}
            </span>
          </li>
        ))}
      </ul>
      {connected ? null : (
        <>
          <h3 className="m-0 mt-3 mb-1 text-12 font-semibold text-muted">What you will be asked to allow</h3>
          <ul className="m-0 pl-4 text-13 text-muted">
            {[...new Set(Object.values(ALLOWS))].map((words) => (
              <li key={words}>{words}</li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}
