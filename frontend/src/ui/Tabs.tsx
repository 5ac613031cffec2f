/** Parts of one screen. `TAB_LINK` gives router links the same look, where each part has an address. */
import { Tabs as Kit } from "@base-ui/react/tabs";
import type { ReactNode } from "react";

const TAB = "inline-flex items-center gap-1.5 border-b-2 border-transparent pt-2 pb-2.5 text-13 font-medium text-muted no-underline whitespace-nowrap hover:text-fg coarse:min-h-11";

export const TAB_LINK = `${TAB} aria-[current=page]:border-accent aria-[current=page]:text-fg`;
export const TAB_BAR = "flex gap-5 overflow-x-auto overflow-y-hidden shadow-[inset_0_-1px_0_var(--line)]";

export interface TabsProps<Value extends string> {
  label: string;
  value: Value;
  tabs: readonly { value: Value; label: ReactNode; content?: ReactNode }[];
  onChange: (value: Value) => void;
}

export function Tabs<Value extends string>({ label, value, tabs, onChange }: TabsProps<Value>) {
  return (
    <Kit.Root value={value} onValueChange={onChange}>
      <Kit.List aria-label={label} className={TAB_BAR}>
        {tabs.map((tab) => (
          <Kit.Tab key={tab.value} value={tab.value} className={`${TAB} data-active:border-accent data-active:text-fg`}>
            {tab.label}
          </Kit.Tab>
        ))}
      </Kit.List>
      {tabs.map((tab) =>
        tab.content === undefined ? null : (
          <Kit.Panel key={tab.value} value={tab.value} className="pt-4">
            {tab.content}
          </Kit.Panel>
        ),
      )}
    </Kit.Root>
  );
}
