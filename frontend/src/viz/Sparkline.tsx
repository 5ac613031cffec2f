/** A trend as a small line with its last value marked; the words say what the line shows. */
import { trendInWords } from "../lib/bands";
import { TONE_COLOUR } from "./tones";

export function sparkPoints(values: readonly number[], width: number, height: number, pad = 3): [number, number][] {
  if (values.length === 0) return [];
  const low = Math.min(...values);
  const high = Math.max(...values);
  // A wobble of one point must not look like a cliff: at least ten points fill the height.
  const middle = (low + high) / 2;
  const span = Math.max(high - low, 10);
  const step = values.length > 1 ? (width - 2 * pad) / (values.length - 1) : 0;
  return values.map((value, i) => [
    values.length === 1 ? width - pad : pad + i * step,
    height / 2 - ((value - middle) / span) * (height - 2 * pad),
  ]);
}

export function Sparkline({ values, width = 72, height = 20, area = true }: { values: readonly number[]; width?: number; height?: number; area?: boolean }) {
  const points = sparkPoints(values, width, height);
  const last = points.at(-1);
  if (!last) return null;
  const first = points[0] ?? last;
  const line = points.map(([x, y], i) => `${i ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");
  return (
    <svg role="img" aria-label={trendInWords(values)} width={width} height={height} viewBox={`0 0 ${width} ${height}`} style={{ display: "block", flex: "none" }}>
      {points.length > 1 && area && (
        <path d={`${line}L${last[0].toFixed(1)} ${height}L${first[0].toFixed(1)} ${height}Z`} style={{ fill: TONE_COLOUR.accent, opacity: 0.12 }} />
      )}
      {points.length > 1 && <path d={line} fill="none" strokeWidth={1.5} strokeLinejoin="round" strokeLinecap="round" style={{ stroke: TONE_COLOUR.accent }} />}
      <circle cx={last[0]} cy={last[1]} r={2.5} style={{ fill: TONE_COLOUR.accent }} />
    </svg>
  );
}
