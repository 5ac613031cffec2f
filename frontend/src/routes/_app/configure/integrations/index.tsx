import { useQuery } from "@tanstack/react-query";
import { createFileRoute, Link } from "@tanstack/react-router";
import { Blocks, Building2, Contact, Link2, Mail, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";

import { listConnectionsOptions } from "@/api/generated/queries/connections.gen";
import { readXpmOptions } from "@/api/generated/queries/xpm.gen";
import { useMayDo, useMe } from "@/api/me";
import { ago, count, plural } from "@/lib/format";
import { Button } from "@/ui/Button";
import { InlineError } from "@/ui/InlineError";
import { OutLink } from "@/ui/Link";
import { PageHeader } from "@/ui/PageHeader";
import { Pill } from "@/ui/Pill";
import { Skeleton } from "@/ui/Skeleton";

export const Route = createFileRoute("/_app/configure/integrations/")({
  staticData: { title: "Integrations", nav: { label: "Integrations", icon: Blocks, order: 5, group: "configure" } },
  component: Integrations,
});

function Integrations() {
  return (
    <div className="flex flex-col gap-4 px-5 pt-4 pb-6 max-sm:px-3">
      <PageHeader title="Integrations" fact="Where your clients, their books and your practice's records come from." />
      <ul className="m-0 grid list-none gap-4 p-0 md:grid-cols-2 lg:grid-cols-3">
        <Xero />
        <PracticeManager />
        <Email />
      </ul>
    </div>
  );
}

function Card({ icon, title, pill, children, action }: { icon: ReactNode; title: string; pill?: ReactNode; children: ReactNode; action: ReactNode }) {
  return (
    <li className="flex flex-col gap-3 rounded-xl border border-line bg-surface p-4">
      <div className="flex items-center gap-3">
        <span className="grid size-9 shrink-0 place-items-center rounded-lg bg-active text-muted">{icon}</span>
        <h2 className="m-0 min-w-0 flex-1 text-14 font-semibold">{title}</h2>
        {pill}
      </div>
      <div className="num flex-1 text-13 text-muted">{children}</div>
      <div>{action}</div>
    </li>
  );
}

const connected = <Pill tone="xero" icon={<Link2 size={13} aria-hidden />}>Connected</Pill>;
const expired = <Pill tone="bad" icon={<TriangleAlert size={13} aria-hidden />}>Sign in again</Pill>;

function Xero() {
  const { data, error, refetch } = useQuery(listConnectionsOptions());
  const broken = (data?.items ?? []).filter(({ status }) => status !== "active" && status !== "degraded").length;
  return (
    <Card icon={<Building2 size={18} aria-hidden />} title="Xero" pill={data ? (data.total === 0 ? <Pill>Not connected</Pill> : broken > 0 ? expired : connected) : null}
      action={<Button size="sm" aria-label="Manage Xero" render={<Link to="/configure/connections" />}>Manage</Button>}>
      {error ? <InlineError error={error} onRetry={() => void refetch()} /> : data ? (
        <>
          {data.total === 0 ? "Connect your clients' organisations to read their books." : `${plural(data.total, "organisation")} connected.`}
          {broken > 0 ? ` ${count(broken)} ${broken === 1 ? "needs" : "need"} action.` : ""}
        </>
      ) : <Skeleton className="h-4 w-48" />}
    </Card>
  );
}

function PracticeManager() {
  const may = useMayDo("startXpmImport");
  const { data, error, refetch } = useQuery({ ...readXpmOptions(), enabled: may });
  const practice = data?.practices[0];
  const last = data?.practices.flatMap(({ last_import }) => last_import ?? []).toSorted((a, b) => b.applied_at.localeCompare(a.applied_at))[0];
  const linked = data?.practices.reduce((sum, { linked_clients }) => sum + linked_clients, 0) ?? 0;
  return (
    <Card icon={<Contact size={18} aria-hidden />} title="Xero Practice Manager"
      pill={data ? (data.under_way?.state === "ready" ? <Pill tone="accent">To review</Pill> : practice?.connection === "connected" ? connected : practice?.connection === "needs_action" ? expired : <Pill>Not connected</Pill>) : null}
      action={may ? <Button size="sm" aria-label="Manage Xero Practice Manager" render={<Link to="/configure/integrations/xpm" />}>Manage</Button> : null}>
      {!may ? "Owners and administrators import staff, clients and entities." : error ? <InlineError error={error} onRetry={() => void refetch()} /> : data ? (
        <>
          {linked > 0 ? `${plural(linked, "client")} linked.` : "Import your staff, clients and entities with their relationships."}
          {last ? ` Last import ${ago(last.applied_at)}.` : ""}
        </>
      ) : <Skeleton className="h-4 w-48" />}
    </Card>
  );
}

function Email() {
  const me = useMe();
  return (
    <Card icon={<Mail size={18} aria-hidden />} title="Email" pill={<Pill tone="ok">On</Pill>} action={me.mailbox_url ? <OutLink href={me.mailbox_url}>Open the test inbox</OutLink> : null}>
      {me.mailbox_url ? "Nothing leaves this machine: letters land in a test inbox." : `News of imports goes to whoever started them; yours to ${me.user.email}.`}
    </Card>
  );
}
