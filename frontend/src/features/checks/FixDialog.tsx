/** Writing a correction to Xero: what stands there, what will stand there, and what could be in the way, before anything is sent. */
import { useMutation, useQuery } from "@tanstack/react-query";
import { ArrowRight } from "lucide-react";
import { useEffect, useRef, useState } from "react";

import { idempotencyKey } from "@/api/client";
import { asProblem } from "@/api/problems";
import { useReconnect } from "@/api/reconnect";
import type { Fix, Issue } from "@/api/generated";
import { applyFixMutation, listFixesOptions, previewFixOptions, undoFixMutation } from "@/api/generated/queries/fixes.gen";
import { Banner } from "@/ui/Banner";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Field } from "@/ui/Field";
import { InlineError } from "@/ui/InlineError";
import { Select } from "@/ui/Select";
import { Skeleton } from "@/ui/Skeleton";
import { TextInput } from "@/ui/TextInput";
import { toast } from "@/ui/Toast";

import { useRefetchIssues } from "./useIssues";

const EVERY_MS = 1000;

/** Kinds of a fix whose new value a person types, because nothing can suggest it. */
const TYPED = new Set(["tax_number"]);

/** Xero's own words for a state are in capitals; a name or a number stays as it is. */
const told = (field: string, value: string) => (/status/i.test(field) && /^[A-Z]+$/.test(value) ? value.charAt(0) + value.slice(1).toLowerCase() : value);

function Change({ label, before, after }: { label: string; before: string | null; after: string | null }) {
  return (
    <div className="grid items-baseline gap-x-4 border-t border-line-subtle py-2 text-13 first:border-t-0 sm:grid-cols-[9rem_minmax(0,1fr)]">
      <dt className="text-muted">{label}</dt>
      <dd className="m-0 flex flex-wrap items-baseline gap-2">
        <span className="text-muted line-through">{before || "Empty"}</span>
        <ArrowRight size={14} aria-label="becomes" className="self-center text-subtle" />
        <strong className="font-semibold">{after || "Empty"}</strong>
      </dd>
    </div>
  );
}

export function FixDialog({ clientId, issue, onClose }: { clientId: string; issue: Issue | null; onClose: () => void }) {
  const path = { client_id: clientId, issue_id: issue?.id ?? "" };
  const refetch = useRefetchIssues();
  const preview = useQuery({ ...previewFixOptions({ path }), enabled: issue !== null, staleTime: 0, gcTime: 0 });
  const [value, setValue] = useState<string | null>(null);
  const [missing, setMissing] = useState(false);
  const [made, setMade] = useState<Fix | null>(null);
  const key = useRef("");
  const { reconnect } = useReconnect("connections", { writes: true });
  const undo = useMutation({ ...undoFixMutation(), onSuccess: () => { toast("Being put back in Xero"); return refetch(); }, onError: (error) => toast(asProblem(error).title, { detail: asProblem(error).detail ?? undefined }) });
  const apply = useMutation({ ...applyFixMutation(), onSuccess: setMade });
  const sending = made?.state === "writing";
  const { data: fixes } = useQuery({ ...listFixesOptions({ path: { client_id: clientId } }), enabled: sending, refetchInterval: EVERY_MS, gcTime: 0 });
  const now = fixes?.items.find(({ id }) => id === made?.id) ?? made;
  const state = now?.state;
  useEffect(() => {
    if (!now || state === "writing") return;
    setMade(now);
    void refetch();
    // What failed is over: trying again is a new decision.
    if (state === "failed") key.current = idempotencyKey();
    if (state !== "written") return;
    toast("Written to Xero", { detail: "Read back and confirmed.", action: now.can_undo ? { label: "Undo", run: () => undo.mutate({ path: { client_id: clientId, fix_id: now.id } }) } : undefined });
    onClose();
  }, [state]);
  useEffect(() => {
    // One decision, one key: pressing twice or trying again writes once.
    key.current = idempotencyKey();
    setValue(null);
    setMissing(false);
    setMade(null);
    apply.reset();
  }, [issue?.id]);
  const seen = preview.data;
  const proposed = seen?.changes[0]?.after ?? null;
  const chosen = value ?? seen?.choices.find((one) => one.value === proposed)?.value ?? null;
  const typed = seen ? TYPED.has(seen.kind) && seen.choices.length === 0 : false;
  const send = () => {
    if (typed && !chosen?.trim()) return setMissing(true);
    apply.mutate({ path, body: { value: value?.trim() || null }, headers: { "Idempotency-Key": key.current } });
  };
  const refused = apply.error ? asProblem(apply.error).fieldError("value") : undefined;
  const error = preview.error ?? (refused ? null : apply.error) ?? (state === "failed" ? now?.problem : null);
  return (
    <Dialog open={issue !== null} onOpenChange={(open) => !open && onClose()} title={seen?.title ?? "Fix in Xero"} description={issue?.title}
      footer={<><Button onClick={onClose}>Cancel</Button>{seen && !seen.behind_lock && <Button look="primary" busy={apply.isPending || sending} onClick={send}>Write to Xero</Button>}</>}>
      <div className="grid gap-3">
        {!seen && !preview.error && <div role="status" aria-label="Reading what stands in Xero"><Skeleton className="h-24" /></div>}
        {seen?.behind_lock && <Banner tone="warn" title="Behind the lock date.">The record belongs to a locked period, so nothing can be written. Move the lock date in Xero first.</Banner>}
        {seen?.warnings.map((words) => <Banner key={words} tone="warn">{words}</Banner>)}
        {seen && seen.choices.length > 0 && (
          <Field label="New value" error={refused}>
            <Select value={chosen ?? ""} options={chosen === null ? [{ value: "", label: proposed ?? "Choose one" }, ...seen.choices] : seen.choices} onChange={setValue} className="w-full" />
          </Field>
        )}
        {typed && (
          <Field label="New value" error={refused ?? (missing && !chosen?.trim() ? "Type what should stand in Xero." : undefined)}>
            <TextInput value={value ?? ""} onValueChange={setValue} autoComplete="off" />
          </Field>
        )}
        {seen && seen.changes.length > 0 && (
          <dl className="m-0 rounded-lg border border-line px-3">
            {seen.changes.map(({ field, label, before, after }) => (
              <Change key={field} label={label} before={before && told(field, before)} after={chosen !== null && (typed || seen.choices.length > 0) ? (seen.choices.find((one) => one.value === chosen)?.label ?? chosen) : after && told(field, after)} />
            ))}
          </dl>
        )}
        {seen && !seen.behind_lock && <p className="text-12 text-muted">{seen.can_undo ? "It is read back after writing, and can be undone from here." : "It is read back after writing. Xero offers no way to undo it from here."}</p>}
        {error ? <InlineError error={error} onRetry={preview.error ? () => void preview.refetch() : undefined} onAction={({ operation }) => (operation === "allow_writing" || operation === "reconnect") && (reconnect(), true)} /> : null}
      </div>
    </Dialog>
  );
}
