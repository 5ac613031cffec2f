/** One profile: what each part weighs, where the lines are drawn, and what that does to every client, before it is saved. */
import { Plus } from "lucide-react";
import { useState } from "react";

import { asProblem } from "@/api/problems";
import type { CheckInfo, Profile } from "@/api/generated";
import { Banner } from "@/ui/Banner";
import { Button } from "@/ui/Button";
import { Combobox } from "@/ui/Combobox";
import { Field } from "@/ui/Field";
import { InlineError } from "@/ui/InlineError";
import { Switch } from "@/ui/Switch";
import { TextInput } from "@/ui/TextInput";
import { toast } from "@/ui/Toast";

import { changed, changeOf, draftOf, entriesOf, fault, sumOf, weightOf, type Draft } from "./draft";
import { Preview } from "./Preview";
import { Thresholds } from "./Thresholds";
import { useProfileVerbs } from "./useProfiles";

interface WeightsProps {
  profile: Profile;
  draft: Draft;
  checks: readonly CheckInfo[];
  mayChange: boolean;
  set: (code: string, value: string) => void;
}

function Weights({ profile, draft, checks, mayChange, set }: WeightsProps) {
  const titles = new Map([...checks.map(({ code, title }) => [code, title] as const), ...profile.entries.map(({ code, title }) => [code, title] as const)]);
  const inside = new Set(profile.entries.flatMap(({ code, codes }) => [code, ...codes]));
  const more = checks.filter(({ code, scored }) => scored && !inside.has(code) && !(code in draft.weights));
  const wrong = fault(draft);
  return (
    <section aria-labelledby="weights" className="overflow-hidden rounded-xl border border-line bg-surface">
      <div className="flex min-h-12 flex-wrap items-center gap-3 px-4 py-2">
        <h2 id="weights" className="mr-auto text-13 font-semibold">Weights</h2>
        {mayChange && more.length > 0 && (
          <Combobox label="Add a check" value={null} options={more.map(({ code, title, group }) => ({ value: code, label: title, detail: group }))} onChange={(code) => set(code, "0")} align="end"
            trigger={<Button size="sm" icon={<Plus size={14} aria-hidden />}>Add a check</Button>} />
        )}
      </div>
      <ul className="m-0 list-none p-0">
        {Object.entries(draft.weights).map(([code, typed]) => {
          const unread = weightOf(typed) === null;
          const together = profile.entries.find((entry) => entry.code === code)?.codes ?? [];
          return (
            <li key={code} className="grid grid-cols-[minmax(0,1fr)_9rem] items-center gap-4 border-t border-line-subtle px-4 py-1.5 text-13">
              <label htmlFor={`weight-${code}`} className="min-w-0">
                <span className="font-medium">{titles.get(code) ?? code}</span>
                {together.length > 1 && <span className="block text-12 text-muted">{together.map((one) => titles.get(one) ?? one).join(", ")}, taken together</span>}
              </label>
              <span className="inline-flex items-center gap-3">
                <TextInput id={`weight-${code}`} size="sm" inputMode="numeric" className="num max-w-16 text-right" disabled={!mayChange} value={typed} aria-invalid={unread || undefined} onValueChange={(value) => set(code, value)} />
                <span aria-hidden className="h-1.5 flex-1 overflow-hidden rounded-full bg-active"><span className="block h-full rounded-full bg-accent" style={{ width: `${Math.min(100, (weightOf(typed) ?? 0) * 4)}%` }} /></span>
              </span>
            </li>
          );
        })}
      </ul>
      <p role="status" className={`num sticky bottom-0 border-t border-line px-4 py-2.5 text-13 font-medium ${wrong ? "bg-warn-bg text-warn-fg" : "bg-ok-bg text-ok-fg"}`}>
        {sumOf(draft)} of 100. {wrong ?? "The weights add up to 100."}
      </p>
    </section>
  );
}

