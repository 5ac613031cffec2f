/** The frame of the wizard: its name, its steps with their figures, who else is at it, and a footer that stays. */
import { Link } from "@tanstack/react-router";
import { Users } from "lucide-react";
import type { ReactNode } from "react";

import type { XpmImport } from "@/api/generated";
import { count, listed } from "@/lib/format";
import { Banner } from "@/ui/Banner";
import { PageHeader } from "@/ui/PageHeader";
import { Stepper, type Step } from "@/ui/Stepper";

import { furthest, reachable, STEP_KEYS, STEP_WORD, type StepKey } from "./words";

export type WizardStep = StepKey | "structures";

const TO = {
  staff: "/configure/integrations/xpm/imports/$importId/staff",
  clients: "/configure/integrations/xpm/imports/$importId/clients",
  entities: "/configure/integrations/xpm/imports/$importId/entities",
  structures: "/configure/integrations/xpm/imports/$importId/structures",
  confirm: "/configure/integrations/xpm/imports/$importId/confirm",
} as const satisfies Record<WizardStep, string>;

export const stepTo = (step: WizardStep) => TO[step];

export interface XpmFrameProps {
  one: XpmImport;
  step: WizardStep;
  /** Structures nobody explained: a step of their own while there are any. */
  unmapped: number;
  fact?: ReactNode;
  children: ReactNode;
  footer: ReactNode;
}

function figure(one: XpmImport, key: StepKey, saved: StepKey): string {
  if (key === "confirm") return "Nothing imported yet";
  const of = one.counts[key];
  if (!reachable(key, saved)) return "Not started";
  return of === undefined ? `${count(one.chosen[key])} chosen` : `${count(one.chosen[key])} of ${count(of)} chosen`;
}

export function XpmFrame({ one, step, unmapped, fact, children, footer }: XpmFrameProps) {
  const order: WizardStep[] = STEP_KEYS.flatMap((key): WizardStep[] => (key === "clients" && (unmapped > 0 || step === "structures") ? ["structures", "clients"] : [key]));
  const current = order.indexOf(step);
  const saved = furthest(one.step, step === "structures" ? "staff" : step);
  const steps: Step[] = order.map((key) => ({
    label: key === "structures" ? "Structures" : STEP_WORD[key],
    fact: key === "structures" ? (unmapped > 0 ? `${count(unmapped)} to explain` : "All explained") : figure(one, key, saved),
    ...((key === "structures" || reachable(key, saved)) && { link: <Link to={TO[key]} params={{ importId: one.id }} /> }),
  }));
  return (
    <>
      <div className="flex min-h-0 flex-1 flex-col gap-3 px-5 pt-4 pb-3 max-sm:px-3">
        <PageHeader title={one.source === "report" ? "Import from a report" : "Import from Xero Practice Manager"} fact={<span className="max-sm:sr-only">{fact ?? "Choose what to bring across. Nothing changes until you confirm on the last step."}</span>} />
        <Stepper label="Steps" current={current} steps={steps} />
        {one.also_editing.length > 0 ? (
          <p role="status" className="m-0 flex items-center gap-2 text-13 text-muted">
            <Users size={14} aria-hidden /> {listed(one.also_editing)} {one.also_editing.length === 1 ? "is" : "are"} also editing this import. What each of you decides is kept.
          </p>
        ) : null}
        {one.state === "ready" ? null : (
          <Banner tone="info" title="This import is no longer under review." action={<Link to="/configure/integrations/xpm/imports/$importId" params={{ importId: one.id }} className="font-medium underline">Show the import</Link>}>
            What is shown here cannot be changed any more.
          </Banner>
        )}
        {children}
      </div>
      <footer className="flex shrink-0 flex-wrap items-center gap-3 border-t border-line bg-surface px-5 py-2.5 max-sm:gap-1.5 max-sm:px-3 max-sm:*:px-2 max-sm:*:text-13">{footer}</footer>
    </>
  );
}
