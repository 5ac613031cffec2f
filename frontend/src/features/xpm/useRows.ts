/**
 * The rows of one step: read page by page as one scrolls, ticked at once and saved behind.
 * A tick shows before the server has answered; when the server refuses, the row goes back and says why.
 */
import { useInfiniteQuery, useQueryClient, type InfiniteData } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";

import type { DecideXpmRowData, DecideXpmRowsData, XpmImport, XpmRow, XpmRows } from "@/api/generated";
import { decideXpmRow, decideXpmRows } from "@/api/generated/calls/xpm.gen";
import { listXpmRowsInfiniteOptions, readXpmImportQueryKey } from "@/api/generated/queries/xpm.gen";
import { asProblem } from "@/api/problems";

import { STEP_OF, type Kind, type Show } from "./words";

export interface RowsFilter {
  kind: Kind;
  show: Show;
  reason?: string;
  q?: string;
  /** Those of one group or owner together, instead of by name. */
  by?: "family" | undefined;
}

type Pages = InfiniteData<XpmRows>;
export type Decision = Omit<DecideXpmRowData["body"], "version">;

/** The first page is what is looked at while the rest comes. */
const FIRST = 200;
const REST = 500;

/** The same pages with some rows changed, untouched ones keeping their identity; null when nothing was there to change. */
export function withRows(data: Pages, change: (row: XpmRow) => XpmRow): Pages {
  let any = false;
  const pages = data.pages.map((page) => {
    let touched = false;
    const items = page.items.map((row) => {
      const next = change(row);
      touched ||= next !== row;
      return next;
    });
    any ||= touched;
    return touched ? { ...page, items } : page;
  });
  return any ? { ...data, pages } : data;
}

/** The filters' figures after `by` more rows were ticked. */
export function shifted(data: Pages, by: number): Pages {
  if (by === 0) return data;
  return {
    ...data,
    pages: data.pages.map((page) => ({
      ...page,
      counts: { ...page.counts, chosen: Math.max(0, (page.counts["chosen"] ?? 0) + by), not_chosen: Math.max(0, (page.counts["not_chosen"] ?? 0) - by) },
    })),
  };
}

/** What a decision does to a row before the server has said so. */
export function decided(row: XpmRow, change: Decision): XpmRow {
  const next = {
    ...row,
    ...(change.chosen != null && { chosen: change.chosen }),
    ...(change.action != null && { action: change.action, chosen: change.chosen ?? (change.action === "create" || change.action === "link"), decided_at: row.decided_at ?? new Date().toISOString() }),
    ...(change.role != null && { role: change.role }),
  };
  if (change.target_id != null) {
    const found = row.candidates.find(({ id }) => id === change.target_id);
    next.target = found ? { id: found.id, name: found.name } : row.target;
  } else if (change.action === "create") next.target = null;
  return next;
}

