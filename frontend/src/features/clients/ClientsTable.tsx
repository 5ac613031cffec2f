/** The table that is the product: every client with its score, its trend and its people. */
import { Link } from "@tanstack/react-router";
import { Sparkles } from "lucide-react";
import { useMemo } from "react";

import type { Client } from "@/api/generated";
import { ago, count, dayAndTime, listed } from "@/lib/format";
import { ariaSort, nextSort } from "@/lib/url";
import { AvatarStack } from "@/ui/Avatar";
import { ListTable, type Column, type Ticks } from "@/ui/ListTable";
import { Pill } from "@/ui/Pill";
import { ScoreBar } from "@/viz/ScoreBar";
import { Sparkline } from "@/viz/Sparkline";

import { SORTS, type SortKey } from "./list";
import { labelOf } from "./team/fields";
import { IMPORTING_WORD, visibilityWords } from "./words";

export interface ClientsTableProps {
  clients: readonly Client[];
  total: number;
  sort: SortKey | undefined;
  onSort: (sort: SortKey | undefined) => void;
  onEnd: () => void;
  ticks: Ticks;
  now: Date;
}

function Name({ client }: { client: Client }) {
  return (
    <span className="flex min-w-0 items-center gap-2">
      <Link to="/clients/$clientId" params={{ clientId: client.id }} className="truncate rounded-sm font-medium hover:underline">
        {client.name}
      </Link>
      {client.is_new && <Pill tone="accent" icon={<Sparkles size={12} aria-hidden />}>New</Pill>}
      {!client.is_new && client.updated_fields.length > 0 && <Pill tone="accent" title={`The last import changed: ${listed(client.updated_fields.map(labelOf), 6).toLowerCase()}`}>Updated</Pill>}
      {client.linked_to_xpm && <Pill tone="xero" title="Linked to Xero Practice Manager">XPM<span className="sr-only">: linked to Xero Practice Manager</span></Pill>}
      {client.state === "draft" && <Pill>Draft</Pill>}
      {client.state === "ready" && !client.importing && <Pill>Ready to import</Pill>}
      {client.connection === "reauth_required" && <Pill tone="bad">Sign-in expired</Pill>}
      {client.connection === "revoked_at_xero" && <Pill tone="bad">Disconnected in Xero</Pill>}
      {client.connection === "disconnected" && <Pill tone="warn">Disconnected</Pill>}
    </span>
  );
}

function LastRefresh({ client, now }: { client: Client; now: Date }) {
  if (client.importing) return <span className="text-link">{IMPORTING_WORD[client.importing]}</span>;
  if (client.tenant_id === null) return <span className="text-subtle">No books</span>;
  if (!client.last_imported_at) return <span className="text-subtle">Not imported</span>;
  const at = client.last_synced_at ?? client.last_imported_at;
  return (
    <time dateTime={at} title={client.stale ? `${dayAndTime(at)}: out of date` : dayAndTime(at)} className={client.stale ? "num font-medium text-warn-fg" : "num text-muted"}>
      {ago(at, now)}
      {client.stale && <span className="sr-only">, out of date</span>}
    </time>
  );
}

export function ClientsTable({ clients, total, sort, onSort, onEnd, ticks, now }: ClientsTableProps) {
  const columns = useMemo<Column<Client>[]>(() => {
    const by = (column: string, firstDescending = false) => ({
      direction: ariaSort(column, sort),
      turn: () => onSort(nextSort(column, sort, SORTS, firstDescending)),
    });
    return [
      { key: "name", title: "Client", className: "min-w-56 w-full max-w-0", sort: by("name"), cell: (client) => <Name client={client} /> },
      {
        key: "score",
        title: "Health score",
        className: "min-w-32",
        sort: by("score"),
        cell: ({ score }) => <ScoreBar value={score.value} band={score.band} provisional={score.provisional} />,
      },
      { key: "trend", title: "Trend", className: "max-md:hidden min-w-24", cell: ({ score }) => (score.trend.length > 1 ? <Sparkline values={score.trend} /> : <span className="text-subtle">–</span>) },
      { key: "issues", title: "Issues", align: "right", sort: by("issues", true), cell: (client) => (client.score.value === null ? "–" : count(client.issues)) },
      { key: "managers", title: "Account managers", className: "min-w-44", cell: ({ managers }) => <AvatarStack people={managers} /> },
      { key: "visibility", title: "Visibility", className: "max-lg:hidden", cell: (client) => <span className="text-muted">{visibilityWords(client)}</span> },
      { key: "last", title: "Refreshed", className: "min-w-28", sort: by("last_imported", true), cell: (client) => <LastRefresh client={client} now={now} /> },
    ];
  }, [sort, onSort, now]);
  return <ListTable label="Clients" columns={columns} rows={clients} total={total} ticks={ticks} onEnd={onEnd} fill />;
}
