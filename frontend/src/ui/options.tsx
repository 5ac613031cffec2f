/** What `Combobox` and `MultiCombobox` share: the shape of an option and how it looks. */
import type { ReactNode } from "react";

export interface Option<Value extends string = string> {
  value: Value;
  label: string;
  icon?: ReactNode;
  detail?: string;
}

export const POPUP = "w-72 max-w-[calc(100vw-2rem)] overflow-hidden rounded-xl bg-surface shadow-float outline-none";
export const OPTION =
  "flex min-h-8 cursor-default items-center gap-2 rounded-md px-2 py-1 text-13 text-fg outline-none select-none coarse:min-h-11 data-highlighted:bg-active";

export function OptionBody({ option }: { option: Option }) {
  return (
    <>
      {option.icon}
      <span className="min-w-0 flex-1">
        <span className="block truncate">{option.label}</span>
        {option.detail ? <span className="block truncate text-12 text-subtle">{option.detail}</span> : null}
      </span>
    </>
  );
}

/** Enter takes the first option from the moment the popup opens. The kit knows the word; only its types name it for the autocomplete alone. */
export const ALWAYS_HIGHLIGHT = { autoHighlight: "always" as unknown as boolean };
