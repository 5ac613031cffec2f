/** A state as an icon and a word, never as colour alone. */
import type { ReactNode } from "react";

import { cx } from "@/lib/cx";

export type PillTone = "neutral" | "accent" | "ok" | "warn" | "bad" | "xero";

const TONES: Record<PillTone, string> = {
  neutral: "bg-active text-muted",
  accent: "bg-accent-soft text-accent-soft-fg",
  ok: "bg-ok-bg text-ok-fg",
  warn: "bg-warn-bg text-warn-fg",
  bad: "bg-bad-bg text-bad-fg",
  xero: "bg-xero-bg text-xero-fg",
};

export function Pill({ tone = "neutral", icon, children, title }: { tone?: PillTone; icon?: ReactNode; children: ReactNode; title?: string }) {
  return (
    <span title={title} className={cx("num inline-flex h-5 shrink-0 items-center gap-1 rounded-full px-2 text-12 font-medium whitespace-nowrap", TONES[tone])}>
      {icon}
      {children}
    </span>
  );
}
