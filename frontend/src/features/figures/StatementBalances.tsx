/** Every bank account beside what its statement says on one day: typed down the column, or read out of the bank's file. */
import { Upload } from "lucide-react";
import { useId, useRef, useState, type SubmitEvent } from "react";

import type { BankAccount, Figure, SetFigure } from "@/api/generated";
import { asProblem } from "@/api/problems";
import { day, money } from "@/lib/format";
import { Button } from "@/ui/Button";
import { EmptyState } from "@/ui/EmptyState";
import { Field } from "@/ui/Field";
import { Pill } from "@/ui/Pill";
import { TextInput } from "@/ui/TextInput";

import type { useFigureVerbs } from "./useFigures";
import { apart, typedAmount } from "./words";

const COLUMNS = "lg:grid lg:grid-cols-[minmax(0,1fr)_7.5rem_9rem_8rem_6rem_9.5rem_6.5rem] lg:items-start lg:gap-x-3";
const SMALL = "text-12 text-muted lg:sr-only";

interface Typed {
  amount: string;
  lines: string;
  earliest: string;
}
type Wrong = Partial<Record<keyof Typed | "row", string>>;

const EMPTY: Typed = { amount: "", lines: "", earliest: "" };

const kept = (figure: Figure | undefined): Typed => (figure ? { amount: figure.amount, lines: figure.lines === null ? "" : String(figure.lines), earliest: figure.earliest ?? "" } : EMPTY);

/** What is wrong with a row before it is sent; the server judges the rest. */
function wrongIn({ amount, lines, earliest }: Typed): Wrong {
  return {
    ...(typedAmount(amount) === null && { amount: amount.trim() ? "Type an amount, such as 1,234.50." : "Type the balance." }),
    ...(lines.trim() && !/^\d{1,6}$/.test(lines.trim()) && { lines: "Type a number." }),
    ...(earliest && !Number(lines) && { earliest: "Only where lines are left." }),
  };
}

interface RowProps {
  account: BankAccount;
  base: string | null;
  date: string;
  typed: Typed;
  wrong: Wrong;
  mayChange: boolean;
  uploading: boolean;
  change: (next: Partial<Typed>) => void;
  upload: (file: File) => void;
}

function Difference({ account, base, date, amount }: { account: BankAccount; base: string | null; date: string; amount: string | null }) {
  if (account.currency && base && account.currency !== base) return <span className="text-12 text-subtle">Kept, not compared: in {account.currency}</span>;
  if (amount === null || account.book_balance === null || account.book_date !== date) return <span className="text-subtle">–</span>;
  const left = apart(account.book_balance, amount);
  return left === "0.00" ? <Pill tone="ok">Agrees</Pill> : <Pill tone="warn" title="The books less the statement">{money(left, base)} apart</Pill>;
}

function Row({ account, base, date, typed, wrong, mayChange, uploading, change, upload }: RowProps) {
  const file = useRef<HTMLInputElement>(null);
  const id = useId();
  const { name } = account;
  const field = (key: keyof Typed, label: string, props: React.ComponentProps<typeof TextInput>) => (
    <div className="grid gap-0.5">
      <label className="grid gap-0.5">
        <span className={SMALL}>{label}<span className="sr-only"> of {name}</span></span>
        <TextInput size="sm" value={typed[key]} disabled={!mayChange} aria-invalid={wrong[key] ? true : undefined} aria-describedby={wrong[key] ? `${id}-${key}` : undefined} onValueChange={(value) => change({ [key]: value })} {...props} />
      </label>
      {wrong[key] && <span id={`${id}-${key}`} className="text-12 font-medium text-bad-fg">{wrong[key]}</span>}
    </div>
  );
  return (
    <li className={`grid gap-2 border-t border-line-subtle px-4 py-2.5 text-13 ${COLUMNS}`}>
      <span className="min-w-0 self-center">
        <span className="block truncate font-medium" title={name}>{name}</span>
        {account.code && <span className="num text-12 text-subtle">{account.code}</span>}
      </span>
      <span className="num flex justify-between gap-3 self-center lg:block lg:text-right">
        <span className={SMALL}>In the books</span>
        <span>
          {money(account.book_balance, base)}
          {account.book_date && account.book_date !== date && <span className="block text-12 text-subtle">on {day(account.book_date)}</span>}
        </span>
      </span>
      {field("amount", "Statement balance", { inputMode: "decimal", autoComplete: "off", className: "num text-right" })}
      <span className="num flex items-center justify-between gap-3 lg:h-7.5 lg:justify-end">
        <span className={SMALL}>Difference</span>
        <Difference account={account} base={base} date={date} amount={typedAmount(typed.amount)} />
      </span>
      {field("lines", "Lines not coded", { inputMode: "numeric", autoComplete: "off", className: "num text-right" })}
      {field("earliest", "Oldest of them", { type: "date", max: date })}
      <span className="text-right">
        {mayChange && (
          <>
            <input ref={file} type="file" accept=".csv,text/csv" hidden onChange={({ currentTarget }) => { const [chosen] = currentTarget.files ?? []; if (chosen) upload(chosen); currentTarget.value = ""; }} />
            <Button size="sm" icon={<Upload size={14} aria-hidden />} busy={uploading} onClick={() => file.current?.click()}>CSV…<span className="sr-only"> of {name}</span></Button>
          </>
        )}
      </span>
      {wrong.row && <p role="alert" className="text-12 font-medium text-bad-fg lg:col-span-7">{wrong.row}</p>}
    </li>
  );
}

