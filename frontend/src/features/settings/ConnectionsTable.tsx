/** The organisations that may be read, through whose sign-in, and what to do about those that may not. */
import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { CircleCheck, TriangleAlert, Unlink } from "lucide-react";
import { useMemo, useState } from "react";

import type { Connection } from "@/api/generated";
import { disconnectMutation } from "@/api/generated/queries/connections.gen";
import { count, day, dayAndTime } from "@/lib/format";
import { AlertDialog } from "@/ui/AlertDialog";
import { Button } from "@/ui/Button";
import { LINK } from "@/ui/Link";
import { ListTable, type Column } from "@/ui/ListTable";
import { Pill } from "@/ui/Pill";

import { OrderGrants } from "./OrderGrants";
import { useRefetch } from "./useRefetch";

const STATUS = {
  active: { words: "Connected", tone: "ok", icon: CircleCheck },
  degraded: { words: "Connected, needs attention", tone: "warn", icon: TriangleAlert },
  reauth_required: { words: "Sign-in expired", tone: "bad", icon: TriangleAlert },
  disconnected: { words: "Disconnected", tone: "warn", icon: Unlink },
  revoked_at_xero: { words: "Disconnected in Xero", tone: "bad", icon: Unlink },
} as const;

const works = ({ status }: Connection): boolean => status === "active" || status === "degraded";

const KIND: Record<Connection["kind"], string> = { organisation: "Organisation", practice_manager: "Xero Practice Manager", other: "Other" };

/** Several sign-ins stand in the order in which they are asked. */
function SignedInBy({ connection, order }: { connection: Connection; order: (() => void) | undefined }) {
  const names = connection.grants.map(({ name }) => name).join(", ") || "Nobody";
  if (!order || connection.grants.length < 2) return <span className="text-muted">{names}</span>;
  return (
    <button type="button" className="max-w-48 truncate text-link hover:underline" title={names} onClick={order} aria-label={`Order the sign-ins for ${connection.tenant_name}: ${names}`}>
      {names}
    </button>
  );
}

export interface ConnectionsTableProps {
  connections: readonly Connection[];
  mayChange: boolean;
  reconnect: () => void;
  reconnecting: boolean;
}

export function ConnectionsTable({ connections, mayChange, reconnect, reconnecting }: ConnectionsTableProps) {
  const [asked, setAsked] = useState<Connection | null>(null);
  const [ordered, setOrdered] = useState<Connection | null>(null);
  const refetch = useRefetch("listConnections", "readConnectionHealth", "listGrants", "listTenants", "listClients", "readClient", "readBundle");
  const end = useMutation({ ...disconnectMutation(), onSuccess: () => { setAsked(null); return refetch(); } });
  const columns = useMemo<Column<Connection>[]>(
    () => [
      {
        key: "name",
        title: "Organisation",
        className: "w-full max-w-0 min-w-48",
        cell: ({ tenant_name, kind }) => (
          <span className="flex min-w-0 items-center gap-2">
            <span className="truncate font-medium" title={tenant_name}>{tenant_name}</span>
            {kind !== "organisation" && <Pill tone="xero">{KIND[kind]}</Pill>}
          </span>
        ),
      },
      {
        key: "status",
        title: "Status",
        className: "min-w-40",
        cell: ({ status, detail }) => {
          const { words, tone, icon: Icon } = STATUS[status];
          return (
            <span className="flex items-center gap-2">
              <Pill tone={tone} icon={<Icon size={13} aria-hidden />}>{words}</Pill>
              {detail && <span className="max-w-60 truncate text-12 text-muted max-xl:hidden" title={detail}>{detail}</span>}
            </span>
          );
        },
      },
      {
        key: "client",
        title: "Client",
        cell: ({ client_id, client_name }) =>
          client_id ? (
            <Link to="/clients/$clientId" params={{ clientId: client_id }} className={LINK}>
              Open client<span className="sr-only"> {client_name}</span>
            </Link>
          ) : (
            <span className="text-subtle">Not a client</span>
          ),
      },
      { key: "login", title: "Signed in by", className: "max-md:hidden", cell: (connection) => <SignedInBy connection={connection} order={mayChange ? () => setOrdered(connection) : undefined} /> },
      { key: "since", title: "Since", className: "max-xl:hidden", cell: ({ connected_at }) => <time dateTime={connected_at} title={dayAndTime(connected_at)} className="num text-muted">{day(connected_at)}</time> },
      { key: "calls", title: "Calls left today", align: "right", cell: ({ day_calls_left, day_limit }) => (day_calls_left === null ? "–" : <span title={`${count(day_calls_left)} of ${count(day_limit)} calls`}>{count(day_calls_left)}</span>) },
      {
        key: "action",
        title: "Action",
        quiet: true,
        align: "right",
        cell: (connection) =>
          !mayChange ? null : (
            <span className="flex justify-end gap-1">
              {(connection.action ?? !works(connection)) && (
                <Button size="sm" busy={reconnecting} onClick={reconnect} aria-label={`${connection.action?.label ?? "Reconnect"} ${connection.tenant_name}`}>{connection.action?.label ?? "Reconnect"}</Button>
              )}
              {works(connection) && <Button size="sm" look="ghost" onClick={() => setAsked(connection)} aria-label={`Disconnect ${connection.tenant_name}`}>Disconnect</Button>}
            </span>
          ),
      },
    ],
    [mayChange, reconnect, reconnecting],
  );
  return (
    <>
      <ListTable label="Connected organisations" columns={columns} rows={connections} />
      {ordered && <OrderGrants connection={ordered} close={() => setOrdered(null)} />}
      <AlertDialog
        open={asked !== null}
        onOpenChange={(open) => { if (!open) { setAsked(null); end.reset(); } }}
        title={`Disconnect ${asked?.tenant_name ?? ""}`}
        description="Bulkhead can no longer read this organisation and its imports stop. The client, its scores and its history stay, and you can reconnect at any time."
        confirm="Disconnect"
        keep="Keep connected"
        busy={end.isPending}
        error={end.error}
        onConfirm={() => asked && end.mutate({ path: { connection_id: asked.id } })}
      />
    </>
  );
}
