/** Any number of many, in the order they were chosen; where the order matters the first is marked. */
import { Combobox as Kit } from "@base-ui/react/combobox";
import { Plus } from "lucide-react";
import { useState, type ReactElement, type ReactNode } from "react";

import { ALWAYS_HIGHLIGHT, OPTION, OptionBody, POPUP, type Option } from "./options";

export interface MultiComboboxProps {
  label: string;
  options: readonly Option[];
  value: readonly string[];
  onChange: (value: string[]) => void;
  trigger: ReactElement;
  /** The word behind the first one chosen, such as "Lead"; without it the order is not shown. */
  first?: string;
  /** Lets a word that is no option yet be added. */
  onCreate?: (word: string) => Option;
  defaultOpen?: boolean;
  defaultQuery?: string;
  onClose?: (reason: "escape" | "other") => void;
  /** Tab inside the popup; without it Tab closes. */
  onTab?: () => void;
  empty?: ReactNode;
  footer?: ReactNode;
  align?: "start" | "end";
}

const NEW = "\u0000new";

export function MultiCombobox({ label, options, value, onChange, trigger, first, onCreate, defaultOpen, defaultQuery = "", onClose, onTab, empty, footer, align = "start" }: MultiComboboxProps) {
  const [query, setQuery] = useState(defaultQuery);
  const word = query.trim();
  const known = options.some((option) => option.label.toLowerCase() === word.toLowerCase());
  const all = onCreate && word && !known ? [...options, { value: NEW, label: word }] : options;
  const chosen = value.flatMap((id) => all.find((option) => option.value === id) ?? []);
  return (
    <Kit.Root
      multiple
      items={all}
      value={chosen}
      onValueChange={(next: Option[]) => {
        const made = next.map((option) => (option.value === NEW && onCreate ? onCreate(word) : option));
        if (next.some((option) => option.value === NEW)) setQuery("");
        onChange(made.map((option) => option.value));
      }}
      inputValue={query}
      onInputValueChange={setQuery}
      isItemEqualToValue={(a: Option, b: Option) => a.value === b.value}
      defaultOpen={defaultOpen}
      onOpenChange={(open, details) => {
        if (open) return;
        setQuery("");
        onClose?.(details.reason === "escape-key" ? "escape" : "other");
      }}
      {...ALWAYS_HIGHLIGHT}
    >
      <Kit.Trigger render={trigger} aria-label={label} />
      <Kit.Portal>
        <Kit.Positioner align={align} sideOffset={4} className="z-50 outline-none">
          <Kit.Popup aria-label={label} className={POPUP}>
            <Kit.Input
              aria-label={label}
              placeholder={onCreate ? "Find or add" : "Type to find"}
              onKeyDown={(event) => {
                if (event.key !== "Tab" || event.shiftKey || !onTab) return;
                event.preventDefault();
                onTab();
              }}
              className="h-9 w-full border-b border-line-subtle bg-transparent px-3 text-13 outline-none"
            />
            <Kit.Empty>
              <div className="px-3 py-3 text-13 text-muted">{empty ?? "Nothing matches."}</div>
            </Kit.Empty>
            <Kit.List className="max-h-72 overflow-y-auto p-1 empty:p-0">
              {(option: Option) => {
                const place = value.indexOf(option.value);
                return (
                  <Kit.Item key={option.value} value={option} className={OPTION}>
                    {option.value === NEW ? (
                      <>
                        <Plus size={14} aria-hidden className="text-subtle" />
                        <span className="flex-1 truncate">Add “{option.label}”</span>
                      </>
                    ) : (
                      <OptionBody option={option} />
                    )}
                    {place === 0 && first ? <span className="rounded-full bg-accent-soft px-1.5 text-11 font-medium text-accent-soft-fg">{first}</span> : null}
                    <span aria-hidden className="cbx pointer-events-none" data-on={place >= 0 || undefined} />
                  </Kit.Item>
                );
              }}
            </Kit.List>
            {footer ? <div className="border-t border-line-subtle px-3 py-2 text-12 text-subtle">{footer}</div> : null}
          </Kit.Popup>
        </Kit.Positioner>
      </Kit.Portal>
    </Kit.Root>
  );
}
