/** Shares of a bar: every part that exists is seen, and together they never overflow. */
import type { DrawTone } from "./tones";

export interface Segment {
  key: string;
  label: string;
  value: number;
  tone: DrawTone;
}

const SMALLEST = 0.8;

export function segmentWidths(segments: readonly Segment[], total: number): number[] {
  if (total <= 0) return segments.map(() => 0);
  const raw = segments.map(({ value }) => (value > 0 ? Math.max((value / total) * 100, SMALLEST) : 0));
  const sum = raw.reduce((a, b) => a + b, 0);
  if (sum <= 100) return raw;
  // What the tiny parts were lent is taken back from the large ones.
  const excess = sum - 100;
  const large = raw.filter((width) => width > SMALLEST).reduce((a, b) => a + b, 0);
  return raw.map((width) => (width > SMALLEST ? width - (excess * width) / large : width));
}
