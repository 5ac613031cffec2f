/** Changing clients: every change goes through one verb, and can be taken back. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { archiveClientMutation, configureClientsMutation, restoreClientMutation } from "@/api/generated/queries/clients.gen";
import { syncClientsMutation } from "@/api/generated/queries/imports.gen";
import { listMembersOptions } from "@/api/generated/queries/team.gen";
import type { Client, ClientChange, Person } from "@/api/generated";
import { idempotencyKey } from "@/api/client";
import { plural } from "@/lib/format";
import { toast } from "@/ui/Toast";

const TOUCHED = ["listClients", "readClient", "listActivity", "readMe"];

export function useRefetchClients() {
  const cache = useQueryClient();
  return () => cache.invalidateQueries({ predicate: ({ queryKey }) => TOUCHED.includes((queryKey[0] as { _id?: string })?._id ?? "") });
}

/** Everyone who may manage or see a client. */
export function usePeople(): readonly Person[] {
  const { data } = useQuery({ ...listMembersOptions(), staleTime: 60_000 });
  return (data?.items ?? []).filter(({ state }) => state === "active").map(({ id, name }) => ({ id, name }));
}

export type Setting = Omit<ClientChange, "id" | "version">;

function before(client: Client, set: Setting): ClientChange {
  return {
    id: client.id,
    ...(set.visibility != null && { visibility: client.visibility, viewer_ids: client.viewers.map(({ id }) => id) }),
    ...(set.manager_ids != null && { manager_ids: client.managers.map(({ id }) => id) }),
    ...(set.tags != null && { tags: client.tags }),
  };
}

/** Sets the same thing for one client or a thousand, and offers to put back what was there. */
export function useConfigure() {
  const refetch = useRefetchClients();
  const change = useMutation({ ...configureClientsMutation(), onSuccess: () => refetch() });
  const set = async (clients: readonly Client[], setting: Setting, said: string) => {
    const one = clients.length === 1;
    await change.mutateAsync({
      body: { changes: clients.map(({ id, version }) => ({ id, ...setting, ...(one && { version }) })), ready: false },
    });
    const undo = clients.map((client) => before(client, setting));
    toast(one ? `${said} for ${clients[0]?.name ?? "the client"}` : `${said} for ${plural(clients.length, "client")}`, {
      action: { label: "Undo", run: () => change.mutate({ body: { changes: undo, ready: false } }) },
    });
  };
  return { set, busy: change.isPending, error: change.error, reset: change.reset };
}

/** Archives one by one, because each must be allowed on its own; the clients can be brought back. */
export function useArchive() {
  const refetch = useRefetchClients();
  const restore = useMutation({ ...restoreClientMutation(), onSuccess: () => refetch() });
  const archive = useMutation(archiveClientMutation());
  const run = useMutation({
    mutationFn: async (clients: readonly Client[]) => {
      for (const { id } of clients) await archive.mutateAsync({ path: { client_id: id } });
      return clients;
    },
    onSettled: () => refetch(),
    onSuccess: (clients) =>
      toast(`${plural(clients.length, "client")} archived`, {
        action: {
          label: "Undo",
          run: () => {
            for (const { id } of clients) restore.mutate({ path: { client_id: id } });
          },
        },
      }),
  });
  return { archive: run.mutateAsync, restore: (id: string) => restore.mutate({ path: { client_id: id } }), busy: run.isPending || restore.isPending, error: run.error ?? restore.error };
}

/** Reads what changed at Xero since the last time; a client that was never read is read whole. */
export function useRefresh() {
  const refetch = useRefetchClients();
  const start = useMutation({ ...syncClientsMutation(), onSuccess: () => refetch() });
  return {
    refresh: (client_ids: string[]) => start.mutateAsync({ body: { client_ids }, headers: { "idempotency-key": idempotencyKey() } }),
    busy: start.isPending,
    error: start.error,
  };
}
