import { CircleAlert, Info, TriangleAlert } from "lucide-react";

import type { CleanUp } from "@/api/generated";

import { SEVERITY_WORD } from "./words";

const LOOK = {
  high: { icon: CircleAlert, colour: "text-bad-fg" },
  medium: { icon: TriangleAlert, colour: "text-warn-fg" },
  low: { icon: Info, colour: "text-subtle" },
} as const;

/** An icon whose shape, not only colour, tells the severity; the word is there for those who hear it. */
export function Severity({ of, worded = false }: { of: CleanUp["severity"]; worded?: boolean }) {
  const { icon: Icon, colour } = LOOK[of];
  return (
    <span className="inline-flex items-center gap-1.5" title={`${SEVERITY_WORD[of]} severity`}>
      <Icon size={16} aria-hidden className={colour} />
      <span className={worded ? "text-13 text-muted" : "sr-only"}>{SEVERITY_WORD[of]} severity</span>
    </span>
  );
}
