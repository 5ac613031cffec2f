/** The Health score: the figure, what it means, how it moved, and how sure it is. */
import type { CleanUp, Scorecard, ScorePoint } from "@/api/generated";
import { BAND_WORD, changeInWords } from "@/lib/bands";
import { Banner } from "@/ui/Banner";
import { Gauge } from "@/viz/Gauge";
import { Sparkline } from "@/viz/Sparkline";

import { aim } from "./words";

export function ScoreCard({ score, points, checks }: { score: Scorecard; points: readonly ScorePoint[]; checks: readonly CleanUp[] }) {
  const change = changeInWords(score.change);
  const next = aim(score.value, checks);
  return (
    <section aria-labelledby="health-score" className="rounded-xl border border-line bg-surface p-4">
      <h2 id="health-score" className="mb-2.5 text-13 font-semibold">
        Health score
      </h2>
      <div className="flex items-center gap-4">
        <Gauge value={score.value} band={score.band} />
        <div className="grid min-w-0 gap-1">
          <p className="text-14 font-semibold">{BAND_WORD[score.band]}</p>
          {change && <p className="text-13 text-muted">{change}</p>}
          {points.length > 1 && <Sparkline values={points.slice(-12).map(({ value }) => value)} width={96} height={28} />}
        </div>
      </div>
      {next && <p className="mt-3 text-13 text-muted">{next}</p>}
      {score.provisional && (
        <Banner tone="warn" className="mt-3" title="Provisional.">
          {score.coverage < 60 ? `Only ${score.coverage}% of the score's weight could be judged.` : "The data is more than two days old."} What was left out is named below.
        </Banner>
      )}
    </section>
  );
}
