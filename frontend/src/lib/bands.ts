/** Score bands: their words and the tone each is drawn in. */
export type Band = "healthy" | "attention" | "at_risk" | "unscored";
export type Tone = "ok" | "warn" | "bad" | "none";

export const BANDS: readonly Band[] = ["healthy", "attention", "at_risk", "unscored"];

export const BAND_WORD: Record<Band, string> = {
  healthy: "Healthy",
  attention: "Needs attention",
  at_risk: "At risk",
  unscored: "Not scored",
};

export const BAND_RANGE: Record<Exclude<Band, "unscored">, string> = {
  healthy: "71 to 100",
  attention: "36 to 70",
  at_risk: "0 to 35",
};

export const BAND_TONE: Record<Band, Tone> = { healthy: "ok", attention: "warn", at_risk: "bad", unscored: "none" };

/** For single figures that carry no band of their own, such as the share one check keeps. */
export function bandOf(value: number | null | undefined): Band {
  if (value === null || value === undefined) return "unscored";
  if (value >= 71) return "healthy";
  return value >= 36 ? "attention" : "at_risk";
}

export function trendInWords(values: readonly number[]): string {
  const first = values[0];
  const last = values.at(-1);
  if (first === undefined || last === undefined) return "No trend yet";
  if (values.length === 1) return `First score ${last}`;
  const move = last === first ? "unchanged" : last > first ? `up ${last - first}` : `down ${first - last}`;
  return `From ${first} to ${last}, ${move} over ${values.length} imports`;
}
