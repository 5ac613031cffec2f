/** How much of a fixed amount is used. */
import { cx } from "@/lib/cx";

export function Meter({ label, value, max, over = false, className }: { label: string; value: number; max: number; over?: boolean; className?: string }) {
  const share = max > 0 ? Math.min(100, (value / max) * 100) : 0;
  return (
    <span role="meter" aria-label={label} aria-valuemin={0} aria-valuemax={max} aria-valuenow={Math.min(value, max)} aria-valuetext={`${value} of ${max}`} className={cx("block h-1.5 overflow-hidden rounded-full bg-active", className)}>
      <span className={cx("block h-full rounded-full", over ? "bg-warn-solid" : "bg-accent")} style={{ width: `${share}%` }} />
    </span>
  );
}
