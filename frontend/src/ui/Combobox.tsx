/**
 * One of many, found by typing. The search box sits inside the popup:
 * outside it, the kit hides the rest of the page from screen readers while it stays reachable by Tab.
 */
import { Combobox as Kit } from "@base-ui/react/combobox";
import { Check } from "lucide-react";
import { useRef, type ReactElement, type ReactNode } from "react";

import { ALWAYS_HIGHLIGHT, OPTION, OptionBody, POPUP, type Option } from "./options";

export interface ComboboxProps<Value extends string> {
  label: string;
  options: readonly Option<Value>[];
  value: Value | null;
  onChange: (value: Value) => void;
  trigger: ReactElement;
  defaultOpen?: boolean;
  defaultQuery?: string;
  /** After it closed, with or without a choice. */
  onClose?: () => void;
  /** Tab inside the popup: what is highlighted, or null. Without it Tab closes. */
  onTab?: (highlighted: Value | null) => void;
  empty?: ReactNode;
  align?: "start" | "end";
}

const FEW = 6;

export function Combobox<Value extends string>({ label, options, value, onChange, trigger, defaultOpen, defaultQuery, onClose, onTab, empty, align = "start" }: ComboboxProps<Value>) {
  const search = options.length >= FEW;
  const highlighted = useRef<Value | null>(null);
  return (
    <Kit.Root
      items={options}
      value={options.find((option) => option.value === value) ?? null}
      onValueChange={(next: Option<Value> | null) => next && onChange(next.value)}
      isItemEqualToValue={(a: Option<Value>, b: Option<Value>) => a.value === b.value}
      defaultOpen={defaultOpen}
      defaultInputValue={defaultQuery}
      onOpenChange={(open) => !open && onClose?.()}
      onItemHighlighted={(option: Option<Value> | undefined) => {
        highlighted.current = option?.value ?? null;
      }}
      // With a value and nothing typed nothing is highlighted, so that Enter twice changes nothing.
      {...(value === null || value === "" || defaultQuery ? ALWAYS_HIGHLIGHT : { autoHighlight: true })}
    >
      <Kit.Trigger render={trigger} aria-label={label} />
      <Kit.Portal>
        <Kit.Positioner align={align} sideOffset={4} className="z-50 outline-none">
          <Kit.Popup aria-label={label} className={POPUP}>
            <Kit.Input
              aria-label={label}
              placeholder="Type to find"
              onKeyDown={(event) => {
                if (event.key !== "Tab" || event.shiftKey || !onTab) return;
                event.preventDefault();
                onTab(highlighted.current);
              }}
              className={search ? "h-9 w-full border-b border-line-subtle bg-transparent px-3 text-13 outline-none" : "sr-only"}
            />
            <Kit.Empty>
              <div className="px-3 py-3 text-13 text-muted empty:hidden">{empty ?? "Nothing matches."}</div>
            </Kit.Empty>
            <Kit.List className="max-h-72 overflow-y-auto p-1 empty:p-0">
              {(option: Option<Value>) => (
                <Kit.Item key={option.value} value={option} className={OPTION}>
                  <OptionBody option={option} />
                  <Kit.ItemIndicator>
                    <Check size={14} aria-hidden />
                  </Kit.ItemIndicator>
                </Kit.Item>
              )}
            </Kit.List>
          </Kit.Popup>
        </Kit.Positioner>
      </Kit.Portal>
    </Kit.Root>
  );
}
