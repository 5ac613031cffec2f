/** A screen's name, one fact about it, and at most one primary button. The shell moves focus here after a route change. */
import type { ReactNode } from "react";

export function PageHeader({ title, fact, actions, children }: { title: ReactNode; fact?: ReactNode; actions?: ReactNode; children?: ReactNode }) {
  return (
    <header className="flex flex-wrap items-start gap-x-6 gap-y-3">
      <div className="min-w-0 flex-1 basis-80">
        <h1 tabIndex={-1} className="m-0 text-20 font-semibold tracking-tight">
          {title}
        </h1>
        {fact ? <p className="num m-0 mt-0.5 text-13 text-muted">{fact}</p> : null}
        {children}
      </div>
      {actions ? <div className="flex shrink-0 flex-wrap items-center gap-2">{actions}</div> : null}
    </header>
  );
}
