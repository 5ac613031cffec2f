/** News of the whole page, above its content. */
import { CircleAlert, CircleCheck, Info, TriangleAlert, X } from "lucide-react";
import type { ReactNode } from "react";

import { cx } from "@/lib/cx";

export type BannerTone = "info" | "ok" | "warn" | "bad" | "neutral";

const TONES: Record<BannerTone, string> = {
  info: "bg-accent-soft text-accent-soft-fg border-transparent",
  ok: "bg-ok-bg text-ok-fg border-transparent",
  warn: "bg-warn-bg text-warn-fg border-transparent",
  bad: "bg-bad-bg text-bad-fg border-transparent",
  neutral: "bg-surface text-muted border-line",
};

const ICONS = { info: Info, ok: CircleCheck, warn: TriangleAlert, bad: CircleAlert, neutral: Info };

export interface BannerProps {
  tone?: BannerTone;
  title?: ReactNode;
  children?: ReactNode;
  /** Buttons of size `sm`, at the right. */
  action?: ReactNode;
  onDismiss?: () => void;
  /** Announce it when it appears after the page did. */
  live?: boolean;
  className?: string;
}

export function Banner({ tone = "info", title, children, action, onDismiss, live = false, className }: BannerProps) {
  const Icon = ICONS[tone];
  return (
    <div role={live ? "status" : undefined} className={cx("flex items-start gap-2.5 rounded-lg border px-3 py-2.5 text-13", TONES[tone], className)}>
      <Icon size={16} aria-hidden className={cx("shrink-0", action ? "mt-2" : "mt-0.5")} />
      <div className="flex min-w-0 flex-1 flex-wrap items-center gap-x-4 gap-y-2">
        <div className={cx("min-w-0 flex-1 basis-60", action ? "py-1.5" : null)}>
          {title ? <strong className="font-semibold">{title}</strong> : null}
          {title && children ? " " : null}
          {children}
        </div>
        {action ? <div className="flex shrink-0 gap-2">{action}</div> : null}
      </div>
      {onDismiss ? (
        <button type="button" aria-label="Dismiss" onClick={onDismiss} className="inline-flex size-6 shrink-0 items-center justify-center rounded-sm">
          <X size={14} aria-hidden />
        </button>
      ) : null}
    </div>
  );
}