export interface StatementBalancesProps {
  accounts: readonly BankAccount[];
  figures: readonly Figure[];
  base: string | null;
  /** The last day of the period that the checks compare. */
  compared: string | null;
  today: string;
  mayChange: boolean;
  verbs: ReturnType<typeof useFigureVerbs>;
}

export function StatementBalances({ accounts, figures, base, compared, today, mayChange, verbs }: StatementBalancesProps) {
  const [date, setDate] = useState(compared ?? today);
  const [drafts, setDrafts] = useState<ReadonlyMap<string, Typed>>(new Map());
  const [wrong, setWrong] = useState<Readonly<Record<string, Wrong>>>({});
  const [busy, setBusy] = useState(false);
  const key = (account: BankAccount) => `${date} ${account.id}`;
  const before = (account: BankAccount) => kept(figures.find((one) => one.kind === "statement" && one.account_id === account.id && one.date === date));
  const typed = (account: BankAccount) => drafts.get(key(account)) ?? before(account);
  const changed = accounts.filter((account) => {
    const [now, was] = [typed(account), before(account)];
    return now.lines.trim() !== was.lines || now.earliest !== was.earliest || (typedAmount(now.amount) ?? now.amount.trim()) !== was.amount;
  });
  const said = (id: string, what: Wrong) => setWrong((all) => ({ ...all, [id]: what }));
  const change = (account: BankAccount, next: Partial<Typed>) => {
    setDrafts((all) => new Map(all).set(key(account), { ...typed(account), ...next }));
    said(account.id, {});
  };

  const save = async (event: SubmitEvent) => {
    event.preventDefault();
    const bad = Object.fromEntries(changed.map((account) => [account.id, wrongIn(typed(account))]).filter(([, found]) => Object.keys(found as Wrong).length > 0));
    setWrong(bad);
    if (busy || changed.length === 0 || Object.keys(bad).length > 0) return;
    setBusy(true);
    let done = 0;
    for (const account of changed) {
      const { amount, lines, earliest } = typed(account);
      const body: SetFigure = { kind: "statement", account_id: account.id, date, amount: typedAmount(amount) ?? "", lines: lines.trim() ? Number(lines) : null, earliest: earliest || null };
      try {
        await verbs.set(body);
        setDrafts((all) => new Map([...all].filter(([one]) => one !== key(account))));
        done += 1;
      } catch (error) {
        const problem = asProblem(error);
        const [amountSaid, linesSaid, oldest, dated] = ["amount", "lines", "earliest", "date"].map((name) => problem.fieldError(name));
        said(account.id, { amount: amountSaid, lines: linesSaid, earliest: oldest, row: dated ?? (amountSaid || linesSaid || oldest ? undefined : [problem.title, problem.detail].filter(Boolean).join(". ")) });
      }
    }
    setBusy(false);
    if (done > 0) verbs.saved(done);
  };

  const upload = async (account: BankAccount, file: File) => {
    said(account.id, {});
    try {
      const figure = await verbs.upload(account.id, account.currency ?? base, file);
      setDrafts((all) => new Map([...all].filter(([one]) => one !== `${figure.date} ${account.id}`)));
      setDate(figure.date);
    } catch (error) {
      const problem = asProblem(error);
      said(account.id, { row: `${file.name}: ${problem.fieldError("file") ?? [problem.title, problem.detail].filter(Boolean).join(". ")}` });
    }
  };

  return (
    <section aria-labelledby="statements" className="overflow-hidden rounded-xl border border-line bg-surface">
      <form onSubmit={(event) => void save(event)} noValidate>
        <div className="flex flex-wrap items-end gap-x-6 gap-y-3 px-4 py-3">
          <div className="mr-auto max-w-prose basis-96">
            <h2 id="statements" className="text-13 font-semibold">Statement balances</h2>
            <p className="text-13 text-muted">
              {compared && <>Compared with the books at {day(compared)}, the last month end. </>}
              Money in the bank is positive, an overdraft negative. A bank's own CSV file is read for its closing balance.
            </p>
          </div>
          <Field label="Balances at the close of" error={date ? (date > today ? "Choose a day that is over." : undefined) : "Choose a day."} hint={compared && date && date !== compared ? `The check compares ${day(compared)}.` : undefined}>
            <TextInput size="sm" type="date" value={date} max={today} onValueChange={setDate} className="max-w-44" />
          </Field>
        </div>
        {accounts.length === 0 ? (
          <div className="border-t border-line"><EmptyState title="No bank accounts">Bank accounts come with the import from Xero.</EmptyState></div>
        ) : (
          <>
            <div aria-hidden className={`hidden border-t border-line bg-sunken px-4 py-2 text-12 font-semibold text-muted ${COLUMNS}`}>
              <span>Bank account</span><span className="text-right">In the books</span><span className="text-right">Statement balance</span><span className="text-right">Difference</span><span className="text-right">Lines not coded</span><span>Oldest of them</span><span />
            </div>
            <ul className="m-0 list-none p-0">
              {accounts.map((account) => (
                <Row key={account.id} account={account} base={base} date={date} typed={typed(account)} wrong={wrong[account.id] ?? {}} mayChange={mayChange} uploading={verbs.uploading === account.id}
                  change={(next) => change(account, next)} upload={(file) => void upload(account, file)} />
              ))}
            </ul>
            {mayChange && (
              <div className="flex items-center justify-end gap-3 border-t border-line px-4 py-3">
                <span role="status" className="text-13 text-muted">{changed.length > 0 ? `${changed.length} not saved` : ""}</span>
                <Button look="primary" type="submit" busy={busy}>Save balances</Button>
              </div>
            )}
          </>
        )}
      </form>
    </section>
  );
}