export function useRows(importId: string, filter: RowsFilter) {
  const cache = useQueryClient();
  const { kind, show, reason, q, by: order } = filter;
  const path = useMemo(() => ({ snapshot_id: importId }), [importId]);
  const found = { kind, show, ...(reason && { reason }), ...(q && { q }) };
  const query = { ...found, ...(order && { by: order }) };
  const list = useInfiniteQuery({
    ...listXpmRowsInfiniteOptions({ path, query: { ...query, limit: FIRST } }),
    initialPageParam: { path, query: { ...query, limit: FIRST } },
    getNextPageParam: ({ next_cursor }: XpmRows) => (next_cursor ? { path, query: { ...query, cursor: next_cursor, limit: REST } } : undefined),
    // Another filter of the same rows is on its way: the old ones stay until it is here, another kind's or order's never do.
    placeholderData: (previous, before) => {
      const was = (before?.queryKey[0] as { query?: Partial<RowsFilter> } | undefined)?.query;
      return was?.kind === kind && was.by === order ? previous : undefined;
    },
    staleTime: 60_000,
  });
  const { hasNextPage, isFetching, isError, fetchNextPage } = list;
  const data = list.data as Pages | undefined;
  const rows = useMemo(() => data?.pages.flatMap(({ items }) => items) ?? [], [data]);
  const families = useMemo(() => (order && data ? new Map(data.pages.flatMap((page) => page.families.flatMap((family) => family.ids.map((id) => [id, family] as const)))) : undefined), [order, data]);
  const first = data?.pages[0];
  const total = data?.pages.at(-1)?.total ?? 0;

  /** Called with the last row in sight: pages follow one another until it is here. */
  const wanted = useRef(0);
  const more = useCallback(
    (upTo: number) => {
      wanted.current = upTo;
      if (hasNextPage && !isFetching && !isError) void fetchNextPage({ cancelRefetch: false });
    },
    [hasNextPage, isFetching, isError, fetchNextPage],
  );
  useEffect(() => {
    if (wanted.current >= rows.length) more(wanted.current);
  }, [rows.length, more]);

  const mine = useCallback(
    (queryKey: readonly unknown[]) => {
      const head = queryKey[0] as { _id?: string; path?: { snapshot_id?: string } } | undefined;
      return head?._id === "listXpmRows" && head.path?.snapshot_id === importId;
    },
    [importId],
  );
  const edit = useCallback(
    (change: (row: XpmRow) => XpmRow, by = 0) => {
      cache.setQueriesData<Pages>({ predicate: ({ queryKey }) => mine(queryKey) }, (pages) => (pages && "pages" in pages ? shifted(withRows(pages, change), by) : pages));
      if (by === 0) return;
      cache.setQueryData<XpmImport>(readXpmImportQueryKey({ path }), (one) => one && { ...one, chosen: { ...one.chosen, [STEP_OF[kind]]: Math.max(0, one.chosen[STEP_OF[kind]] + by) } });
    },
    [cache, mine, path, kind],
  );

  const [waiting, setWaiting] = useState(0);
  const [savedAt, setSavedAt] = useState<string | null>(null);
  const [problem, setProblem] = useState<unknown>(null);
  const [errors, setErrors] = useState<ReadonlyMap<string, string>>(new Map());
  const tails = useRef(new Map<string, Promise<unknown>>());
  const latest = useRef(new Map<string, XpmRow>());
  for (const row of rows) latest.current.set(row.id, row);

  const settle = useCallback(
    (afresh: boolean) => {
      const also = ["summariseXpmImport", "readXpmImport"];
      void cache.invalidateQueries({ predicate: ({ queryKey }) => also.includes((queryKey[0] as { _id?: string })?._id ?? "") || (mine(queryKey) && afresh) });
      // Other filters may hold the row no longer or anew; the one on screen keeps it in sight until it is chosen again.
      if (!afresh) void cache.invalidateQueries({ predicate: (one) => mine(one.queryKey) && !one.isActive(), refetchType: "none" });
    },
    [cache, mine],
  );

  const run = useCallback(
    async <T,>(work: () => Promise<T>): Promise<T> => {
      setWaiting((n) => n + 1);
      try {
        const answer = await work();
        setSavedAt(new Date().toISOString());
        setProblem(null);
        return answer;
      } finally {
        setWaiting((n) => n - 1);
      }
    },
    [],
  );

  /** One row. Decisions on the same row go one after the other, each with the version the one before left. */
  const decide = useCallback(
    (row: XpmRow, change: Decision) => {
      const before = latest.current.get(row.id) ?? row;
      const after = decided(before, change);
      latest.current.set(row.id, after);
      edit((one) => (one.id === row.id ? after : one), Number(after.chosen) - Number(before.chosen));
      setErrors((old) => (old.has(row.id) ? new Map([...old].filter(([id]) => id !== row.id)) : old));
      const tail = (tails.current.get(row.id) ?? Promise.resolve()).then(async () => {
        try {
          const version = latest.current.get(row.id)?.version ?? row.version;
          const answer = await run(async () => (await decideXpmRow({ path: { snapshot_id: importId, row_id: row.id }, body: { ...change, version } })).data);
          // A decision made while this one was on its way is not undone by its answer; the version is.
          const now = latest.current.get(row.id);
          const kept = now && now !== after ? { ...now, version: answer.version } : answer;
          latest.current.set(row.id, kept);
          edit((one) => (one.id === row.id ? kept : one));
          settle(false);
        } catch (error) {
          const told = asProblem(error);
          const now = latest.current.get(row.id) ?? after;
          const back = { ...before, version: now.version };
          latest.current.set(row.id, back);
          edit((one) => (one.id === row.id ? back : one), Number(before.chosen) - Number(now.chosen));
          setErrors((old) => new Map(old).set(row.id, told.status === 412 ? "Somebody else changed this first. It shows what they chose." : told.title));
          if (told.status === 0 || told.status >= 500) setProblem(error);
          settle(told.status === 412);
        }
      });
      tails.current.set(row.id, tail);
      return tail;
    },
    [edit, importId, run, settle],
  );

  /** Many at once: the rows named, or all that the filter finds. */
  const decideMany = useCallback(
    async (change: Pick<DecideXpmRowsData["body"], "chosen" | "action" | "role">, ids?: readonly string[]) => {
      const named = ids && new Set(ids);
      if (change.chosen != null) {
        const touched = rows.filter((row) => (!named || named.has(row.id)) && row.chosen !== change.chosen).length;
        const on = change.chosen;
        edit((row) => ((!named || named.has(row.id)) && row.kind === kind && row.chosen !== on ? { ...row, chosen: on } : row), named ? (on ? touched : -touched) : 0);
      }
      try {
        return await run(async () => {
          await Promise.all(tails.current.values());
          tails.current.clear();
          return (await decideXpmRows({ path, body: { ...(ids ? { kind, ids: [...ids] } : found), ...change } })).data.changed;
        });
      } catch (error) {
        setProblem(error);
        return 0;
      } finally {
        settle(true);
      }
    },
    [rows, edit, kind, path, run, settle, show, reason, q],
  );

  return {
    rows, total, families, counts: first?.counts, first,
    pending: list.isPending, showing: list.isPlaceholderData, error: list.error, refetch: list.refetch,
    more, decide, decideMany, errors,
    saving: waiting > 0, savedAt, problem,
    /** Everything that was decided has reached the server. */
    flushed: useCallback(async () => void (await Promise.all(tails.current.values())), []),
  };
}
