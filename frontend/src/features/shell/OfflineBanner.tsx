/** Said while the network is gone; what is entered meanwhile waits and is sent afterwards. */
import { useSyncExternalStore } from "react";

function watch(tell: () => void): () => void {
  window.addEventListener("online", tell);
  window.addEventListener("offline", tell);
  return () => {
    window.removeEventListener("online", tell);
    window.removeEventListener("offline", tell);
  };
}

export function OfflineBanner() {
  const online = useSyncExternalStore(watch, () => navigator.onLine);
  return (
    <div role="status" className={online ? "sr-only" : "shrink-0 border-b border-line bg-warn-bg px-5 py-1.5 text-12 text-warn-fg"}>
      {online ? "" : "You are offline. Changes on this page are kept and will be sent when you are back."}
    </div>
  );
}
