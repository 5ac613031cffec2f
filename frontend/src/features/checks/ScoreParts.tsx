/** What makes up the score: each part with how well it stands, its weight, and why some could not be judged. */
import type { Scorecard, ScoreEntry } from "@/api/generated";
import { bandOf, BAND_TONE } from "@/lib/bands";
import { day, points } from "@/lib/format";
import { LINK } from "@/ui/Link";
import { Popover } from "@/ui/Popover";
import { Bar } from "@/viz/ScoreBar";

import { STATE_WORD } from "./words";

function Part({ entry, share }: { entry: ScoreEntry; share: number }) {
  const percent = entry.degree === null ? null : Math.round(Number(entry.degree) * 100);
  const judged = entry.state === "evaluated" && percent !== null;
  return (
    <li className="border-t border-line-subtle py-2 text-13 first:border-t-0">
      <div className="flex items-baseline gap-3">
        <span className="min-w-0 flex-1">{entry.title}</span>
        {judged ? (
          <span className="num flex-none font-medium">
            {points(entry.points)}
            <span className="font-normal text-subtle" title={share === 1 ? undefined : `Its weight is ${entry.weight}; what could not be judged lets it count for more.`}> of {points((entry.weight * share).toFixed(2))}</span>
          </span>
        ) : (
          <span className="flex-none text-12 text-subtle">{entry.state === "evaluated" ? "–" : STATE_WORD[entry.state]}</span>
        )}
      </div>
      {judged && (
        <div className="my-1">
          <Bar percent={percent} tone={BAND_TONE[bandOf(percent)]} />
        </div>
      )}
      <p className="text-12 text-muted" title={entry.why}>{entry.measure ?? entry.why}</p>
    </li>
  );
}

function HowItWorks({ score }: { score: Scorecard }) {
  return (
    <Popover title="How the score works" trigger={<button type="button" className={`${LINK} text-13`}>How the score works</button>}>
      <div className="grid gap-2 text-13 text-muted">
        <p>Each part is judged from 0 to 1 and counts with its weight; the weights add up to 100. The score is the share that is kept.</p>
        <p>A part that cannot be judged is left out and the others count for more. Under 60% of the weight, or on data older than two days, the score is provisional.</p>
        <p>71 to 100 is healthy, 36 to 70 needs attention, 0 to 35 is at risk. Issues that are set aside no longer count against it.</p>
        <p className="num">
          Profile “{score.profile}”, version {score.profile_version}. As of {day(score.as_of)}, {score.coverage}% judged.
        </p>
      </div>
    </Popover>
  );
}

export function ScoreParts({ score }: { score: Scorecard }) {
  // What could not be judged leaves its weight to the others.
  const judged = score.entries.reduce((sum, { weight, state }) => sum + (state === "evaluated" ? weight : 0), 0);
  return (
    <section aria-labelledby="score-parts" className="rounded-xl border border-line bg-surface p-4">
      <h2 id="score-parts" className="mb-1 text-13 font-semibold">
        What makes up the score
      </h2>
      <ul>
        {score.entries.map((entry) => (
          <Part key={entry.code} entry={entry} share={judged > 0 ? 100 / judged : 1} />
        ))}
      </ul>
      <div className="mt-2">
        <HowItWorks score={score} />
      </div>
    </section>
  );
}
