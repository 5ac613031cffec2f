/** Actions behind one button. */
import { Menu as Kit } from "@base-ui/react/menu";
import { Check } from "lucide-react";
import type { ReactElement, ReactNode } from "react";

import { cx } from "@/lib/cx";

const ITEM =
  "flex h-8 cursor-default items-center gap-2 rounded-md px-2 text-13 text-fg no-underline outline-none select-none coarse:h-11 data-highlighted:bg-active data-disabled:opacity-50";

export interface MenuProps {
  trigger: ReactElement;
  children: ReactNode;
  align?: "start" | "center" | "end";
  side?: "top" | "bottom" | "right";
}

export function Menu({ trigger, children, align = "end", side = "bottom" }: MenuProps) {
  return (
    <Kit.Root>
      <Kit.Trigger render={trigger} />
      <Kit.Portal>
        <Kit.Positioner side={side} align={align} sideOffset={6} className="z-40 outline-none">
          <Kit.Popup className="min-w-48 rounded-xl bg-surface p-1 shadow-float outline-none">{children}</Kit.Popup>
        </Kit.Positioner>
      </Kit.Portal>
    </Kit.Root>
  );
}

export function MenuItem({ icon, children, danger = false, disabled, onSelect, render }: { icon?: ReactNode; children: ReactNode; danger?: boolean; disabled?: boolean; onSelect?: () => void; render?: ReactElement }) {
  return (
    <Kit.Item className={cx(ITEM, danger && "text-bad-fg")} disabled={disabled} onClick={onSelect} render={render}>
      {icon}
      {children}
    </Kit.Item>
  );
}

export function MenuLabel({ children }: { children: ReactNode }) {
  return <div className="px-2 pt-2 pb-1 text-11 font-semibold text-subtle">{children}</div>;
}

export function MenuSeparator() {
  return <Kit.Separator className="my-1 h-px bg-line-subtle" />;
}

export function MenuRadioGroup<Value extends string>({ label, value, options, onChange }: { label: string; value: Value; options: readonly { value: Value; label: string; icon?: ReactNode }[]; onChange: (value: Value) => void }) {
  return (
    <Kit.Group>
      <Kit.GroupLabel className="px-2 pt-2 pb-1 text-11 font-semibold text-subtle">{label}</Kit.GroupLabel>
      <Kit.RadioGroup value={value} onValueChange={onChange}>
        {options.map((option) => (
          <Kit.RadioItem key={option.value} value={option.value} className={ITEM}>
            {option.icon}
            <span className="flex-1">{option.label}</span>
            <Kit.RadioItemIndicator>
              <Check size={14} aria-hidden />
            </Kit.RadioItemIndicator>
          </Kit.RadioItem>
        ))}
      </Kit.RadioGroup>
    </Kit.Group>
  );
}

export function MenuCheckItem({ checked, onChange, children }: { checked: boolean; onChange: (checked: boolean) => void; children: ReactNode }) {
  return (
    <Kit.CheckboxItem checked={checked} onCheckedChange={onChange} className={ITEM}>
      <span className="flex-1">{children}</span>
      <Kit.CheckboxItemIndicator>
        <Check size={14} aria-hidden />
      </Kit.CheckboxItemIndicator>
    </Kit.CheckboxItem>
  );
}
