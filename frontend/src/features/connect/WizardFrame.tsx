/** The frame of the steps that add clients: name, steps, the step itself and a footer that stays. */
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";

import { PageHeader } from "@/ui/PageHeader";
import { Stepper } from "@/ui/Stepper";

export interface WizardFrameProps {
  step: 0 | 1 | 2;
  fact: ReactNode;
  /** What is known about each step, by its number. */
  facts?: Partial<Record<0 | 1 | 2, ReactNode>>;
  strip?: ReactNode;
  children: ReactNode;
  footer: ReactNode;
}

export function WizardFrame({ step, fact, facts = {}, strip, children, footer }: WizardFrameProps) {
  return (
    <>
      <div className="flex min-h-0 flex-1 flex-col gap-3 px-5 pt-4 pb-3">
        <PageHeader title="Add clients from Xero" fact={fact} />
        <Stepper
          label="Steps"
          current={step}
          steps={[
            { label: "Choose organisations", fact: facts[0] ?? "From your Xero logins", link: <Link to="/connect/tenants" /> },
            { label: "Set visibility and managers", fact: facts[1] ?? "For all, then the exceptions", link: <Link to="/connect/configure" /> },
            { label: "Import", fact: facts[2] ?? "5 at a time" },
            { label: "Review", fact: "Health scores" },
          ]}
        />
        {strip}
        {children}
      </div>
      <footer className="flex shrink-0 flex-wrap items-center gap-3 border-t border-line bg-surface px-5 py-2.5">{footer}</footer>
    </>
  );
}

/** Facts in one line, with hairlines between. */
export function Strip({ children }: { children: ReactNode }) {
  return <div className="num flex min-h-6 flex-wrap items-center gap-x-2.5 gap-y-1 text-13 text-muted [&_b]:font-semibold [&_b]:text-fg">{children}</div>;
}

export function StripLine() {
  return <span aria-hidden className="h-3.5 w-px bg-line" />;
}
