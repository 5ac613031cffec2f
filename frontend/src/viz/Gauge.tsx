/** The Health score as a 270° arc in its band's colour. */
import { BAND_TONE, BAND_WORD, type Band } from "../lib/bands";
import { TONE_COLOUR } from "./tones";

const SWEEP = 270;
const START = 135;

function onCircle(percent: number, centre: number, radius: number): [number, number] {
  const angle = ((START + (SWEEP * percent) / 100) * Math.PI) / 180;
  return [centre + radius * Math.cos(angle), centre + radius * Math.sin(angle)];
}

export function arc(from: number, to: number, centre: number, radius: number): string {
  const [x1, y1] = onCircle(from, centre, radius);
  const [x2, y2] = onCircle(to, centre, radius);
  const large = ((to - from) * SWEEP) / 100 > 180 ? 1 : 0;
  return `M${x1.toFixed(2)} ${y1.toFixed(2)}A${radius} ${radius} 0 ${large} 1 ${x2.toFixed(2)} ${y2.toFixed(2)}`;
}

export function Gauge({ value, band, size = 116 }: { value: number | null; band: Band; size?: number }) {
  const stroke = Math.round(size / 11);
  const centre = size / 2;
  const radius = centre - stroke / 2 - 1;
  const label = value === null ? "Health score: not scored" : `Health score ${value} of 100, ${BAND_WORD[band].toLowerCase()}`;
  return (
    <svg role="img" aria-label={label} width={size} height={size} viewBox={`0 0 ${size} ${size}`} style={{ flex: "none", display: "block" }}>
      <path d={arc(0, 100, centre, radius)} fill="none" strokeWidth={stroke} strokeLinecap="round" style={{ stroke: TONE_COLOUR.soft }} />
      {value !== null && value > 0 && (
        <path d={arc(0, value, centre, radius)} fill="none" strokeWidth={stroke} strokeLinecap="round" style={{ stroke: TONE_COLOUR[BAND_TONE[band]] }} />
      )}
      <text x={centre} y={centre + size * 0.075} textAnchor="middle" aria-hidden="true"
        style={{ fill: "var(--fg)", fontSize: size * 0.25, fontWeight: 600, fontVariantNumeric: "tabular-nums" }}>
        {value ?? "–"}
      </text>
      <text x={centre} y={size - stroke * 0.9} textAnchor="middle" aria-hidden="true" style={{ fill: "var(--fg-muted)", fontSize: 12 }}>
        {value === null ? "not scored" : "of 100"}
      </text>
    </svg>
  );
}
