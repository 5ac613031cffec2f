/** A score in a table cell: the number first, then a bar in its band's colour. */
import { BAND_TONE, BAND_WORD, type Band } from "../lib/bands";
import { TONE_COLOUR, type DrawTone } from "./tones";

export function Bar({ percent, tone, width }: { percent: number; tone: DrawTone; width?: number | string }) {
  return (
    <span aria-hidden="true" style={{ display: "block", width: width ?? "100%", height: 6, borderRadius: 3, overflow: "hidden", background: TONE_COLOUR.soft, flex: "none" }}>
      <span style={{ display: "block", height: "100%", borderRadius: 3, width: `${Math.min(100, Math.max(0, percent))}%`, background: TONE_COLOUR[tone] }} />
    </span>
  );
}

export function ScoreBar({ value, band, provisional = false }: { value: number | null; band: Band; provisional?: boolean }) {
  if (value === null) return <span style={{ color: "var(--fg-muted)" }}>Not scored</span>;
  return (
    <span style={{ display: "inline-flex", alignItems: "center", gap: 8 }}>
      <span style={{ minWidth: "3ch", textAlign: "right", fontVariantNumeric: "tabular-nums" }}>{value}</span>
      <Bar percent={value} tone={BAND_TONE[band]} width={44} />
      <span className="sr-only">
        {BAND_WORD[band]}
        {provisional ? ", provisional" : ""}
      </span>
      <span aria-hidden="true" title={provisional ? "Provisional: some of the books could not be judged" : undefined} style={{ width: "1ch", color: "var(--fg-subtle)", fontSize: 12 }}>
        {provisional && "~"}
      </span>
    </span>
  );
}
