/** Who a client is, on every tab: its state in Xero, its people, how old its data is, and its neighbours in the list. */
import { Link, useNavigate } from "@tanstack/react-router";
import { ArchiveRestore, ChevronLeft, ChevronRight, ExternalLink, Eye, KeyRound, Link2, RefreshCw, Sparkles, TriangleAlert, Unlink, UserRound } from "lucide-react";
import { useState } from "react";

import type { ClientDetail } from "@/api/generated";
import { useReconnect } from "@/api/reconnect";
import { ago, dayAndTime, listed } from "@/lib/format";
import { safeHref } from "@/lib/url";
import { useKey } from "@/lib/useKey";
import { useNow } from "@/lib/useNow";
import { Button } from "@/ui/Button";
import { IconButton } from "@/ui/IconButton";
import { InlineError } from "@/ui/InlineError";
import { LINK } from "@/ui/Link";
import { Pill } from "@/ui/Pill";

import { ManagersDialog, VisibilityDialog } from "./SettingDialogs";
import { LinkMenu } from "./team/LinkMenu";
import { useArchive } from "./useClients";
import { CONNECTION_WORD, IMPORTING_WORD, readable, visibilityWords } from "./words";

function ConnectionPill({ state }: { state: ClientDetail["connection"] }) {
  if (state === null) return null;
  if (readable(state)) return <Pill tone="xero" icon={<Link2 size={13} aria-hidden />}>{CONNECTION_WORD[state]}</Pill>;
  if (state === "disconnected") return <Pill tone="warn" icon={<Unlink size={13} aria-hidden />}>{CONNECTION_WORD[state]}</Pill>;
  return <Pill tone="bad" icon={<TriangleAlert size={13} aria-hidden />}>{CONNECTION_WORD[state]}</Pill>;
}

function Age({ client }: { client: ClientDetail }) {
  const now = useNow(30_000);
  if (client.importing) return <span className="text-13 text-link">{IMPORTING_WORD[client.importing]}</span>;
  if (client.tenant_id === null) return <span className="text-13 text-muted">No books in Xero</span>;
  if (!client.last_imported_at) return <span className="text-13 text-muted">Not imported yet</span>;
  const at = client.last_synced_at ?? client.last_imported_at;
  const next = client.next_sync_at ? `. Refreshed again ${dayAndTime(client.next_sync_at)}` : "";
  return (
    <span className="flex items-center gap-2">
      {client.stale && <Pill tone="warn" icon={<TriangleAlert size={13} aria-hidden />}>Out of date</Pill>}
      <time dateTime={at} title={`${dayAndTime(at)}${next}`} className="num text-13 text-muted">
        Data from {ago(at, now)}
      </time>
    </span>
  );
}

function Neighbours({ client }: { client: ClientDetail }) {
  const navigate = useNavigate();
  const go = (id: string | null) => id && void navigate({ to: "/clients/$clientId", params: { clientId: id } });
  useKey("[", () => go(client.previous_id), client.previous_id !== null);
  useKey("]", () => go(client.next_id), client.next_id !== null);
  return (
    <span className="flex">
      <IconButton label="Previous client ( [ )" size="sm" icon={<ChevronLeft size={16} aria-hidden />} disabled={!client.previous_id} onClick={() => go(client.previous_id)} />
      <IconButton label="Next client ( ] )" size="sm" icon={<ChevronRight size={16} aria-hidden />} disabled={!client.next_id} onClick={() => go(client.next_id)} />
    </span>
  );
}

const EDIT = "inline-flex h-7 items-center gap-1.5 rounded-md px-2 -mx-2 text-13 text-muted hover:bg-active hover:text-fg coarse:h-11";

export function ClientHeader({ client, refresh, refreshing }: { client: ClientDetail; refresh: () => void; refreshing: boolean }) {
  const [asking, setAsking] = useState<"visibility" | "managers" | null>(null);
  const close = (open: boolean) => !open && setAsking(null);
  const { restore, busy: restoring, error: unrestored } = useArchive();
  const { reconnect, busy: leaving, error: unconnected } = useReconnect("import");
  const xero = safeHref(client.xero_url);
  const managers = client.managers.map(({ name }) => name);
  const importable = readable(client.connection) && client.state !== "draft" && client.state !== "archived";
  return (
    <header className="flex flex-wrap items-end gap-x-6 gap-y-2">
      <div className="min-w-0 flex-1 basis-96">
        <div className="flex items-center gap-2">
          <Link to="/clients" className={`${LINK} text-13`}>
            Clients
          </Link>
          <Neighbours client={client} />
        </div>
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <h1 tabIndex={-1} className="m-0 min-w-0 text-20 font-semibold tracking-tight">
            {client.name}
          </h1>
          {client.is_new && <Pill tone="accent" icon={<Sparkles size={12} aria-hidden />}>New</Pill>}
          {client.state === "archived" && <Pill>Archived</Pill>}
          <ConnectionPill state={client.connection} />
          {client.linked_to_xpm && <LinkMenu clientId={client.id} name={client.name} />}
          {client.tags.map((tag) => (
            <Pill key={tag}>{tag}</Pill>
          ))}
        </div>
        <div className="mt-1 flex flex-wrap items-center gap-x-6">
          <button type="button" className={EDIT} onClick={() => setAsking("managers")}>
            <UserRound size={14} aria-hidden />
            <span className="sr-only">Account managers: </span>
            {managers.length ? listed(managers) : "No account manager"}
            <span aria-hidden className="chevron" />
          </button>
          <button type="button" className={EDIT} onClick={() => setAsking("visibility")}>
            <Eye size={14} aria-hidden />
            <span className="sr-only">Visibility: </span>
            {visibilityWords(client)}
            <span aria-hidden className="chevron" />
          </button>
        </div>
      </div>
      <div className="flex flex-wrap items-center gap-2">
        <Age client={client} />
        {xero && (
          <Button render={<a href={xero} target="_blank" rel="noreferrer"><ExternalLink size={15} aria-hidden />Open in Xero<span className="sr-only"> (opens in a new tab)</span></a>}>Open in Xero</Button>
        )}
        {client.state === "archived" && (
          <Button busy={restoring} icon={<ArchiveRestore size={15} aria-hidden />} onClick={() => restore(client.id)}>
            Restore client
          </Button>
        )}
        {client.state !== "archived" && client.connection !== null && !readable(client.connection) && !client.import_problem && (
          <Button look="primary" busy={leaving} icon={<KeyRound size={15} aria-hidden />} onClick={reconnect}>
            Reconnect Xero
          </Button>
        )}
        {importable && (
          <Button look="primary" busy={refreshing || client.importing !== null} icon={<RefreshCw size={15} aria-hidden />} onClick={refresh}>
            Refresh from Xero
          </Button>
        )}
      </div>
      {Boolean(unrestored ?? unconnected) && <InlineError error={unrestored ?? unconnected} className="w-full" />}
      <VisibilityDialog clients={[client]} open={asking === "visibility"} onOpenChange={close} />
      <ManagersDialog clients={[client]} open={asking === "managers"} onOpenChange={close} />
    </header>
  );
}
