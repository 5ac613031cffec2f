/** The score over time against its bands. The table below the plot carries the same figures for readers who cannot see it. */
import { useEffect, useRef, useState } from "react";
import { BAND_TONE, BAND_WORD, trendInWords, type Band } from "../lib/bands";
import { day, dayAndTime } from "../lib/format";
import { TONE_COLOUR } from "./tones";

export interface HistoryPoint {
  at: string;
  value: number;
  band: Band;
}

const HEIGHT = 240;
const LEFT = 32;
const RIGHT = 12;
const TOP = 10;
const BOTTOM = 26;
const LINES = [0, 35, 70, 100];

export function plotPoints(points: readonly HistoryPoint[], width: number): [number, number][] {
  const times = points.map(({ at }) => new Date(at).getTime());
  const from = Math.min(...times);
  const span = Math.max(...times) - from;
  const room = width - LEFT - RIGHT;
  return points.map(({ value }, i) => [
    LEFT + (span === 0 ? room / 2 : (((times[i] ?? from) - from) / span) * room),
    TOP + ((100 - value) / 100) * (HEIGHT - TOP - BOTTOM),
  ]);
}

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

export function ScoreHistory({ points }: { points: readonly HistoryPoint[] }) {
  const [ref, width] = useWidth();
  const [near, setNear] = useState<number | null>(null);
  const places = plotPoints(points, width);
  const y = (value: number) => TOP + ((100 - value) / 100) * (HEIGHT - TOP - BOTTOM);
  const first = points[0];
  const last = points.at(-1);
  const oneDay = first && last && day(first.at) === day(last.at);
  const when = (at: string) => (oneDay ? dayAndTime(at) : day(at));
  const shown = near === null ? undefined : points[near];
  const shownAt = near === null ? undefined : places[near];
  const find = (x: number) => places.reduce((best, [px], i) => (Math.abs(px - x) < Math.abs((places[best]?.[0] ?? 0) - x) ? i : best), 0);
  return (
    <div ref={ref} style={{ position: "relative" }}>
      <svg role="img" aria-label={`Health score over time. ${trendInWords(points.map(({ value }) => value))}`} width={width} height={HEIGHT} style={{ display: "block" }}
        onPointerMove={(e) => points.length && setNear(find(e.nativeEvent.offsetX))} onPointerLeave={() => setNear(null)}>
        {(["healthy", "attention", "at_risk"] as const).map((band, i) => (
          <rect key={band} x={LEFT - 6} width={3} y={y([100, 70, 35][i] ?? 0)} height={y([71, 36, 0][i] ?? 0) - y([100, 70, 35][i] ?? 0)} rx={1.5} style={{ fill: TONE_COLOUR[BAND_TONE[band]] }} />
        ))}
        {LINES.map((value) => (
          <g key={value}>
            <line x1={LEFT} x2={width - RIGHT} y1={y(value)} y2={y(value)} style={{ stroke: "var(--bd-subtle)" }} />
            <text x={LEFT - 12} y={y(value) + 4} textAnchor="end" style={{ fill: "var(--fg-subtle)", fontSize: 11 }}>{value}</text>
          </g>
        ))}
        {first && last && points.length > 1 && (
          <>
            <text x={LEFT} y={HEIGHT - 6} style={{ fill: "var(--fg-subtle)", fontSize: 11 }}>{when(first.at)}</text>
            <text x={width - RIGHT} y={HEIGHT - 6} textAnchor="end" style={{ fill: "var(--fg-subtle)", fontSize: 11 }}>{when(last.at)}</text>
          </>
        )}
        <path d={places.map(([px, py], i) => `${i ? "L" : "M"}${px.toFixed(1)} ${py.toFixed(1)}`).join("")} fill="none" strokeWidth={2} strokeLinejoin="round" style={{ stroke: TONE_COLOUR.accent }} />
        {places.map(([px, py], i) => (
          <circle key={points[i]?.at ?? i} cx={px} cy={py} r={near === i ? 5 : 3.5} strokeWidth={2} style={{ fill: TONE_COLOUR.accent, stroke: "var(--bg-surface)" }} />
        ))}
      </svg>
      {shown && shownAt && (
        <div aria-hidden="true" style={{ position: "absolute", top: Math.max(0, shownAt[1] - 54), left: Math.min(Math.max(0, shownAt[0] - 80), width - 168), width: 168, padding: "6px 10px", borderRadius: 6, background: "var(--bg-surface)", border: "1px solid var(--bd)", fontSize: 12, lineHeight: "16px", pointerEvents: "none" }}>
          <strong>{shown.value}</strong> {BAND_WORD[shown.band]}
          <span style={{ display: "block", color: "var(--fg-muted)" }}>{dayAndTime(shown.at)}</span>
        </div>
      )}
    </div>
  );
}
