/** A problem where it happened: what, why, and the one way on that the server offers. */
import { CircleAlert } from "lucide-react";
import type { ReactNode } from "react";

import { clockTime } from "@/lib/format";
import { asProblem, type Remedy } from "@/lib/problem";
import { withQuery } from "@/lib/url";

import { Button } from "./Button";

export interface InlineErrorProps {
  error: unknown;
  /** What "try again" does here. Without it only a remedy with an address of its own gets a button. */
  onRetry?: () => void;
  /** Takes an operation the page can do itself (`remove`, `reconnect`); return true when it did. */
  onAction?: (action: Remedy) => boolean | void;
  children?: ReactNode;
  className?: string;
}

export function InlineError({ error, onRetry, onAction, children, className = "" }: InlineErrorProps) {
  const problem = asProblem(error);
  return (
    <div role="alert" className={`flex items-start gap-2.5 rounded-lg bg-bad-bg px-3 py-2.5 text-13 text-bad-fg ${className}`}>
      <CircleAlert size={16} aria-hidden className="mt-0.5 shrink-0" />
      <div className="flex min-w-0 flex-1 flex-wrap items-center gap-x-4 gap-y-2">
        <div className="min-w-0 flex-1 basis-60">
          <strong className="font-semibold">{sentence(problem.title)}</strong>
          {problem.detail ? ` ${problem.detail}` : null}
          {children}
          {problem.status >= 500 && problem.requestId ? <span className="block text-12">Request {problem.requestId}</span> : null}
        </div>
        <Way action={problem.action} onRetry={onRetry} onAction={onAction} />
      </div>
    </div>
  );
}

function Way({ action, onRetry, onAction }: { action: Remedy | null; onRetry?: () => void; onAction?: (action: Remedy) => boolean | void }) {
  if (action?.operation === "wait" && action.until) {
    return <span className="num shrink-0 font-medium">Continues by itself at {clockTime(action.until)}</span>;
  }
  if (action?.href) {
    // Who signs in again comes back to where it was asked for.
    const href = action.operation === "sign_in" ? withQuery(action.href, { return_to: window.location.pathname + window.location.search }) : action.href;
    return (
      <Button size="sm" render={<a href={href}>{action.label}</a>}>
        {action.label}
      </Button>
    );
  }
  const run = action && onAction ? () => void (onAction(action) || onRetry?.()) : onRetry;
  if (!run) return null;
  return (
    <Button size="sm" onClick={run}>
      {action?.label ?? "Try again"}
    </Button>
  );
}

function sentence(title: string): string {
  return /[.!?]$/.test(title) ? title : `${title}.`;
}
