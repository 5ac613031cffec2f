/** The one place where a drawing's meaning becomes a token colour. */
export type DrawTone = "ok" | "warn" | "bad" | "none" | "accent" | "soft" | "xero";

export const TONE_COLOUR: Record<DrawTone, string> = {
  ok: "var(--ok-solid)",
  warn: "var(--warn-solid)",
  bad: "var(--bad-solid)",
  none: "var(--bd-strong)",
  accent: "var(--accent)",
  soft: "var(--bg-active)",
  xero: "var(--xero-fg)",
};
