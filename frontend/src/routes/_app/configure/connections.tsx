import { useQuery } from "@tanstack/react-query";
import { createFileRoute, Link } from "@tanstack/react-router";
import { Plug } from "lucide-react";
import { useState } from "react";

import { listConnectionsOptions, listGrantsOptions } from "@/api/generated/queries/connections.gen";
import { useMayDo } from "@/api/me";
import { forgetPlace, placeBefore, useReconnect } from "@/api/reconnect";
import { ConnectionsTable } from "@/features/settings/ConnectionsTable";
import { Logins } from "@/features/settings/Logins";
import { count, plural } from "@/lib/format";
import { text, type RawSearch } from "@/lib/url";
import { Banner } from "@/ui/Banner";
import { Button } from "@/ui/Button";
import { EmptyState } from "@/ui/EmptyState";
import { InlineError } from "@/ui/InlineError";
import { LINK } from "@/ui/Link";
import { PageHeader } from "@/ui/PageHeader";
import { SkeletonRows } from "@/ui/Skeleton";

export const Route = createFileRoute("/_app/configure/connections")({
  staticData: { title: "Connections", nav: { label: "Connections", icon: Plug, order: 10, group: "configure" } },
  validateSearch: (raw: RawSearch): { cause?: string } => ({ cause: text(raw["cause"]) }),
  component: Connections,
});

function Connections() {
  const { cause } = Route.useSearch();
  const { data, error, refetch } = useQuery(listConnectionsOptions());
  const mayConnect = useMayDo("beginConnection");
  const mayEnd = useMayDo("disconnect");
  const grants = useQuery({ ...listGrantsOptions(), enabled: mayConnect });
  const { reconnect, busy, error: refused } = useReconnect("connections");
  const [place, setPlace] = useState(placeBefore);
  const leave = () => { forgetPlace(); setPlace(null); };
  const connections = (data?.items ?? []).filter((one) => cause === undefined || one.cause === cause);
  return (
    <div className="flex flex-col gap-3 px-5 pt-4 pb-6">
      <PageHeader title="Connections" fact={data && data.total > 0 ? `${plural(data.total, "organisation")} in Xero` : undefined}
        actions={mayConnect && <Button look="primary" busy={busy} onClick={reconnect} icon={<Plug size={16} aria-hidden />}>Connect Xero</Button>} />
      {place && (
        <Banner tone="ok" title="Xero is connected." onDismiss={leave} action={<Button size="sm" render={<a href={place} onClick={forgetPlace}>Back to the issue</a>}>Back to the issue</Button>}>
          You were about to correct something.
        </Banner>
      )}
      {refused && <InlineError error={refused} />}
      {error && <InlineError error={error} onRetry={() => void refetch()} />}
      {!data && !error && <SkeletonRows rows={8} label="Reading connections" />}
      {grants.data && <Logins grants={grants.data.items} />}
      {data && cause !== undefined && (
        <p className="num text-13 text-muted">
          Showing {count(connections.length)} of {count(data.total)}.{" "}
          <Link to="/configure/connections" className={LINK}>
            Show all
          </Link>
        </p>
      )}
      {data && (
        <div className="overflow-hidden rounded-xl border border-line bg-surface">
          {connections.length > 0 ? (
            <ConnectionsTable connections={connections} mayChange={mayEnd} reconnect={reconnect} reconnecting={busy} />
          ) : cause === undefined ? (
            <EmptyState icon={<Plug size={18} aria-hidden />} title="Nothing is connected yet" action={mayConnect ? { label: "Connect Xero", run: reconnect } : undefined}>
              Sign in to Xero once; every organisation you tick becomes available here.
            </EmptyState>
          ) : (
            <EmptyState icon={<Plug size={18} aria-hidden />} title="Mended">Nothing has this cause any more.</EmptyState>
          )}
        </div>
      )}
    </div>
  );
}
