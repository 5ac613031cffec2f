/** A single-key shortcut of the screen that is open; silent while someone types, behind a dialog, and when shortcuts are off. */
import { useEffect, useRef } from "react";

export function typing(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

/** Whether something stands over the page and takes its keys. A toast calls itself a dialog too, but takes none. */
export function behindDialog(): boolean {
  const over = document.querySelectorAll('[role="dialog"],[role="alertdialog"],[role="listbox"],[role="menu"]');
  return [...over].some((one) => !one.closest('[aria-label="Notifications"]'));
}

export function useKey(key: string, run: () => void, enabled = true): void {
  const latest = useRef(run);
  useEffect(() => {
    latest.current = run;
  });
  useEffect(() => {
    if (!enabled) return;
    const press = (event: KeyboardEvent) => {
      if (event.key !== key || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      if (localStorage.getItem("shortcuts") === "off" || typing(event.target)) return;
      if (behindDialog()) return;
      event.preventDefault();
      latest.current();
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, [key, enabled]);
}
