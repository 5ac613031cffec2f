/** The icon and tone of every state an import can be in. */
import { CircleAlert, CircleCheck, CircleSlash, CircleX, Clock, Gauge, LoaderCircle, Timer, type LucideIcon } from "lucide-react";

import type { ImportState } from "./progress";

export const STATUS_LOOK: Record<ImportState, { icon: LucideIcon; tone: "ok" | "warn" | "bad" | "accent" | "neutral" }> = {
  queued: { icon: Clock, tone: "neutral" },
  importing: { icon: LoaderCircle, tone: "accent" },
  scoring: { icon: Gauge, tone: "accent" },
  waiting: { icon: Timer, tone: "warn" },
  done: { icon: CircleCheck, tone: "ok" },
  needs_action: { icon: CircleAlert, tone: "bad" },
  failed: { icon: CircleX, tone: "bad" },
  cancelled: { icon: CircleSlash, tone: "neutral" },
};
