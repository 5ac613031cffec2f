/**
 * The score over time against its bands, with the practice's average as a second, quiet line.
 * Arrow keys move from point to point and Enter chooses; the table below the plot carries the same figures.
 */
import { useEffect, useRef, useState } from "react";
import { BAND_TONE, BAND_WORD, trendInWords, type Band } from "../lib/bands";
import { day, dayAndTime } from "../lib/format";
import { TONE_COLOUR } from "./tones";

export interface HistoryPoint {
  id: string;
  at: string;
  value: number;
  band: Band;
}

export interface AveragePoint {
  month: string;
  value: number;
}

const HEIGHT = 240;
const LEFT = 32;
const RIGHT = 12;
const TOP = 10;
const BOTTOM = 26;
const LINES = [0, 35, 70, 100];
/** Closer than this, the dots are a second line; then only the one in hand is drawn. */
const DOT_ROOM = 7;

const yOf = (value: number) => TOP + ((100 - value) / 100) * (HEIGHT - TOP - BOTTOM);

/** Where each point stands, left to right by its time. */
export function plotPoints(points: readonly { at: string; value: number }[], width: number, from?: number, to?: number): [number, number][] {
  const times = points.map(({ at }) => new Date(at).getTime());
  const start = from ?? Math.min(...times);
  const span = (to ?? Math.max(...times)) - start;
  const room = width - LEFT - RIGHT;
  return points.map(({ value }, i) => [LEFT + (span === 0 ? room / 2 : (((times[i] ?? start) - start) / span) * room), yOf(value)]);
}

