/** Writing a correction to Xero: what stands there, what will stand there, and what could be in the way, before anything is sent. */
import { useMutation, useQuery } from "@tanstack/react-query";
import { ArrowRight } from "lucide-react";
import { useEffect, useRef, useState } from "react";

import { idempotencyKey } from "@/api/client";
import { asProblem } from "@/api/problems";
import type { Issue } from "@/api/generated";
import { applyFixMutation, previewFixOptions, undoFixMutation, type Fix } from "@/api/soon";
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

/** Kinds of a fix whose new value a person types, because nothing can suggest it. */
const TYPED = new Set(["tax_number"]);

function Change({ label, before, after }: { label: string; before: string | null; after: string | null }) {
  return (
    <div className="grid grid-cols-[9rem_minmax(0,1fr)] items-baseline gap-x-4 border-t border-line-subtle py-2 text-13 first:border-t-0">
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
  const [failed, setFailed] = useState<Fix | null>(null);
  const key = useRef("");
  const undo = useMutation({ ...undoFixMutation(), onSuccess: () => { toast("Put back in Xero"); return refetch(); }, onError: (error) => toast(asProblem(error).title, { detail: asProblem(error).detail ?? undefined }) });
  const apply = useMutation({
    ...applyFixMutation(),
    onSuccess: (fix) => {
      void refetch();
      if (fix.state === "failed") return setFailed(fix);
      toast("Written to Xero", { detail: "Read back and confirmed.", action: fix.can_undo ? { label: "Undo", run: () => undo.mutate({ path: { client_id: clientId, fix_id: fix.id } }) } : undefined });
      onClose();
    },
  });
  useEffect(() => {
    // One decision, one key: pressing twice or trying again writes once.
    key.current = idempotencyKey();
    setValue(null);
    setMissing(false);
    setFailed(null);
    apply.reset();
  }, [issue?.id]);
  const seen = preview.data;
  const chosen = value ?? seen?.choices[0]?.value ?? null;
  const typed = seen ? TYPED.has(seen.kind) && seen.choices.length === 0 : false;
  const send = () => {
    if (typed && !chosen?.trim()) return setMissing(true);
    apply.mutate({ path, body: { value: chosen?.trim() ?? null }, headers: { "Idempotency-Key": key.current } });
  };
  const error = preview.error ?? apply.error ?? failed?.problem;
  return (
    <Dialog open={issue !== null} onOpenChange={(open) => !open && onClose()} title={seen?.title ?? "Fix in Xero"} description={issue?.title}
      footer={<><Button onClick={onClose}>Cancel</Button>{seen && !seen.behind_lock && <Button look="primary" busy={apply.isPending} onClick={send}>Write to Xero</Button>}</>}>
      <div className="grid gap-3">
        {!seen && !preview.error && <div role="status" aria-label="Reading what stands in Xero"><Skeleton className="h-24" /></div>}
        {seen?.behind_lock && <Banner tone="warn" title="Behind the lock date.">The record belongs to a locked period, so nothing can be written. Move the lock date in Xero first.</Banner>}
        {seen?.warnings.map((words) => <Banner key={words} tone="warn">{words}</Banner>)}
        {seen && seen.choices.length > 0 && (
          <Field label="New value">
            <Select value={chosen ?? ""} options={seen.choices} onChange={setValue} className="w-full" />
          </Field>
        )}
        {typed && (
          <Field label="New value" error={missing && !chosen?.trim() ? "Type what should stand in Xero." : undefined}>
            <TextInput value={value ?? ""} onValueChange={setValue} autoComplete="off" />
          </Field>
        )}
        {seen && seen.changes.length > 0 && (
          <dl className="m-0 rounded-lg border border-line px-3">
            {seen.changes.map(({ field, label, before, after }) => (
              <Change key={field} label={label} before={before} after={chosen !== null && (typed || seen.choices.length > 0) ? (seen.choices.find((one) => one.value === chosen)?.label ?? chosen) : after} />
            ))}
          </dl>
        )}
        {seen && !seen.behind_lock && <p className="text-12 text-muted">{seen.can_undo ? "It is read back after writing, and can be undone from here." : "It is read back after writing. Xero offers no way to undo it from here."}</p>}
        {error ? <InlineError error={error} onRetry={preview.error ? () => void preview.refetch() : undefined} /> : null}
      </div>
    </Dialog>
  );
}
