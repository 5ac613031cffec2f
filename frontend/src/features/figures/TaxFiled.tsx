/** What was filed as tax at the end of a period, to hold the tax account against. */
import { useState, type SubmitEvent } from "react";

import type { Figure } from "@/api/generated";
import { asProblem } from "@/api/problems";
import { day } from "@/lib/format";
import { Button } from "@/ui/Button";
import { Field } from "@/ui/Field";
import { InlineError } from "@/ui/InlineError";
import { TextInput } from "@/ui/TextInput";

import type { useFigureVerbs } from "./useFigures";
import { typedAmount } from "./words";

export interface TaxFiledProps {
  figures: readonly Figure[];
  base: string | null;
  compared: string | null;
  today: string;
  verbs: ReturnType<typeof useFigureVerbs>;
}

export function TaxFiled({ figures, base, compared, today, verbs }: TaxFiledProps) {
  const [date, setDate] = useState(compared ?? today);
  const [typed, setTyped] = useState<string | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const before = figures.find((one) => one.kind === "tax_filed" && one.date === date)?.amount ?? "";
  const shown = typed ?? before;
  const amount = typedAmount(shown);
  const problem = error ? asProblem(error) : null;
  const [dateSaid, amountSaid] = [problem?.fieldError("date"), problem?.fieldError("amount")];
  const move = (next: string) => {
    setDate(next);
    setTyped(null);
    setError(null);
    setTried(false);
  };
  const save = async (event: SubmitEvent) => {
    event.preventDefault();
    setTried(true);
    setError(null);
    if (busy || amount === null || !date || date > today) return;
    setBusy(true);
    try {
      await verbs.set({ kind: "tax_filed", date, amount });
      verbs.saved(1);
      setTyped(null);
      setTried(false);
    } catch (refused) {
      setError(refused);
    }
    setBusy(false);
  };
  return (
    <section aria-labelledby="filed" className="rounded-xl border border-line bg-surface p-4">
      <h2 id="filed" className="text-13 font-semibold">Tax filed</h2>
      <p className="mb-3 max-w-prose text-13 text-muted">What the return says is owed at the end of its period. It is held against the tax account in Xero{compared ? ` at ${day(compared)}` : ""}.</p>
      <form noValidate onSubmit={(event) => void save(event)} className="flex flex-wrap items-start gap-x-4 gap-y-3">
        <Field label="Last day of the period" error={dateSaid ?? (date ? (date > today ? "Choose a day that is over." : undefined) : "Choose a day.")} hint={compared && date && date !== compared ? `The check compares ${day(compared)}.` : undefined}>
          <TextInput size="sm" type="date" value={date} max={today} onValueChange={move} className="max-w-44" />
        </Field>
        <Field label={`Tax owed${base ? `, ${base}` : ""}`} hint="A refund is negative." error={amountSaid ?? (tried && amount === null ? "Type an amount, such as 1,234.50." : undefined)}>
          <TextInput size="sm" value={shown} inputMode="decimal" autoComplete="off" onValueChange={setTyped} className="num max-w-44 text-right" />
        </Field>
        <Button size="sm" type="submit" busy={busy} className="mt-6">Save the tax filed</Button>
        {problem && !dateSaid && !amountSaid ? <InlineError error={problem} className="w-full" /> : null}
      </form>
    </section>
  );
}
