/** Everything that waits for somebody to decide, across clients, the oldest first. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";

import { listConflictsInfiniteOptions } from "@/api/generated/queries/xpm.gen";
import { count, plural } from "@/lib/format";
import { Button } from "@/ui/Button";
import { InlineError } from "@/ui/InlineError";
import { LINK } from "@/ui/Link";

import { ConflictRow } from "./ConflictRow";

export function Conflicts() {
  const list = useInfiniteQuery({ ...listConflictsInfiniteOptions({ query: { limit: 50 } }), initialPageParam: {}, getNextPageParam: ({ next_cursor }) => next_cursor });
  const conflicts = list.data?.pages.flatMap(({ items }) => items) ?? [];
  const total = list.data?.pages[0]?.total ?? 0;
  if (list.error) return <InlineError error={list.error} onRetry={() => void list.refetch()} />;
  if (total === 0) return null;
  return (
    <section aria-labelledby="conflicts" className="rounded-xl border border-line bg-surface">
      <h2 id="conflicts" className="num m-0 px-4 pt-3 text-14 font-semibold">{plural(total, "conflict")} to decide</h2>
      <p className="m-0 px-4 text-13 text-muted">Both sides changed the same detail. Yours stands until you decide.</p>
      <div role="region" aria-label="Conflicts" tabIndex={0} className="max-h-120 overflow-y-auto">
      <ul className="m-0 list-none p-0">
        {conflicts.map((conflict) => (
          <ConflictRow key={conflict.id} conflict={conflict}
            who={
              <Link to="/clients/$clientId/team" params={{ clientId: conflict.client.id }} className={LINK}>
                {conflict.client.name}
              </Link>
            } />
        ))}
      </ul>
      </div>
      {conflicts.length < total ? (
        <p className="m-0 border-t border-line-subtle p-2 text-center">
          <Button size="sm" look="ghost" busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>Show more of {count(total)}</Button>
        </p>
      ) : null}
    </section>
  );
}
