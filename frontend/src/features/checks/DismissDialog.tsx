/** Setting issues aside needs a reason, because someone will ask, and says how far it reaches. */
import { useEffect, useState } from "react";

import type { Dismiss, Issue } from "@/api/generated";
import { useMayDo } from "@/api/me";
import { listed, plural } from "@/lib/format";
import { asProblem } from "@/lib/problem";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Field } from "@/ui/Field";
import { InlineError } from "@/ui/InlineError";
import { Radios } from "@/ui/Radios";
import { TextArea } from "@/ui/TextArea";

export type Scope = NonNullable<Dismiss["scope"]>;

export interface DismissDialogProps {
  issues: readonly Issue[];
  open: boolean;
  onOpenChange: (open: boolean) => void;
  dismiss: (reason: string, scope: Scope) => Promise<void>;
  busy: boolean;
  error: unknown;
}

export function DismissDialog({ issues, open, onOpenChange, dismiss, busy, error }: DismissDialogProps) {
  const mayRule = useMayDo("removeRule");
  const [reason, setReason] = useState("");
  const [scope, setScope] = useState<Scope>("item");
  const [missing, setMissing] = useState(false);
  useEffect(() => {
    if (open) {
      setReason("");
      setScope("item");
      setMissing(false);
    }
  }, [open]);
  const save = () => {
    if (!reason.trim()) return setMissing(true);
    void dismiss(reason.trim(), scope).then(() => onOpenChange(false), () => undefined);
  };
  const n = issues.length;
  const contacts = [...new Set(issues.flatMap(({ contact }) => contact ?? []))];
  const everyHasOne = n > 0 && issues.every(({ contact }) => contact);
  const refused = error ? asProblem(error).fieldError("reason") : undefined;
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={`Set aside ${plural(n, "issue")}`} description="What is set aside no longer counts against the score. It stays under Set aside and can be reopened."
      footer={<><Button onClick={() => onOpenChange(false)}>Cancel</Button><Button look="primary" busy={busy} onClick={save}>Set aside {plural(n, "issue")}</Button></>}>
      <div className="grid gap-4">
        <Field label="Reason" hint="Kept with the issue and in the activity list." error={refused ?? (missing && !reason.trim() ? "Say why, so that the next person knows." : undefined)}>
          <TextArea value={reason} maxLength={500} onChange={(event) => setReason(event.currentTarget.value)} />
        </Field>
        <Radios label="How far it reaches" value={scope} onChange={setScope} options={[
          { value: "item", label: n === 1 ? "This item" : "These items", detail: "It comes back when the record changes in Xero." },
          { value: "contact", label: contacts.length > 1 ? "These contacts" : "This contact", disabled: !everyHasOne, detail: everyHasOne ? `Everything this check finds for ${listed(contacts)} at this client, now and later.` : "Not every issue here has a contact." },
          { value: "rule", label: "Everywhere in the practice", disabled: !mayRule, detail: mayRule ? "Makes a rule: the same finding is set aside at every client. Rules are listed in the score settings." : "Managers, administrators and owners make rules for the whole practice." },
        ]} />
        {error && !refused ? <InlineError error={error} /> : null}
      </div>
    </Dialog>
  );
}
