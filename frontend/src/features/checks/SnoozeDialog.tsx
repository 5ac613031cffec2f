/** Putting issues off until a day; until then they do not count against the score. */
import { useEffect, useState } from "react";

import { plural } from "@/lib/format";
import { asProblem } from "@/lib/problem";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Field } from "@/ui/Field";
import { InlineError } from "@/ui/InlineError";
import { TextInput } from "@/ui/TextInput";

export interface SnoozeDialogProps {
  n: number;
  open: boolean;
  onOpenChange: (open: boolean) => void;
  snooze: (until: string) => Promise<void>;
  busy: boolean;
  error: unknown;
}

/** The day so many days from now, as a date the wire takes. */
export function daysOn(days: number, now = new Date()): string {
  return new Date(Date.UTC(now.getFullYear(), now.getMonth(), now.getDate() + days)).toISOString().slice(0, 10);
}

const CHOICES = [["In a week", 7], ["In two weeks", 14], ["In a month", 30], ["In three months", 91]] as const;

export function SnoozeDialog({ n, open, onOpenChange, snooze, busy, error }: SnoozeDialogProps) {
  const [until, setUntil] = useState(() => daysOn(7));
  useEffect(() => {
    if (open) setUntil(daysOn(7));
  }, [open]);
  const late = until <= daysOn(0);
  const refused = error ? asProblem(error).fieldError("until") : undefined;
  return (
    <Dialog open={open} onOpenChange={onOpenChange} width="sm" title={`Snooze ${plural(n, "issue")}`} description="Until then they do not count against the score. They come back by themselves on that day, or sooner when the record changes in Xero."
      footer={<><Button onClick={() => onOpenChange(false)}>Cancel</Button><Button look="primary" busy={busy} onClick={() => !late && void snooze(until).then(() => onOpenChange(false), () => undefined)}>Snooze {plural(n, "issue")}</Button></>}>
      <div className="grid gap-3">
        <div role="group" aria-label="For how long" className="flex flex-wrap gap-2">
          {CHOICES.map(([words, days]) => (
            <Button key={words} size="sm" aria-pressed={until === daysOn(days)} onClick={() => setUntil(daysOn(days))}>{words}</Button>
          ))}
        </div>
        <Field label="Until" error={refused ?? (late ? "Choose a day after today." : undefined)}>
          <TextInput type="date" value={until} min={daysOn(1)} onValueChange={setUntil} className="max-w-48" />
        </Field>
        {error && !refused ? <InlineError error={error} /> : null}
      </div>
    </Dialog>
  );
}
