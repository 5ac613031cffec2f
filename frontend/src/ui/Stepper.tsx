/** Where one is in a task of several steps; steps already done lead back. */
import { Check } from "lucide-react";
import type { ReactElement, ReactNode } from "react";
import { cloneElement } from "react";

import { cx } from "@/lib/cx";

export interface Step {
  label: string;
  fact?: ReactNode;
  /** A link to the step, shown when one may go there. */
  link?: ReactElement<{ className?: string; children?: ReactNode }>;
}

export function Stepper({ label, steps, current }: { label: string; steps: readonly Step[]; current: number }) {
  return (
    <ol aria-label={label} className="m-0 flex list-none items-start gap-1.5 p-0 sm:gap-2.5">
      {steps.map((step, index) => {
        const state = index < current ? "done" : index === current ? "current" : "ahead";
        const last = index === steps.length - 1;
        const words = (
          <span className="block">
            <span className={cx("block text-13", state === "ahead" ? "font-medium text-muted" : "font-semibold text-fg", state !== "current" && "max-sm:sr-only")}>
              {step.label}
              {state === "done" ? <span className="sr-only"> (done)</span> : null}
            </span>
            <span className="num block min-h-4 text-12 font-normal text-muted max-sm:hidden">{step.fact}</span>
          </span>
        );
        return (
          <li key={step.label} aria-current={state === "current" ? "step" : undefined} className={cx("flex min-w-0 items-start gap-2.5", !last && "sm:flex-1", state === "current" && "max-sm:flex-1")}>
            <span
              aria-hidden
              className={cx(
                "num mt-1 grid size-6 shrink-0 place-items-center rounded-full text-12 font-semibold",
                state === "done" && "bg-accent text-on-accent",
                state === "current" && "border-2 border-accent text-link",
                state === "ahead" && "bg-active text-muted",
              )}
            >
              {state === "done" ? <Check size={14} strokeWidth={3} /> : index + 1}
            </span>
            <span className="min-w-0 sm:shrink-0">
              {step.link && state === "done" ? cloneElement(step.link, { className: "block rounded-sm no-underline hover:underline text-fg", children: words }) : words}
            </span>
            {last ? null : <span aria-hidden className={cx("mt-4 h-0.5 min-w-4 flex-1 rounded-full max-sm:hidden", state === "done" ? "bg-accent" : "bg-line")} />}
          </li>
        );
      })}
    </ol>
  );
}
