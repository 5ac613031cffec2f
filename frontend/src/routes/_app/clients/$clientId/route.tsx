import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { createFileRoute, Link, Outlet } from "@tanstack/react-router";
import { useEffect } from "react";

import { listClientsQueryKey, markClientSeenMutation, readClientOptions } from "@/api/generated/queries/clients.gen";
import { ClientHeader } from "@/features/clients/ClientHeader";
import { useRefresh } from "@/features/clients/useClients";
import { InlineError } from "@/ui/InlineError";
import { Skeleton } from "@/ui/Skeleton";
import { TAB_BAR, TAB_LINK } from "@/ui/Tabs";

export const Route = createFileRoute("/_app/clients/$clientId")({
  staticData: { title: "Client" },
  component: ClientFrame,
});

const TABS = [
  { to: "/clients/$clientId", label: "Overview", exact: true },
  { to: "/clients/$clientId/checks", label: "Clean-up", exact: false },
  { to: "/clients/$clientId/figures", label: "Balances", exact: true },
  { to: "/clients/$clientId/team", label: "Team", exact: true },
  { to: "/clients/$clientId/history", label: "History", exact: false },
  { to: "/clients/$clientId/activity", label: "Activity", exact: false },
] as const;

/** Longer than this without a word, and the client counts as closed: its reading no longer leaves room for a person. */
const STILL_HERE_MS = 45_000;

/**
 * Says that a person has the client open, again and again while the page is looked at: reading in the background then
 * leaves room for what they ask for. The first word also clears "New" for this person; the pill stays until they leave.
 */
function useSeen(clientId: string, isNew: boolean | undefined) {
  const cache = useQueryClient();
  const { mutate } = useMutation({
    ...markClientSeenMutation(),
    onSuccess: () => (isNew ? cache.invalidateQueries({ queryKey: listClientsQueryKey(), refetchType: "none" }) : undefined),
  });
  const known = isNew !== undefined;
  useEffect(() => {
    if (!known) return;
    const tell = () => {
      if (document.visibilityState === "visible") mutate({ path: { client_id: clientId } });
    };
    tell();
    const timer = window.setInterval(tell, STILL_HERE_MS);
    document.addEventListener("visibilitychange", tell);
    return () => {
      window.clearInterval(timer);
      document.removeEventListener("visibilitychange", tell);
    };
  }, [clientId, known, mutate]);
}

function ClientFrame() {
  const { clientId } = Route.useParams();
  const { data: client, error, refetch } = useQuery(readClientOptions({ path: { client_id: clientId } }));
  const { refresh, busy, error: refused } = useRefresh();
  useSeen(clientId, client?.is_new);
  useEffect(() => {
    if (client) document.title = `${client.name} · Bulkhead`;
  }, [client?.name]);
  if (error && !client) return <div className="p-5"><InlineError error={error} onRetry={() => void refetch()} /></div>;
  if (!client) {
    return (
      <div role="status" aria-label="Reading the client" className="grid gap-4 p-5">
        <h1 tabIndex={-1} className="sr-only">Client</h1>
        <Skeleton className="h-12 w-96" />
        <Skeleton className="h-64" />
      </div>
    );
  }
  const start = () => void refresh([clientId]).catch(() => undefined);
  return (
    <div className="flex flex-1 flex-col gap-3 px-5 pt-4 pb-6">
      <ClientHeader client={client} refresh={start} refreshing={busy} />
      {refused && <InlineError error={refused} />}
      <nav aria-label="Client" className={`${TAB_BAR} shrink-0`}>
        {TABS.map(({ to, label, exact }) => (
          <Link key={to} to={to} params={{ clientId }} activeOptions={{ exact, includeSearch: false }} activeProps={{ "aria-current": "page" }} className={TAB_LINK}>
            {label}
          </Link>
        ))}
      </nav>
      <Outlet />
    </div>
  );
}
