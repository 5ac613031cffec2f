/** How many clients stand in each band, one row a band. */
import type { ReactNode } from "react";
import { BAND_RANGE, BAND_TONE, BAND_WORD, BANDS, type Band } from "../lib/bands";
import { count } from "../lib/format";
import { Bar } from "./ScoreBar";

export function Distribution({ bands, link }: { bands: Partial<Record<Band, number>>; link?: (band: Band, word: string) => ReactNode }) {
  const most = Math.max(1, ...BANDS.map((band) => bands[band] ?? 0));
  return (
    <ul style={{ display: "grid", gap: 8, margin: 0, padding: 0, listStyle: "none" }}>
      {BANDS.map((band) => {
        const n = bands[band] ?? 0;
        return (
          <li key={band} style={{ display: "grid", gridTemplateColumns: "minmax(0, 7.5rem) minmax(0, 1fr) 4ch", gap: 12, alignItems: "center", fontSize: 13, lineHeight: "20px" }}>
            <span>
              {link ? link(band, BAND_WORD[band]) : BAND_WORD[band]}
              {band !== "unscored" && <span style={{ display: "block", color: "var(--fg-subtle)", fontSize: 12, lineHeight: "16px" }}>{BAND_RANGE[band]}</span>}
            </span>
            <Bar percent={(n / most) * 100} tone={BAND_TONE[band]} />
            <span style={{ textAlign: "right", fontVariantNumeric: "tabular-nums", fontWeight: 500 }}>{count(n)}</span>
          </li>
        );
      })}
    </ul>
  );
}
