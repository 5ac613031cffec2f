/** Which clients a profile judges: those with a tag, and single ones; the single choice wins over a tag, a tag over the default. */
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";

import { listClientsOptions } from "@/api/generated/queries/clients.gen";
import type { Profile } from "@/api/generated";
import { listed, plural } from "@/lib/format";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { InlineError } from "@/ui/InlineError";
import { MultiCombobox } from "@/ui/MultiCombobox";
import { toast } from "@/ui/Toast";

import { useProfileVerbs } from "./useProfiles";

const BOX = "inline-flex h-9 w-full items-center justify-between gap-2 rounded-md border border-line-strong bg-surface px-3 text-14 hover:bg-hover coarse:min-h-11";

export function AssignDialog({ profile, onClose }: { profile: Profile | null; onClose: () => void }) {
  const { assign } = useProfileVerbs();
  const { data } = useQuery({ ...listClientsOptions({ query: { limit: 200 } }), enabled: profile !== null });
  const [tags, setTags] = useState<string[]>([]);
  const [clients, setClients] = useState<string[]>([]);
  useEffect(() => {
    setTags(profile ? [...profile.tags] : []);
    setClients(profile ? profile.own_clients.map(({ id }) => id) : []);
    assign.reset();
  }, [profile?.id]);
  // Only so many clients are listed: those that have it already are among them in any case.
  const names = new Map([...(profile?.own_clients ?? []), ...(data?.items ?? [])].map(({ id, name }) => [id, name]));
  const save = async () => {
    if (!profile) return;
    const left = { tags: profile.tags.filter((tag) => !tags.includes(tag)), client_ids: profile.own_clients.map(({ id }) => id).filter((id) => !clients.includes(id)) };
    try {
      if (left.tags.length + left.client_ids.length > 0) await assign.mutateAsync({ body: { profile_id: null, ...left } });
      if (tags.length + clients.length > 0) await assign.mutateAsync({ body: { profile_id: profile.id, tags, client_ids: clients } });
    } catch {
      return;
    }
    toast(`“${profile.name}” is set. The scores follow.`);
    onClose();
  };
  return (
    <Dialog open={profile !== null} onOpenChange={(open) => !open && onClose()} title="Choose who it is for" description="A client's own choice comes first, then its tags, then the default. Who is unticked goes back to what comes next. Those it changes for are scored again."
      footer={<><Button onClick={onClose}>Cancel</Button><Button look="primary" busy={assign.isPending} onClick={() => void save()}>Set the profile</Button></>}>
      <div className="grid gap-4">
        <div className="grid gap-1">
          <span aria-hidden className="text-13 font-medium">Clients with these tags</span>
          <MultiCombobox label="Clients with these tags" value={tags} onChange={setTags} options={[...new Set([...(data?.facets.tags ?? []), ...tags])].map((tag) => ({ value: tag, label: tag }))} empty="No client has a tag yet."
            trigger={<button type="button" className={BOX}><span className="truncate">{tags.length ? listed(tags) : "No tags"}</span><span aria-hidden className="chevron text-subtle" /></button>} />
        </div>
        <div className="grid gap-1">
          <span aria-hidden className="text-13 font-medium">Single clients</span>
          <MultiCombobox label="Single clients" value={clients} onChange={setClients} options={[...names].map(([value, label]) => ({ value, label }))}
            trigger={<button type="button" className={BOX}><span className="truncate">{clients.length > 2 ? plural(clients.length, "client") : clients.length ? listed(clients.map((id) => names.get(id) ?? "")) : "None"}</span><span aria-hidden className="chevron text-subtle" /></button>} />
        </div>
        {assign.error ? <InlineError error={assign.error} /> : null}
      </div>
    </Dialog>
  );
}
