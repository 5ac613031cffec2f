/** One of a few, in a form. In a grid cell or with more than a dozen options use `Combobox`. */
import { Select as Kit } from "@base-ui/react/select";
import { Check } from "lucide-react";
import type { ReactNode } from "react";

import { cx } from "@/lib/cx";

export interface SelectProps<Value extends string> {
  value: Value;
  options: readonly { value: Value; label: string; detail?: ReactNode }[];
  onChange: (value: Value) => void;
  /** Needed outside a `Field`. */
  label?: string;
  size?: "sm" | "md";
  disabled?: boolean;
  className?: string;
}

export function Select<Value extends string>({ value, options, onChange, label, size = "md", disabled, className }: SelectProps<Value>) {
  return (
    <Kit.Root items={options} value={value} onValueChange={(next) => next !== null && onChange(next as Value)} disabled={disabled}>
      <Kit.Trigger
        aria-label={label}
        className={cx(
          "inline-flex items-center justify-between gap-2 rounded-md border border-line-strong bg-surface text-fg hover:bg-hover data-disabled:opacity-50 coarse:min-h-11",
          size === "sm" ? "h-7.5 px-2.5 text-13" : "h-9 px-3 text-14",
          className,
        )}
      >
        <Kit.Value className="truncate" />
        <Kit.Icon className="chevron text-subtle" />
      </Kit.Trigger>
      <Kit.Portal>
        <Kit.Positioner alignItemWithTrigger={false} sideOffset={4} className="z-50 outline-none">
          <Kit.Popup className="max-h-80 min-w-(--anchor-width) overflow-y-auto rounded-xl bg-surface p-1 shadow-float outline-none">
            {options.map((option) => (
              <Kit.Item key={option.value} value={option.value} className="grid min-h-8 cursor-default grid-cols-[1fr_auto] items-center gap-3 rounded-md px-2 py-1 text-13 outline-none select-none data-highlighted:bg-active">
                <span>
                  <Kit.ItemText>{option.label}</Kit.ItemText>
                  {option.detail ? <span className="block text-12 text-subtle">{option.detail}</span> : null}
                </span>
                <Kit.ItemIndicator>
                  <Check size={14} aria-hidden />
                </Kit.ItemIndicator>
              </Kit.Item>
            ))}
          </Kit.Popup>
        </Kit.Positioner>
      </Kit.Portal>
    </Kit.Root>
  );
}
