/** The firm's own settings. Only what was changed is sent, so two people never undo each other by saving. */
import { useMutation } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";

import type { Bundle, ChangeFirm, Firm } from "@/api/generated";
import { changeFirmMutation } from "@/api/generated/queries/firm.gen";
import { asProblem } from "@/api/problems";
import { count, setZone } from "@/lib/format";
import { Button } from "@/ui/Button";
import { Combobox } from "@/ui/Combobox";
import { Field } from "@/ui/Field";
import { InlineError } from "@/ui/InlineError";
import { Meter } from "@/ui/Meter";
import { Select } from "@/ui/Select";
import { Switch } from "@/ui/Switch";
import { TextInput } from "@/ui/TextInput";

import { useRefetch } from "./useRefetch";

const VISIBILITIES = [
  { value: "whole_team", label: "Whole team", detail: "Everyone in the firm." },
  { value: "xero_users", label: "Xero users only", detail: "People who are users of the organisation in Xero." },
  { value: "specific_people", label: "Specific people", detail: "Only those you choose." },
] as const;

type Draft = Pick<Firm, "name" | "time_zone" | "default_visibility" | "nightly_sync"> & { client_bundle: string };

const draftOf = (firm: Firm): Draft => ({ name: firm.name, time_zone: firm.time_zone, default_visibility: firm.default_visibility, nightly_sync: firm.nightly_sync, client_bundle: String(firm.client_bundle) });

export function changedIn(firm: Firm, draft: Draft): ChangeFirm {
  const bundle = Number.parseInt(draft.client_bundle.replaceAll(/[\s,]/g, ""), 10);
  return {
    ...(draft.name.trim() !== firm.name && { name: draft.name.trim() }),
    ...(draft.time_zone !== firm.time_zone && { time_zone: draft.time_zone }),
    ...(draft.default_visibility !== firm.default_visibility && { default_visibility: draft.default_visibility }),
    ...(draft.nightly_sync !== firm.nightly_sync && { nightly_sync: draft.nightly_sync }),
    ...(bundle !== firm.client_bundle && { client_bundle: Number.isNaN(bundle) ? 0 : bundle }),
  };
}

function zones(current: string): readonly { value: string; label: string }[] {
  const known = Intl.supportedValuesOf("timeZone");
  return [...new Set([current, "UTC", ...known])].map((zone) => ({ value: zone, label: zone.replaceAll("_", " ") }));
}

export function FirmForm({ firm, bundle, mayChange }: { firm: Firm; bundle: Bundle | undefined; mayChange: boolean }) {
  const [draft, setDraft] = useState(() => draftOf(firm));
  const [saved, setSaved] = useState(false);
  const refetch = useRefetch("readFirm", "readBundle", "readMe");
  const save = useMutation({
    ...changeFirmMutation(),
    onSuccess: (now) => {
      setZone(now.time_zone);
      setDraft(draftOf(now));
      setSaved(true);
      return refetch();
    },
  });
  const set = (next: Partial<Draft>) => {
    setSaved(false);
    setDraft({ ...draft, ...next });
  };
  const problem = save.error ? asProblem(save.error) : null;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const body = changedIn(firm, draft);
    if (Object.keys(body).length === 0) return setSaved(true);
    save.mutate({ body });
  };
  return (
    <form onSubmit={submit} className="grid max-w-160 gap-5 rounded-xl border border-line bg-surface p-5">
      <Field label="Name" error={problem?.fieldError("name")}>
        <TextInput value={draft.name} disabled={!mayChange} maxLength={120} onValueChange={(name) => set({ name })} />
      </Field>
      <Field label="Time zone" hint="Every date and time is told in it." error={problem?.fieldError("time_zone")}>
        <Combobox label="Time zone" value={draft.time_zone} options={zones(firm.time_zone)} onChange={(time_zone) => set({ time_zone })}
          trigger={
            <button type="button" disabled={!mayChange} className="inline-flex h-9 w-full items-center justify-between gap-2 rounded-md border border-line-strong bg-surface px-3 text-14 hover:bg-hover disabled:opacity-50 coarse:min-h-11">
              <span className="truncate">{draft.time_zone.replaceAll("_", " ")}</span>
              <span aria-hidden className="chevron text-subtle" />
            </button>
          } />
      </Field>
      <Field label="Default visibility" hint="What new clients start with. Account managers, owners and administrators always see a client." error={problem?.fieldError("default_visibility")}>
        <Select value={draft.default_visibility} disabled={!mayChange} options={VISIBILITIES} onChange={(default_visibility) => set({ default_visibility })} className="w-full" />
      </Field>
      <div className="grid gap-1">
        <Switch checked={draft.nightly_sync} disabled={!mayChange} onChange={(nightly_sync) => set({ nightly_sync })}>Refresh every client each night</Switch>
        <p className="text-12 text-muted">Between 1 and 5 in the morning, what changed in Xero is read and scored. On Sundays everything is read, which also finds what was deleted.</p>
      </div>
      <div className="grid gap-2">
        <Field label="Client bundle" hint="How many clients with a Xero organisation the firm may have." error={problem?.fieldError("client_bundle")}>
          <TextInput value={draft.client_bundle} disabled={!mayChange} inputMode="numeric" className="max-w-40" onValueChange={(client_bundle) => set({ client_bundle })} />
        </Field>
        {bundle && (
          <div className="grid max-w-80 gap-1">
            <Meter label="Client bundle used" value={bundle.used} max={bundle.limit} over={bundle.used > bundle.limit} />
            <p className="num text-12 text-muted">
              {count(bundle.used)} of {count(bundle.limit)} used{bundle.drafts ? `, ${count(bundle.drafts)} of them drafts` : ""}, {count(bundle.left)} left
            </p>
          </div>
        )}
      </div>
      {problem && problem.errors.length === 0 && <InlineError error={problem} />}
      {mayChange ? (
        <div className="flex items-center gap-3">
          <Button look="primary" type="submit" busy={save.isPending}>
            Save changes
          </Button>
          <span role="status" className="text-13 text-muted">
            {saved && "Saved"}
          </span>
        </div>
      ) : (
        <p className="text-13 text-muted">Owners and administrators can change these.</p>
      )}
    </form>
  );
}