export function ProfileEditor({ profile, checks, mayEdit, latest }: { profile: Profile; checks: readonly CheckInfo[]; mayEdit: boolean; latest: () => Promise<Profile | undefined> }) {
  const mayChange = mayEdit && !profile.shipped;
  // What the draft began from; a newer one must not slip under someone's typing.
  const [base, setBase] = useState(profile);
  const [draft, setDraft] = useState(() => draftOf(profile));
  const [theirs, setTheirs] = useState<Profile | null>(null);
  const [refused, setRefused] = useState<string | null>(null);
  const { change } = useProfileVerbs();
  const started = (from: Profile) => {
    setBase(from);
    setDraft(draftOf(from));
    setTheirs(null);
    change.reset();
  };
  const send = (version: number) =>
    change.mutate({ path: { profile_id: profile.id }, body: changeOf(draft, version) }, {
      onSuccess: (now) => { started(now); toast(`Saved as version ${now.version}. The scores follow.`); },
      onError: (error) => { if (asProblem(error).status === 412) void latest().then((now) => setTheirs(now ?? null), () => undefined); },
    });
  const save = () => {
    if (!draft.name.trim()) return setRefused("Give the profile a name.");
    const wrong = fault(draft);
    if (wrong) return setRefused(wrong);
    setRefused(null);
    send(base.version);
  };
  const set = (next: Partial<Draft>) => {
    setRefused(null);
    setDraft((before) => ({ ...before, ...next }));
  };
  const problem = change.error ? asProblem(change.error) : null;
  const dirty = changed(base, draft);
  return (
    <div className="flex flex-col gap-4">
      {profile.shipped && <Banner tone="neutral" title="This profile comes with Bulkhead and cannot be changed.">Copy it in the list of profiles to make your own.</Banner>}
      {theirs && (
        <Banner tone="warn" live title={`Someone else saved version ${theirs.version}.`}
          action={<><Button size="sm" onClick={() => send(theirs.version)}>Keep mine</Button><Button size="sm" onClick={() => started(theirs)}>Use theirs</Button></>}>
          {theirs.changed_by ? `${theirs.changed_by} changed it while you were here.` : "It was changed while you were here."} What you typed is kept until you choose.
        </Banner>
      )}
      {problem && problem.status !== 412 && <InlineError error={problem}>{problem.errors.map(({ pointer, detail }) => <span key={pointer} className="block">{detail}</span>)}</InlineError>}
      <div className="grid grid-cols-1 items-start gap-4 md:grid-cols-[minmax(0,1fr)_22rem]">
        <div className="grid grid-cols-1 gap-4">
          <section aria-label="Name and cap" className="grid gap-3 rounded-xl border border-line bg-surface p-4">
            <Field label="Name"><TextInput value={draft.name} maxLength={80} disabled={!mayChange} className="max-w-100" onValueChange={(name) => set({ name })} /></Field>
            <div>
              <Switch checked={draft.cap_critical} disabled={!mayChange} onChange={(cap_critical) => set({ cap_critical })}>Cap the score at 70 while a high severity check fails outright</Switch>
              <p className="text-12 text-muted">So that a client with one grave fault is never called healthy.</p>
            </div>
          </section>
          <Weights profile={base} draft={draft} checks={checks} mayChange={mayChange} set={(code, value) => set({ weights: { ...draft.weights, [code]: value } })} />
          <Thresholds checks={checks} profile_id={profile.id} typed={draft.thresholds} mayChange={mayChange} suggest={mayEdit} set={(code, value) => set({ thresholds: { ...draft.thresholds, [code]: value } })} />
        </div>
        <div className="sticky top-4 grid grid-cols-1 gap-4">
          <Preview entries={entriesOf(draft)} cap={draft.cap_critical} sound={fault(draft) === null} />
          {mayChange && (
            <div className="grid gap-2">
              {refused && <p role="alert" className="text-13 font-medium text-bad-fg">{refused}</p>}
              <div className="flex items-center gap-2">
                <Button look="primary" busy={change.isPending} onClick={save}>Save changes</Button>
                {dirty && <Button onClick={() => started(base)}>Discard</Button>}
                <span role="status" className="text-13 text-muted">{dirty ? "Not saved yet" : ""}</span>
              </div>
            </div>
          )}
        </div>
      </div>
    </div>
  );
}
