/** Who did what, and when, the newest first; for the firm or for one client. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { History } from "lucide-react";

import type { Entry } from "@/api/generated";
import { listActivityInfiniteOptions } from "@/api/generated/queries/activity.gen";
import { ago, day, dayAndTime } from "@/lib/format";
import { Button } from "@/ui/Button";
import { EmptyState } from "@/ui/EmptyState";
import { InlineError } from "@/ui/InlineError";
import { LINK } from "@/ui/Link";
import { SkeletonRows } from "@/ui/Skeleton";

import { changes, sentence } from "./words";

function EntryRow({ entry, showClient }: { entry: Entry; showClient: boolean }) {
  const changed = changes(entry.facts);
  return (
    <li className="flex gap-4 border-t border-line-subtle px-4 py-2.5 text-13">
      <div className="min-w-0 flex-1">
        <p>
          <strong className="font-semibold">{entry.actor}</strong> {sentence(entry)}
          {showClient && entry.client_id && entry.client_name && (
            <>
              {" · "}
              <Link to="/clients/$clientId" params={{ clientId: entry.client_id }} className={LINK}>
                {entry.client_name}
              </Link>
            </>
          )}
        </p>
        {changed.map(({ label, before, after }) => (
          <p key={label} className="text-12 text-muted">
            {label}: {before} → {after}
          </p>
        ))}
      </div>
      <time dateTime={entry.at} title={dayAndTime(entry.at)} className="num flex-none text-12 text-muted">
        {ago(entry.at)}
      </time>
    </li>
  );
}

function byDay(entries: readonly Entry[]): [string, Entry[]][] {
  const days = new Map<string, Entry[]>();
  for (const entry of entries) days.set(day(entry.at), [...(days.get(day(entry.at)) ?? []), entry]);
  return [...days];
}

export function ActivityList({ clientId }: { clientId?: string }) {
  const list = useInfiniteQuery({
    ...listActivityInfiniteOptions({ query: { ...(clientId && { client_id: clientId }), limit: 100 } }),
    initialPageParam: {},
    getNextPageParam: ({ next_cursor }) => next_cursor,
  });
  if (list.error) return <InlineError error={list.error} onRetry={() => void list.refetch()} />;
  if (!list.data) return <SkeletonRows rows={8} label="Reading activity" />;
  const entries = list.data.pages.flatMap(({ items }) => items);
  return (
    <div className="overflow-hidden rounded-xl border border-line bg-surface">
      {entries.length === 0 && <EmptyState icon={<History size={18} aria-hidden />} title="Nothing has happened yet" />}
      {byDay(entries).map(([date, inside]) => (
        <section key={date} aria-label={date} className="[&:not(:first-child)]:border-t [&:not(:first-child)]:border-line">
          <h2 className="num bg-sunken px-4 py-2 text-12 font-semibold text-muted">{date}</h2>
          <ol>
            {inside.map((entry) => (
              <EntryRow key={entry.id} entry={entry} showClient={clientId === undefined} />
            ))}
          </ol>
        </section>
      ))}
      {list.hasNextPage && (
        <div className="border-t border-line p-3 text-center">
          <Button size="sm" busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            Show older
          </Button>
        </div>
      )}
    </div>
  );
}
