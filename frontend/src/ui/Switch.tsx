/** On or off, taking effect at once. */
import { Switch as Kit } from "@base-ui/react/switch";
import type { ReactNode } from "react";

export function Switch({ checked, onChange, disabled, children }: { checked: boolean; onChange: (checked: boolean) => void; disabled?: boolean; children: ReactNode }) {
  return (
    <label className="inline-flex items-center gap-2.5 text-13 coarse:min-h-11">
      <Kit.Root
        checked={checked}
        onCheckedChange={onChange}
        disabled={disabled}
        className="relative inline-flex h-5 w-9 shrink-0 cursor-pointer rounded-full border border-line-strong bg-active p-px transition-colors duration-100 data-checked:border-accent data-checked:bg-accent data-disabled:opacity-50"
      >
        <Kit.Thumb className="block size-4 rounded-full bg-line-strong transition-transform duration-100 data-checked:translate-x-4 data-checked:bg-on-accent" />
      </Kit.Root>
      <span>{children}</span>
    </label>
  );
}
