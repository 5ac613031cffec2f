/** Whether the session ended under an open page: the shell then asks to sign in again and keeps the page as it is. */
import { useSyncExternalStore } from "react";

let ended = false;
const watchers = new Set<() => void>();

function set(next: boolean): void {
  if (ended === next) return;
  ended = next;
  for (const watcher of watchers) watcher();
}

export const endSession = (): void => set(true);
export const keepSession = (): void => set(false);

export function useSessionEnded(): boolean {
  return useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    () => ended,
  );
}
