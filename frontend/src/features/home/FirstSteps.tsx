/** The first run: three steps, each with its state, the next one with the button. */
import { Link } from "@tanstack/react-router";
import { Circle, CircleCheck } from "lucide-react";

import { Button } from "@/ui/Button";

export interface StepsDone {
  connected: boolean;
  added: boolean;
  imported: boolean;
}

const STEPS = [
  { key: "connected", title: "Connect Xero", words: "Sign in as usual and tick every organisation you look after.", action: "Connect Xero", to: "/connect" },
  { key: "added", title: "Add clients", words: "Set who sees them and who manages them, once for all, then for the exceptions.", action: "Add clients", to: "/connect/tenants" },
  { key: "imported", title: "Import", words: "Five at a time. You can leave; we will email you when the import is done.", action: "Import clients", to: "/connect/configure" },
] as const satisfies readonly { key: keyof StepsDone; title: string; words: string; action: string; to: string }[];

export function FirstSteps({ done }: { done: StepsDone }) {
  const next = STEPS.find(({ key }) => !done[key])?.key;
  return (
    <section aria-labelledby="first-steps" className="max-w-180 rounded-xl border border-line bg-surface">
      <h2 id="first-steps" className="px-5 pt-4 pb-2 text-16 font-semibold">
        Get started
      </h2>
      <ol>
        {STEPS.map(({ key, title, words, action, to }, i) => (
          <li key={key} className="flex items-center gap-4 border-t border-line-subtle px-5 py-4">
            {done[key] ? <CircleCheck size={22} aria-label="Done" className="flex-none text-ok-fg" /> : <Circle size={22} aria-label="To do" className={`flex-none ${key === next ? "text-link" : "text-subtle"}`} />}
            <div className="min-w-0 flex-1">
              <h3 className="text-14 font-semibold">
                <span className="num">{i + 1}.</span> {title}
              </h3>
              <p className="text-13 text-muted">{words}</p>
            </div>
            {key === next && (
              <Button look="primary" render={<Link to={to} />}>
                {action}
              </Button>
            )}
          </li>
        ))}
      </ol>
    </section>
  );
}
