/** The whole practice in one strip: its average, its bands, where it is going and what weighs most. */
import { useQuery } from "@tanstack/react-query";

import { readHealthSummaryOptions } from "@/api/generated/queries/health.gen";
import { BAND_TONE, BAND_WORD, BANDS, bandOf } from "@/lib/bands";
import { count, plural } from "@/lib/format";
import { InlineError } from "@/ui/InlineError";
import { LINK } from "@/ui/Link";
import { Skeleton } from "@/ui/Skeleton";
import { SegmentBar } from "@/viz/SegmentBar";
import { Sparkline } from "@/viz/Sparkline";

const WORST = 3;

export function Summary({ onSort }: { onSort: (code: string) => void }) {
  const { data, error, refetch } = useQuery(readHealthSummaryOptions());
  if (error) return <InlineError error={error} onRetry={() => void refetch()} />;
  if (!data) return <div role="status" aria-label="Reading the summary"><Skeleton className="h-24" /></div>;
  const shown = BANDS.filter((band) => (data.bands[band] ?? 0) > 0);
  return (
    <section aria-label="Summary" className="grid shrink-0 grid-cols-1 gap-x-8 gap-y-3 rounded-xl border border-line bg-surface px-4 py-3 sm:grid-cols-[auto_minmax(0,1fr)] lg:grid-cols-[auto_minmax(0,1fr)_minmax(0,1.3fr)]">
      <div className="flex items-center gap-5">
        <div>
          <p className="num text-24 font-semibold">{data.average ?? "–"}</p>
          <p className="text-12 text-muted">{data.average === null ? "No score yet" : `Average, ${BAND_WORD[bandOf(data.average)].toLowerCase()}`}</p>
        </div>
        {data.trend.length > 1 && (
          <div>
            <Sparkline values={data.trend.map(({ average }) => average)} width={120} height={32} />
            <p className="text-12 text-muted">{plural(data.trend.length, "month")}</p>
          </div>
        )}
      </div>
      <div className="grid content-center gap-1.5">
        <SegmentBar label="Clients by band" total={data.clients} segments={BANDS.map((band) => ({ key: band, label: BAND_WORD[band].toLowerCase(), value: data.bands[band] ?? 0, tone: BAND_TONE[band] }))} />
        <p className="num flex flex-wrap gap-x-3 text-12 text-muted">
          {shown.map((band) => <span key={band}>{BAND_WORD[band]}: {count(data.bands[band])}</span>)}
        </p>
      </div>
      {data.worst_checks.length > 0 && (
        <div className="sm:max-lg:col-span-2">
          <h2 className="text-12 font-semibold text-muted">What costs most points</h2>
          <ul className="m-0 list-none p-0 text-13">
            {data.worst_checks.slice(0, WORST).map(({ code, title, clients, open }) => (
              <li key={code} className="flex min-h-6 items-center gap-3">
                <button type="button" className={`${LINK} min-h-6 min-w-0 truncate text-left`} title={`Sort by ${title}`} onClick={() => onSort(code)}>{title}</button>
                <span className="num ml-auto flex-none text-muted">{plural(clients, "client")}, {count(open)} open</span>
              </li>
            ))}
          </ul>
        </div>
      )}
    </section>
  );
}
