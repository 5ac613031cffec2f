/** Keys of the whole product: `g` and a letter goes to a screen, `c` adds clients, `?` lists them all. Off where a person says so. */
import { useRouter } from "@tanstack/react-router";
import { useEffect } from "react";

import { behindDialog, typing } from "@/lib/useKey";

export const GO: Readonly<Record<string, { to: string; words: string }>> = {
  h: { to: "/", words: "Home" },
  c: { to: "/clients", words: "Clients" },
  s: { to: "/health", words: "Health" },
  i: { to: "/imports", words: "Imports" },
};
const TOGETHER_MS = 1200;
const NEVER = Number.NEGATIVE_INFINITY;

export function useShortcuts({ onSearch, onHelp }: { onSearch: () => void; onHelp: () => void }): void {
  const router = useRouter();
  useEffect(() => {
    // By when the keys were pressed: a page that is busy hears of them late.
    let g = NEVER;
    const press = (event: KeyboardEvent) => {
      const ctrl = event.ctrlKey || event.metaKey;
      if (ctrl && !event.altKey && event.key.toLowerCase() === "k") {
        event.preventDefault();
        return onSearch();
      }
      if (ctrl || event.altKey || event.defaultPrevented || typing(event.target) || behindDialog()) return;
      if (localStorage.getItem("shortcuts") === "off") return;
      // In a grid, letters start editing a cell.
      if (event.target instanceof HTMLElement && event.target.closest("[role=grid]")) return;
      const go = GO[event.key];
      if (go && event.timeStamp - g < TOGETHER_MS) {
        g = NEVER;
        event.preventDefault();
        return router.history.push(go.to);
      }
      g = event.key === "g" ? event.timeStamp : NEVER;
      if (event.key === "c") router.history.push("/connect");
      else if (event.key === "?") onHelp();
      else return;
      event.preventDefault();
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, [router, onSearch, onHelp]);
}
