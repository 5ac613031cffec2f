/** How a client is known and reached, each detail with where it came from; a group is edited where it stands. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Pencil } from "lucide-react";
import { useState, type FormEvent } from "react";

import type { Team } from "@/api/generated";
import { amendClient } from "@/api/generated/calls/clients.gen";
import { readTeamOptions, readTeamQueryKey } from "@/api/generated/queries/clients.gen";
import { useMayDo } from "@/api/me";
import { asProblem } from "@/api/problems";
import { day, dayAndTime } from "@/lib/format";
import { Banner } from "@/ui/Banner";
import { Button } from "@/ui/Button";
import { Field } from "@/ui/Field";
import { IconButton } from "@/ui/IconButton";
import { InlineError } from "@/ui/InlineError";
import { TextInput } from "@/ui/TextInput";

import { amended, clashes, GROUPS, labelOf, SOURCE_WORD, valuesOf, type Clash, type Detail, type Group } from "./fields";

export function Source({ detail }: { detail: Pick<Detail, "source" | "at" | "by"> }) {
  const { source, at, by } = detail;
  const whole = [SOURCE_WORD[source], by, at && dayAndTime(at)].filter(Boolean).join(", ");
  return (
    <span title={whole} className={source === "here" ? "num shrink-0 text-12 text-subtle" : "num shrink-0 rounded-full bg-xero-bg px-2 text-12 font-medium text-xero-fg"}>
      {SOURCE_WORD[source]}
      {at ? ` ${day(at)}` : ""}
    </span>
  );
}

export function DetailsCard({ clientId, team }: { clientId: string; team: Team }) {
  const may = useMayDo("amendClient");
  const [editing, setEditing] = useState<Group | null>(null);
  return (
    <section aria-labelledby="details" className="rounded-xl border border-line bg-surface p-4">
      <h2 id="details" className="m-0 text-14 font-semibold">Details</h2>
      {GROUPS.map((group) => {
        const found = group.fields.flatMap((field) => team.details.find((detail) => detail.field === field && detail.value) ?? []);
        // One mark for a group that came at once; a mark each where they differ.
        const [first] = found;
        const alike = first !== undefined && found.every(({ source, at }) => source === first.source && day(at) === day(first.at));
        return (
          <div key={group.key} className="border-t border-line-subtle py-2 first-of-type:border-t-0">
            <div className="flex items-center gap-2">
              <h3 className="m-0 min-w-0 flex-1 text-12 font-semibold text-muted">{group.label}</h3>
              {alike && editing !== group.key ? <Source detail={first} /> : null}
              {may && editing !== group.key ? <IconButton size="sm" label={`Edit ${group.label.toLowerCase()}`} icon={<Pencil size={14} aria-hidden />} onClick={() => setEditing(group.key)} /> : null}
            </div>
            {editing === group.key ? (
              <GroupForm clientId={clientId} team={team} fields={group.fields} label={group.label} onDone={() => setEditing(null)} />
            ) : found.length === 0 ? (
              <p className="m-0 text-13 text-subtle">Not known</p>
            ) : (
              <dl className="m-0 grid gap-1 text-13">
                {found.map((detail) => (
                  <div key={detail.field} className="flex min-w-0 flex-wrap items-baseline gap-x-3">
                    <dt className={group.fields.length === 1 ? "sr-only" : "w-28 shrink-0 text-muted"}>{detail.label}</dt>
                    <dd className="num m-0 min-w-0 flex-1 basis-36 wrap-break-word">{detail.value}</dd>
                    {alike ? null : (
                      <dd className="m-0">
                        <Source detail={detail} />
                      </dd>
                    )}
                  </div>
                ))}
              </dl>
            )}
          </div>
        );
      })}
    </section>
  );
}

function GroupForm({ clientId, team, fields, label, onDone }: { clientId: string; team: Team; fields: readonly string[]; label: string; onDone: () => void }) {
  const cache = useQueryClient();
  const options = readTeamOptions({ path: { client_id: clientId } });
  // What stood here when editing began: somebody else's save in between is told apart from one's own.
  const [seen, setSeen] = useState(() => ({ values: valuesOf(team.details), version: team.version }));
  const [typed, setTyped] = useState<Record<string, string>>(() => Object.fromEntries(fields.map((field) => [field, valuesOf(team.details)[field] ?? ""])));
  const [clash, setClash] = useState<Clash[]>([]);
  const save = useMutation({
    mutationFn: async ({ changes, version }: { changes: Record<string, string>; version: number }) => (await amendClient({ path: { client_id: clientId }, body: { version, fields: changes } })).data,
    onSuccess: (next) => {
      cache.setQueryData(readTeamQueryKey({ path: { client_id: clientId } }), next);
      void cache.invalidateQueries({ predicate: ({ queryKey }) => ["readClient", "listClients", "listActivity"].includes((queryKey[0] as { _id?: string })?._id ?? "") });
      onDone();
    },
    onError: async (error) => {
      if (asProblem(error).status !== 412) return;
      const now = await cache.fetchQuery({ ...options, staleTime: 0 });
      const found = clashes(seen.values, valuesOf(now.details), typed);
      setClash(found);
      // They changed something else: nothing stands between that and this.
      if (found.length === 0) save.mutate({ changes: amended(seen.values, typed), version: now.version });
      else setSeen((before) => ({ ...before, version: now.version }));
    },
  });
  const stale = save.error && asProblem(save.error).status === 412;
  const submit = (event?: FormEvent) => {
    event?.preventDefault();
    const changes = amended(seen.values, typed);
    if (Object.keys(changes).length === 0) return onDone();
    save.mutate({ changes, version: seen.version });
  };
  return (
    <form onSubmit={submit} aria-label={label} className="mt-1 flex flex-col gap-2">
      {clash.length > 0 ? (
        <Banner tone="warn" live title="Somebody else changed this while you were editing."
          action={
            <>
              <Button size="sm" onClick={() => submit()}>Keep mine</Button>
              <Button size="sm" onClick={onDone}>Use theirs</Button>
            </>
          }>
          {clash.map(({ field, label: named, mine, theirs }) => (
            <span key={field} className="block">
              {named}: yours “{mine || "blank"}”, theirs “{theirs || "blank"}”.
            </span>
          ))}
        </Banner>
      ) : null}
      <div className={fields.length > 2 ? "grid gap-2 sm:grid-cols-2" : "grid gap-2"}>
        {fields.map((field) => (
          <Field key={field} name={field} label={labelOf(field)} error={save.error ? asProblem(save.error).fieldError(field) : undefined}>
            <TextInput size="sm" type={field === "email" ? "email" : "text"} value={typed[field] ?? ""} onChange={(event: React.ChangeEvent<HTMLInputElement>) => setTyped((before) => ({ ...before, [field]: event.target.value }))} />
          </Field>
        ))}
      </div>
      {save.error && !stale ? <InlineError error={save.error} /> : null}
      <div className="flex gap-2">
        <Button size="sm" look="primary" type="submit" busy={save.isPending}>Save</Button>
        <Button size="sm" onClick={onDone}>Cancel</Button>
      </div>
      <p className="m-0 text-12 text-subtle">What you change here stays yours: an import does not overwrite it unasked.</p>
    </form>
  );
}
