/** What the weights as they stand here would do to every client, before anything is saved. */
import { Link } from "@tanstack/react-router";

import type { Line } from "@/api/generated";
import { count, plural } from "@/lib/format";
import { InlineError } from "@/ui/InlineError";
import { LINK } from "@/ui/Link";
import { Skeleton } from "@/ui/Skeleton";
import { BeforeAfter } from "@/viz/BeforeAfter";
import { signed } from "@/viz/Waterfall";

import { usePreview } from "./useProfiles";

const SHOWN = 10;

export function Preview({ entries, cap, sound }: { entries: readonly Line[]; cap: boolean; sound: boolean }) {
  const { data, error, refetch, isPlaceholderData } = usePreview(entries, cap, sound);
  return (
    <section aria-labelledby="preview" aria-busy={isPlaceholderData || undefined} className="rounded-xl border border-line bg-surface p-4">
      <h2 id="preview" className="mb-2 text-13 font-semibold">What it does to your clients</h2>
      {!sound && <p className="text-13 text-muted">Shown when the weights can be saved.</p>}
      {sound && error && <InlineError error={error} onRetry={() => void refetch()} />}
      {sound && !data && !error && <div role="status" aria-label="Working it out"><Skeleton className="h-40" /></div>}
      {sound && data && (
        <div className="grid gap-3">
          <p role="status" className="num text-13 text-muted">
            {data.clients === 0 ? "No client is scored yet." : <>Average of {plural(data.clients, "client")}: <strong className="font-semibold text-fg">{data.average_before ?? "–"} → {data.average_after ?? "–"}</strong></>}
          </p>
          {data.clients > 0 && <BeforeAfter before={data.bands_before} after={data.bands_after} />}
          {data.moved.length > 0 ? (
            <div>
              <h3 className="mb-1 text-12 font-semibold text-muted">Moves most, of {count(data.moved.length)} that move</h3>
              <ul className="m-0 grid list-none gap-0.5 p-0 text-13">
                {data.moved.slice(0, SHOWN).map(({ client_id, name, before, after }) => (
                  <li key={client_id} className="flex min-h-6 items-center gap-3">
                    <Link to="/clients/$clientId" params={{ clientId: client_id }} className={`${LINK} min-h-6 min-w-0 flex-1 truncate leading-6`}>{name}</Link>
                    <span className="num flex-none text-muted">{before ?? "–"} → {after ?? "–"}</span>
                    <span className="num w-10 flex-none text-right font-medium">{before !== null && after !== null ? signed(after - before) : ""}</span>
                  </li>
                ))}
              </ul>
            </div>
          ) : (
            data.clients > 0 && <p className="text-13 text-muted">No score moves.</p>
          )}
        </div>
      )}
    </section>
  );
}