export const lineOf = (places: readonly (readonly [number, number])[]) => places.map(([x, y], i) => `${i ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");

function useWidth() {
  const ref = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(640);
  useEffect(() => {
    const box = ref.current;
    if (!box) return;
    const watch = new ResizeObserver(([entry]) => entry && setWidth(Math.max(280, entry.contentRect.width)));
    watch.observe(box);
    return () => watch.disconnect();
  }, []);
  return [ref, width] as const;
}

function Frame({ width, first, last }: { width: number; first: string; last: string }) {
  return (
    <>
      {(["healthy", "attention", "at_risk"] as const).map((band, i) => {
        const [top, foot] = [[100, 71], [70, 36], [35, 0]][i] as [number, number];
        return <rect key={band} x={LEFT - 6} width={3} y={yOf(top)} height={yOf(foot) - yOf(top)} rx={1.5} style={{ fill: TONE_COLOUR[BAND_TONE[band]] }} />;
      })}
      {LINES.map((value) => (
        <g key={value}>
          <line x1={LEFT} x2={width - RIGHT} y1={yOf(value)} y2={yOf(value)} style={{ stroke: "var(--bd-subtle)" }} />
          <text x={LEFT - 12} y={yOf(value) + 4} textAnchor="end" style={{ fill: "var(--fg-subtle)", fontSize: 11 }}>{value}</text>
        </g>
      ))}
      {first !== last && (
        <>
          <text x={LEFT} y={HEIGHT - 6} style={{ fill: "var(--fg-subtle)", fontSize: 11 }}>{first}</text>
          <text x={width - RIGHT} y={HEIGHT - 6} textAnchor="end" style={{ fill: "var(--fg-subtle)", fontSize: 11 }}>{last}</text>
        </>
      )}
    </>
  );
}

export interface ScoreHistoryProps {
  points: readonly HistoryPoint[];
  average?: readonly AveragePoint[];
  /** The two points that are compared, by id. */
  between?: readonly [string | undefined, string | undefined];
  onPick?: (id: string) => void;
}

export function ScoreHistory({ points, average = [], between = [undefined, undefined], onPick }: ScoreHistoryProps) {
  const [ref, width] = useWidth();
  const [near, setNear] = useState<number | null>(null);
  const first = points[0];
  const last = points.at(-1);
  if (!first || !last) return null;
  const [start, end] = [new Date(first.at).getTime(), new Date(last.at).getTime()];
  const places = plotPoints(points, width, start, end);
  const months = average.map(({ month, value }) => ({ at: month, value })).filter(({ at }) => new Date(at).getTime() >= start && new Date(at).getTime() <= end);
  const quiet = plotPoints(months, width, start, end);
  const oneDay = day(first.at) === day(last.at);
  const when = (at: string) => (oneDay ? dayAndTime(at) : day(at));
  const shown = near === null ? undefined : points[near];
  const shownAt = near === null ? undefined : places[near];
  const find = (x: number) => places.reduce((best, [px], i) => (Math.abs(px - x) < Math.abs((places[best]?.[0] ?? 0) - x) ? i : best), 0);
  const roomy = (width - LEFT - RIGHT) / points.length > DOT_ROOM;
  const at = near ?? points.length - 1;
  const press = (event: React.KeyboardEvent) => {
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: points.length - 1 }[event.key];
    if (to !== undefined) setNear(Math.min(points.length - 1, Math.max(0, to)));
    else if (event.key === "Enter" || event.key === " ") onPick?.(points[at]?.id ?? "");
    else return;
    event.preventDefault();
  };
  const chosen = points[at];
  return (
    <div ref={ref} style={{ position: "relative" }}>
      <svg role="img" aria-label={`Health score over time. ${trendInWords(points.map(({ value }) => value))}`} width={width} height={HEIGHT} style={{ display: "block" }}>
        <Frame width={width} first={when(first.at)} last={when(last.at)} />
        {quiet.length > 1 && <path d={lineOf(quiet)} fill="none" strokeWidth={1.5} strokeDasharray="3 4" style={{ stroke: "var(--fg-subtle)" }} />}
        {quiet.length === 1 && quiet[0] && <circle cx={quiet[0][0]} cy={quiet[0][1]} r={2.5} style={{ fill: "var(--fg-subtle)" }} />}
        <path d={lineOf(places)} fill="none" strokeWidth={2} strokeLinejoin="round" style={{ stroke: TONE_COLOUR.accent }} />
        {places.map(([px, py], i) => {
          const point = points[i];
          const marked = between.includes(point?.id);
          return roomy || near === i || marked ? (
            <circle key={point?.id} cx={px} cy={py} r={near === i || marked ? 5.5 : 3.5} strokeWidth={2} style={{ fill: marked ? "var(--bg-surface)" : TONE_COLOUR.accent, stroke: marked ? TONE_COLOUR.accent : "var(--bg-surface)" }} />
          ) : null;
        })}
      </svg>
      {chosen && (
        <div role="slider" tabIndex={0} aria-label="Scores, point by point" aria-valuemin={1} aria-valuemax={points.length} aria-valuenow={at + 1} aria-valuetext={`${chosen.value}, ${BAND_WORD[chosen.band].toLowerCase()}, ${dayAndTime(chosen.at)}`}
          onKeyDown={press} onBlur={() => setNear(null)} onFocus={() => setNear((before) => before ?? points.length - 1)}
          onPointerMove={(e) => setNear(find(e.nativeEvent.offsetX))} onPointerLeave={() => setNear(null)} onClick={(e) => onPick?.(points[find(e.nativeEvent.offsetX)]?.id ?? "")}
          style={{ position: "absolute", inset: 0, borderRadius: 6, cursor: onPick ? "pointer" : "default" }} />
      )}
      {shown && shownAt && (
        <div aria-hidden="true" style={{ position: "absolute", top: Math.max(0, shownAt[1] - 60), left: Math.min(Math.max(0, shownAt[0] - 84), width - 176), width: 176, padding: "6px 10px", borderRadius: 6, background: "var(--bg-surface)", border: "1px solid var(--bd)", fontSize: 12, lineHeight: "16px", pointerEvents: "none" }}>
          <strong>{shown.value}</strong> {BAND_WORD[shown.band]}
          <span style={{ display: "block", color: "var(--fg-muted)" }}>{dayAndTime(shown.at)}</span>
        </div>
      )}
    </div>
  );
}
