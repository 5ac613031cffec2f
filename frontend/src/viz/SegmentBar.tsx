/** Where many things stand, as one bar cut into states; what is left over is the track. */
import { plural } from "../lib/format";
import { segmentWidths, type Segment } from "./segments";
import { TONE_COLOUR } from "./tones";

export function SegmentBar({ segments, total, label, height = 10 }: { segments: readonly Segment[]; total: number; label: string; height?: number }) {
  const widths = segmentWidths(segments, total);
  const words = segments.filter(({ value }) => value > 0).map(({ value, label: state }) => `${value} ${state}`);
  return (
    <div role="img" aria-label={`${label}: ${words.length ? words.join(", ") : "nothing yet"}, of ${plural(total, "client")}`}
      style={{ display: "flex", gap: 2, height, borderRadius: 3, overflow: "hidden", background: TONE_COLOUR.soft }}>
      {segments.map(({ key, tone, value }, i) =>
        value > 0 ? (
          <span key={key} style={{ width: `${widths[i] ?? 0}%`, borderRadius: 2, background: TONE_COLOUR[tone], transition: "width 300ms linear" }} />
        ) : null,
      )}
    </div>
  );
}
