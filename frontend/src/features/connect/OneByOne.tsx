/** Where Xero connects one organisation per consent: a list of names, remembered on this machine, that shortens with each return. */
import { Check } from "lucide-react";
import { useState } from "react";

import type { Tenant } from "@/api/generated";
import { count } from "@/lib/format";
import { Button } from "@/ui/Button";
import { Field } from "@/ui/Field";
import { TextArea } from "@/ui/TextArea";

export function remaining(plan: readonly string[], tenants: readonly Pick<Tenant, "name" | "standing">[]): string[] {
  const connected = new Set(tenants.filter((tenant) => tenant.standing !== "disconnected").map((tenant) => tenant.name.trim().toLowerCase()));
  return plan.filter((name) => !connected.has(name.trim().toLowerCase()));
}

export function OneByOne({ firm, tenants, onNext, busy }: { firm: string; tenants: readonly Tenant[]; onNext: () => void; busy: boolean }) {
  const key = `connect-plan:${firm}`;
  const [text, setText] = useState(() => localStorage.getItem(key) ?? "");
  const plan = text.split("\n").map((line) => line.trim()).filter(Boolean);
  const left = remaining(plan, tenants);
  const next = left[0];
  return (
    <div className="mt-5 border-t border-line-subtle pt-4">
      <Field label="Organisations to connect" hint="One name a line. The list is kept on this computer until all of them are connected.">
        <TextArea
          value={text}
          onChange={(event: React.ChangeEvent<HTMLTextAreaElement>) => {
            setText(event.target.value);
            localStorage.setItem(key, event.target.value);
          }}
        />
      </Field>
      {plan.length > 0 ? (
        <>
          <p role="status" className="num m-0 mt-3 text-13">
            <b className="font-semibold">{count(plan.length - left.length)}</b> of {count(plan.length)} connected.
            {next ? ` Next: ${next}.` : " All of them are connected."}
          </p>
          <ul className="m-0 mt-2 flex max-h-40 list-none flex-col gap-1 overflow-y-auto p-0 text-13">
            {plan.map((name) => (
              <li key={name} className="flex items-center gap-2">
                <span className="grid size-4 place-items-center text-ok-fg">{left.includes(name) ? null : <Check size={14} aria-label="Connected" />}</span>
                <span className={left.includes(name) ? "" : "text-subtle"}>{name}</span>
              </li>
            ))}
          </ul>
          {next ? (
            <Button className="mt-3" busy={busy} onClick={onNext}>
              Connect {next}
            </Button>
          ) : null}
        </>
      ) : null}
    </div>
  );
}
