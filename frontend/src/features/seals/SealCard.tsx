/** Closed periods kept as they were: sealing one, and naming what changed in it afterwards. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Stamp } from "lucide-react";
import { lazy, Suspense, useState } from "react";

import { asProblem } from "@/api/problems";
import type { Seal } from "@/api/generated";
import { listSealsOptions, sealPeriodMutation } from "@/api/generated/queries/seals.gen";
import { count, day, money, plural } from "@/lib/format";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Field } from "@/ui/Field";
import { InlineError } from "@/ui/InlineError";
import { LINK } from "@/ui/Link";
import { Pill } from "@/ui/Pill";
import { Skeleton } from "@/ui/Skeleton";
import { TextArea } from "@/ui/TextArea";
import { TextInput } from "@/ui/TextInput";
import { toast } from "@/ui/Toast";

const SealChanges = lazy(() => import("./SealChanges").then((file) => ({ default: file.SealChanges })));

const TOUCHED = ["listSeals", "listActivity"];

/** The last day of the month before, which is what one closes. */
export function lastMonthEnd(now = new Date()): string {
  return new Date(Date.UTC(now.getFullYear(), now.getMonth(), 0)).toISOString().slice(0, 10);
}

function SealDialog({ clientId, open, onClose }: { clientId: string; open: boolean; onClose: () => void }) {
  const cache = useQueryClient();
  const [end, setEnd] = useState(lastMonthEnd);
  const [note, setNote] = useState("");
  const seal = useMutation({
    ...sealPeriodMutation(),
    onSuccess: ({ documents, period_end }) => {
      toast(`Sealed to ${day(period_end)}`, { detail: `${plural(documents, "document")} kept as they are now.` });
      onClose();
      return cache.invalidateQueries({ predicate: ({ queryKey }) => TOUCHED.includes((queryKey[0] as { _id?: string })?._id ?? "") });
    },
  });
  const problem = seal.error ? asProblem(seal.error) : null;
  const refused = problem?.fieldError("period_end");
  return (
    <Dialog open={open} onOpenChange={(next) => { if (!next) { seal.reset(); onClose(); } }} width="sm" title="Seal a period" description="Keeps a fingerprint of every document up to that day. Whatever changes behind it later is named here, with before and after."
      footer={<><Button onClick={onClose}>Cancel</Button><Button look="primary" busy={seal.isPending} onClick={() => end && seal.mutate({ path: { client_id: clientId }, body: { period_end: end, note: note.trim() } })}>Seal the period</Button></>}>
      <div className="grid gap-3">
        <Field label="Last day of the period" hint="The last day of a month; the twelve months that end on it are sealed." error={refused ?? (end ? undefined : "Choose a day.")}>
          <TextInput type="date" value={end} onValueChange={setEnd} className="max-w-48" />
        </Field>
        <Field label="Note" hint="Such as what was signed off.">
          <TextArea value={note} maxLength={500} onChange={(event) => setNote(event.currentTarget.value)} />
        </Field>
        {problem && !refused ? <InlineError error={problem} /> : null}
      </div>
    </Dialog>
  );
}

function Row({ seal, currency, show }: { seal: Seal; currency: string | null; show: () => void }) {
  return (
    <li className="border-t border-line-subtle py-2 text-13 first:border-t-0">
      <div className="flex items-center gap-2">
        <span className="num min-w-0 flex-1 font-medium">To {day(seal.period_end)}</span>
        {seal.changed === 0 ? <Pill tone="ok">Unchanged</Pill> : <button type="button" className={LINK} onClick={show}>{count(seal.changed)} changed since<span className="sr-only"> in the period to {day(seal.period_end)}</span></button>}
      </div>
      <p className="num text-12 text-muted">{plural(seal.documents, "document")}, {money(seal.total, currency)}. Sealed {day(seal.sealed_at)} by {seal.by}.{seal.note && ` ${seal.note}`}</p>
    </li>
  );
}

export function SealCard({ clientId, currency, mayChange }: { clientId: string; currency: string | null; mayChange: boolean }) {
  const { data, error, refetch } = useQuery(listSealsOptions({ path: { client_id: clientId } }));
  const [sealing, setSealing] = useState(false);
  const [shown, setShown] = useState<Seal | null>(null);
  return (
    <section aria-labelledby="seals" className="rounded-xl border border-line bg-surface p-4">
      <div className="mb-1 flex min-h-7.5 items-center gap-2">
        <h2 id="seals" className="mr-auto text-13 font-semibold">Sealed periods</h2>
        {mayChange && <Button size="sm" icon={<Stamp size={14} aria-hidden />} onClick={() => setSealing(true)}>Seal a period</Button>}
      </div>
      {error && <InlineError error={error} onRetry={() => void refetch()} />}
      {!data && !error && <div role="status" aria-label="Reading sealed periods"><Skeleton className="h-12" /></div>}
      {data && data.items.length === 0 && <p className="text-13 text-muted">No period is sealed. Seal one at sign-off, and later changes behind it are named.</p>}
      {data && data.items.length > 0 && <ul className="m-0 list-none p-0">{data.items.map((seal) => <Row key={seal.id} seal={seal} currency={currency} show={() => setShown(seal)} />)}</ul>}
      <SealDialog clientId={clientId} open={sealing} onClose={() => setSealing(false)} />
      <Suspense fallback={null}>{shown && <SealChanges clientId={clientId} seal={shown} onClose={() => setShown(null)} />}</Suspense>
    </section>
  );
}
