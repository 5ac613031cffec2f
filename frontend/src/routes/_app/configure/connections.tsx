import { useQuery } from "@tanstack/react-query";
import { createFileRoute } from "@tanstack/react-router";
import { Plug } from "lucide-react";

import { listConnectionsOptions } from "@/api/generated/@tanstack/react-query.gen";
import { useMayDo } from "@/api/me";
import { useReconnect } from "@/api/reconnect";
import { ConnectionsTable } from "@/features/settings/ConnectionsTable";
import { Logins } from "@/features/settings/Logins";
import { plural } from "@/lib/format";
import { Banner } from "@/ui/Banner";
import { Button } from "@/ui/Button";
import { EmptyState } from "@/ui/EmptyState";
import { InlineError } from "@/ui/InlineError";
import { PageHeader } from "@/ui/PageHeader";
import { SkeletonRows } from "@/ui/Skeleton";

export const Route = createFileRoute("/_app/configure/connections")({
  staticData: { title: "Connections", nav: { label: "Connections", icon: Plug, order: 10, group: "configure" } },
  component: Connections,
});

function Connections() {
  const { data, error, refetch } = useQuery(listConnectionsOptions());
  const { reconnect, busy, error: refused } = useReconnect("connections");
  const mayConnect = useMayDo("beginConnection");
  const mayEnd = useMayDo("disconnect");
  const connections = data?.items ?? [];
  const expired = connections.filter(({ status }) => status === "reauth_required").length;
  return (
    <div className="flex flex-col gap-3 px-5 pt-4 pb-6">
      <PageHeader title="Connections" fact={data && data.total > 0 ? `${plural(data.total, "organisation")} in Xero` : undefined}
        actions={mayConnect && <Button look="primary" busy={busy} onClick={reconnect} icon={<Plug size={16} aria-hidden />}>Connect Xero</Button>} />
      {refused && <InlineError error={refused} />}
      {error && <InlineError error={error} onRetry={() => void refetch()} />}
      {expired > 0 && (
        <Banner tone="bad" title={`Xero sign-in expired for ${plural(expired, "organisation")}.`} action={mayConnect && <Button size="sm" busy={busy} onClick={reconnect}>Reconnect Xero</Button>}>
          Reconnect Xero and their imports continue where they stopped.
        </Banner>
      )}
      {!data && !error && <SkeletonRows rows={8} label="Reading connections" />}
      {data && <Logins connections={connections} />}
      {data && (
        <div className="overflow-hidden rounded-xl border border-line bg-surface">
          {connections.length === 0 ? (
            <EmptyState icon={<Plug size={18} aria-hidden />} title="Nothing is connected yet" action={mayConnect ? { label: "Connect Xero", run: reconnect } : undefined}>
              Sign in to Xero once; every organisation you tick becomes available here.
            </EmptyState>
          ) : (
            <ConnectionsTable connections={connections} mayChange={mayEnd} reconnect={reconnect} reconnecting={busy} />
          )}
        </div>
      )}
    </div>
  );
}
