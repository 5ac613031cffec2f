/** One of a few views or settings, all in sight; takes effect at once. */
import type { ReactNode } from "react";

import { cx } from "@/lib/cx";

export interface SegmentedProps<Value extends string> {
  label: string;
  value: Value;
  options: readonly { value: Value; label: ReactNode; count?: number }[];
  onChange: (value: Value) => void;
  /** `filter` stands apart on a toolbar, `box` is a setting. */
  look?: "filter" | "box";
}

export function Segmented<Value extends string>({ label, value, options, onChange, look = "filter" }: SegmentedProps<Value>) {
  return (
    <div role="group" aria-label={label} className={cx("inline-flex shrink-0 items-center", look === "box" ? "rounded-lg bg-active p-0.5" : "gap-1")}>
      {options.map((option) => {
        const on = option.value === value;
        return (
          <button
            key={option.value}
            type="button"
            aria-pressed={on}
            onClick={() => onChange(option.value)}
            className={cx(
              "inline-flex items-center gap-1.5 rounded-md px-2.5 text-13 font-medium whitespace-nowrap coarse:min-h-11",
              look === "box" ? "h-6.5 text-12" : "h-7.5",
              on && look === "filter" && "bg-accent-soft text-accent-soft-fg",
              on && look === "box" && "bg-surface text-fg shadow-raised",
              !on && "text-muted hover:text-fg",
              !on && look === "filter" && "hover:bg-hover",
            )}
          >
            {option.label}
            {option.count === undefined ? null : <span className="num font-normal opacity-90">{option.count.toLocaleString("en-NZ")}</span>}
          </button>
        );
      })}
    </div>
  );
}
