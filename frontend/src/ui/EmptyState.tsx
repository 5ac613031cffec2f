/** Nothing here: why, and what to do about it. Never shown when reading failed. */
import type { ReactNode } from "react";

import { cx } from "@/lib/cx";

import { Button } from "./Button";

export interface EmptyStateProps {
  icon?: ReactNode;
  title: ReactNode;
  children?: ReactNode;
  action?: { label: string; run: () => void; look?: "primary" | "outline" };
  /** More than one way on. */
  actions?: ReactNode;
  level?: 1 | 2;
  className?: string;
}

export function EmptyState({ icon, title, children, action, actions, level = 2, className }: EmptyStateProps) {
  const Heading = level === 1 ? "h1" : "h2";
  return (
    <div className={cx("mx-auto flex max-w-100 flex-col items-center gap-1 px-6 py-12 text-center", className)}>
      {icon ? <span className="mb-2 grid size-10 place-items-center rounded-full bg-active text-muted">{icon}</span> : null}
      <Heading className="m-0 text-14 font-semibold">{title}</Heading>
      {children ? <p className="m-0 text-13 text-muted">{children}</p> : null}
      {action || actions ? (
        <div className="mt-3 flex gap-2">
          {action ? (
            <Button size="sm" look={action.look ?? "outline"} onClick={action.run}>
              {action.label}
            </Button>
          ) : null}
          {actions}
        </div>
      ) : null}
    </div>
  );
}
