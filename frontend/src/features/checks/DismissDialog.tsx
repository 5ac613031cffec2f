/** Setting issues aside needs a reason, because someone will ask. */
import { useEffect, useState } from "react";

import { plural } from "@/lib/format";
import { asProblem } from "@/lib/problem";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Field } from "@/ui/Field";
import { InlineError } from "@/ui/InlineError";
import { TextArea } from "@/ui/TextArea";

export interface DismissDialogProps {
  n: number;
  open: boolean;
  onOpenChange: (open: boolean) => void;
  dismiss: (reason: string) => Promise<void>;
  busy: boolean;
  error: unknown;
}

export function DismissDialog({ n, open, onOpenChange, dismiss, busy, error }: DismissDialogProps) {
  const [reason, setReason] = useState("");
  const [missing, setMissing] = useState(false);
  useEffect(() => {
    if (open) {
      setReason("");
      setMissing(false);
    }
  }, [open]);
  const save = () => {
    if (!reason.trim()) return setMissing(true);
    void dismiss(reason.trim()).then(() => onOpenChange(false), () => undefined);
  };
  const refused = error ? asProblem(error).fieldError("reason") : undefined;
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={`Dismiss ${plural(n, "issue")}`} description="Dismissed issues no longer count against the score. They stay under Dismissed and can be reopened."
      footer={<><Button onClick={() => onOpenChange(false)}>Cancel</Button><Button look="primary" busy={busy} onClick={save}>Dismiss {plural(n, "issue")}</Button></>}>
      <Field label="Reason" hint="Kept with the issue and in the activity list." error={refused ?? (missing && !reason.trim() ? "Say why, so that the next person knows." : undefined)}>
        <TextArea value={reason} maxLength={500} onChange={(event) => setReason(event.currentTarget.value)} />
      </Field>
      {error && !refused ? <InlineError error={error} className="mt-3" /> : null}
    </Dialog>
  );
}
