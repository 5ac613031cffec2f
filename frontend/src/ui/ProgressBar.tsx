/** How far something has come, in one colour or in parts. The words beside it say the same. */
import { cx } from "@/lib/cx";

export type SegmentTone = "ok" | "bad" | "warn" | "accent" | "neutral";

const TONES: Record<SegmentTone, string> = { ok: "bg-ok-solid", bad: "bg-bad-solid", warn: "bg-warn-solid", accent: "bg-accent", neutral: "bg-line-strong" };

export interface ProgressBarProps {
  label: string;
  /** 0–100; null moves without saying how far. */
  value: number | null;
  tone?: SegmentTone;
  /** Parts of a hundred, in order; they replace the single bar. */
  segments?: readonly { tone: SegmentTone; value: number }[];
  size?: "sm" | "md";
  className?: string;
}

export function ProgressBar({ label, value, tone = "accent", segments, size = "sm", className }: ProgressBarProps) {
  const part = "h-full transition-[width] duration-300 ease-linear";
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={value === null ? undefined : Math.round(value)}
      className={cx("flex gap-0.5 overflow-hidden rounded-full bg-active", size === "sm" ? "h-1.5" : "h-2.5", className)}
    >
      {value === null ? (
        <span className="h-full w-2/5 animate-slide rounded-full bg-accent" />
      ) : segments ? (
        segments.map((segment) => (segment.value > 0 ? <span key={segment.tone} className={cx(part, "min-w-1", TONES[segment.tone])} style={{ width: `${segment.value}%` }} /> : null))
      ) : (
        <span className={cx(part, "rounded-full", TONES[tone])} style={{ width: `${Math.min(100, Math.max(0, value))}%` }} />
      )}
    </div>
  );
}
