/** The one button that helps with what stopped an import, as the server names it. */
import { KeyRound, RotateCw } from "lucide-react";

import type { Problem } from "@/api/generated";
import { useReconnect } from "@/api/reconnect";
import { clockTime } from "@/lib/format";
import { safeHref } from "@/lib/url";
import { Button, type ButtonLook } from "@/ui/Button";

export interface RemedyProps {
  problem: Problem | null;
  retry: () => void;
  retrying: boolean;
  look?: ButtonLook;
  /** What the button is about, for those who hear only its name. */
  about: string;
}

export function Remedy({ problem, retry, retrying, look = "outline", about }: RemedyProps) {
  const { reconnect, busy } = useReconnect("import");
  const action = problem?.action;
  if (action?.operation === "wait") {
    return action.until ? <span className="num text-13 text-muted">Continues at {clockTime(action.until)}</span> : null;
  }
  if (action?.operation === "reconnect") {
    return (
      <Button size="sm" look={look} busy={busy} onClick={reconnect} icon={<KeyRound size={14} aria-hidden />} aria-label={`${action.label}: ${about}`}>
        {action.label}
      </Button>
    );
  }
  const href = safeHref(action?.href);
  if (action && href) {
    return (
      <Button size="sm" look={look} render={<a href={href}>{action.label}</a>} aria-label={`${action.label}: ${about}`}>
        {action.label}
      </Button>
    );
  }
  return (
    <Button size="sm" look={look} busy={retrying} onClick={retry} icon={<RotateCw size={14} aria-hidden />} aria-label={`${action?.label ?? "Retry"}: ${about}`}>
      {action?.operation === "retry" ? action.label : "Retry"}
    </Button>
  );
}
