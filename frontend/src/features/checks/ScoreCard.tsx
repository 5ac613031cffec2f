/** The Health score: the figure, what it means, how it moved and why, and how sure it is. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMemo, type ReactNode } from "react";

import type { CleanUp, Scorecard, ScorePoint } from "@/api/generated";
import { explainChangeOptions } from "@/api/generated/queries/scores.gen";
import { BAND_WORD } from "@/lib/bands";
import { LINK } from "@/ui/Link";
import { Banner } from "@/ui/Banner";
import { Gauge } from "@/viz/Gauge";
import { Sparkline } from "@/viz/Sparkline";

import { useWhatIf } from "./useIssues";
import { aim, firstToFix, movedSince } from "./words";

const NONE: readonly string[] = [];

export function ScoreCard({ clientId, score, points, checks, children }: { clientId: string; score: Scorecard; points: readonly ScorePoint[]; checks: readonly CleanUp[]; children?: ReactNode }) {
  const moved = useQuery({ ...explainChangeOptions({ path: { client_id: clientId }, query: {} }), enabled: points.some(({ value }) => value !== points.at(-1)?.value), retry: false }).data;
  const first = useMemo(() => firstToFix(checks), [checks]);
  const codes = useMemo(() => first.map(({ code }) => code), [first]);
  const next = aim(score.value, useWhatIf(clientId, NONE, codes)?.value, first);
  return (
    <section aria-labelledby="health-score" className="rounded-xl border border-line bg-surface p-4">
      <h2 id="health-score" className="mb-2.5 text-13 font-semibold">
        Health score
      </h2>
      <div className="flex items-center gap-4">
        <Gauge value={score.value} band={score.band} />
        <div className="grid min-w-0 gap-1">
          <p className="text-14 font-semibold">{BAND_WORD[score.band]}</p>
          {moved && (
            <Link to="/clients/$clientId/history" params={{ clientId }} search={{ from: moved.from.id, to: moved.to.id }} className={`${LINK} text-13`}>
              {movedSince(moved)} – why?
            </Link>
          )}
          {points.length > 1 && <Sparkline values={points.slice(-12).map(({ value }) => value)} width={96} height={28} />}
        </div>
      </div>
      {next && <p className="mt-3 text-13 text-muted">{next}</p>}
      {score.provisional && (
        <Banner tone="warn" className="mt-3" title="Provisional.">
          {score.coverage < 60 ? `Only ${score.coverage}% of the score's weight could be judged.` : "The data is more than two days old."} What was left out is named below.
        </Banner>
      )}
      {children}
    </section>
  );
}
