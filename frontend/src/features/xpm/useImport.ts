/** One import as the wizard needs it: what it is, what is saved, and everything that can be done to it. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useCallback, useEffect, useRef } from "react";

import { idempotencyKey } from "@/api/client";
import type { SaveXpmImportData, StartXpmImportData, XpmImport } from "@/api/generated";
import { confirmXpmImport, discardXpmImport, refreshXpmImport, retryXpmImport, saveXpmImport, startXpmImport, undoXpmImport } from "@/api/generated/calls/xpm.gen";
import { listXpmStructuresOptions, readXpmImportOptions, readXpmImportQueryKey } from "@/api/generated/queries/xpm.gen";
import { asProblem } from "@/api/problems";

import { busy } from "./words";

/** The stream brings news; this slow look again only covers a stream that went missing. */
const LOOK_AGAIN_MS = 8000;

const operation = (queryKey: readonly unknown[]): string | undefined => (queryKey[0] as { _id?: string } | undefined)?._id;

export function useXpmImport(importId: string) {
  const cache = useQueryClient();
  const query = useQuery({
    ...readXpmImportOptions({ path: { snapshot_id: importId } }),
    refetchInterval: ({ state }) => (state.data && busy(state.data) ? LOOK_AGAIN_MS : false),
  });
  // Another state means other rows: read, applied, undone.
  const state = query.data?.state;
  const before = useRef(state);
  useEffect(() => {
    if (before.current !== undefined && state !== before.current) void cache.invalidateQueries({ predicate: ({ queryKey }) => ["listXpmRows", "listXpmStructures"].includes(operation(queryKey) ?? "") });
    before.current = state;
  }, [cache, state]);
  return query;
}

/** How many business structures nobody has explained yet. */
export function useStructures(importId: string, enabled = true) {
  const query = useQuery({ ...listXpmStructuresOptions({ path: { snapshot_id: importId } }), enabled });
  const items = query.data?.items ?? [];
  return { ...query, items, unmapped: items.filter(({ client_kind }) => client_kind === null) };
}

/** Keeps the answer, and has everything that counts or quotes this import read again. */
export function useTakeImport() {
  const cache = useQueryClient();
  return useCallback(
    (next: XpmImport, ...also: string[]) => {
      cache.setQueryData(readXpmImportQueryKey({ path: { snapshot_id: next.id } }), next);
      const ids = ["readXpm", "listXpmImports", "summariseXpmImport", ...also];
      void cache.invalidateQueries({ predicate: ({ queryKey }) => ids.includes(operation(queryKey) ?? "") });
    },
    [cache],
  );
}

type Settings = Omit<SaveXpmImportData["body"], "version">;

/** Settings and the step reached. Another person's save in between is no reason to lose this one: it is sent again on top of theirs, once. */
export function useSaveImport(importId: string) {
  const cache = useQueryClient();
  const take = useTakeImport();
  return useMutation({
    mutationFn: async (settings: Settings) => {
      const options = readXpmImportOptions({ path: { snapshot_id: importId } });
      const send = async (version: number) => (await saveXpmImport({ path: { snapshot_id: importId }, body: { ...settings, version } })).data;
      const known = cache.getQueryData<XpmImport>(options.queryKey) ?? (await cache.fetchQuery(options));
      try {
        return await send(known.version);
      } catch (error) {
        if (asProblem(error).status !== 412) throw error;
        return await send((await cache.fetchQuery({ ...options, staleTime: 0 })).version);
      }
    },
    onSuccess: (next, settings) => take(next, ...(settings.archived_too === undefined ? [] : ["listXpmRows"])),
  });
}

export function useStartImport() {
  const take = useTakeImport();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: async (body: StartXpmImportData["body"]) => (await startXpmImport({ body, headers: { "idempotency-key": idempotencyKey() } })).data,
    onSuccess: async (made) => {
      take(made);
      await navigate({ to: "/configure/integrations/xpm" });
    },
  });
}

/** What is done once: confirming takes one key for one decision, so that pressing twice starts one import. */
export function useImportVerbs(importId: string) {
  const take = useTakeImport();
  const cache = useQueryClient();
  const path = { snapshot_id: importId };
  const rows = (next: XpmImport) => take(next, "listXpmRows", "listClients", "readClient", "readTeam");
  return {
    confirm: useMutation({
      mutationFn: async ({ version, key }: { version: number; key: string }) => (await confirmXpmImport({ path, body: { version }, headers: { "idempotency-key": key } })).data,
      onSuccess: (next) => take(next),
    }),
    refresh: useMutation({ mutationFn: async () => (await refreshXpmImport({ path, headers: { "idempotency-key": idempotencyKey() } })).data, onSuccess: rows }),
    retry: useMutation({ mutationFn: async () => (await retryXpmImport({ path })).data, onSuccess: rows }),
    undo: useMutation({ mutationFn: async () => (await undoXpmImport({ path })).data, onSuccess: rows }),
    discard: useMutation({
      mutationFn: async () => void (await discardXpmImport({ path })),
      onSuccess: () => cache.invalidateQueries({ predicate: ({ queryKey }) => ["readXpm", "listXpmImports", "readXpmImport"].includes(operation(queryKey) ?? "") }),
    }),
  };
}
