/** The current time as state, so that "12 minutes ago" and a lane's elapsed seconds move on by themselves. */
import { useEffect, useState } from "react";

export function useNow(everyMs = 30_000, running = true): Date {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    if (!running) return;
    setNow(new Date());
    const timer = setInterval(() => setNow(new Date()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs, running]);
  return now;
}
