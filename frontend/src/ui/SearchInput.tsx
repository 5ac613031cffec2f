/** A filter over what is on the page. `/` comes here, Escape empties it. */
import { Search, X } from "lucide-react";
import { useEffect, useRef } from "react";

import { cx } from "@/lib/cx";

export interface SearchInputProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  /** The key that comes here from anywhere on the page; one box a page has it. */
  shortcut?: "/" | null;
  className?: string;
}

export function SearchInput({ label, value, onChange, shortcut = "/", className }: SearchInputProps) {
  const box = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (!shortcut) return;
    const focus = (event: KeyboardEvent) => {
      if (event.key !== shortcut || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      if (localStorage.getItem("shortcuts") === "off") return;
      const target = event.target as HTMLElement;
      if (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) return;
      event.preventDefault();
      box.current?.focus();
      box.current?.select();
    };
    window.addEventListener("keydown", focus);
    return () => window.removeEventListener("keydown", focus);
  }, [shortcut]);
  return (
    <span className={cx("relative inline-flex w-60 max-w-full items-center", className)}>
      <Search size={15} aria-hidden className="pointer-events-none absolute left-2.5 text-subtle" />
      <input
        ref={box}
        type="search"
        aria-label={label}
        placeholder={label}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Escape" && value) {
            event.preventDefault();
            event.stopPropagation();
            onChange("");
          }
        }}
        className="h-7.5 w-full rounded-md border border-line-strong bg-surface pr-7 pl-8 text-13 text-fg coarse:min-h-11 [&::-webkit-search-cancel-button]:hidden"
      />
      {value ? (
        <button type="button" aria-label="Clear the filter" onClick={() => onChange("")} className="absolute right-0.5 inline-flex size-6 items-center justify-center rounded-sm text-muted hover:bg-active">
          <X size={14} aria-hidden />
        </button>
      ) : null}
    </span>
  );
}
