/** Who sees clients and who manages them: the same two questions for one client and for many. */
import { useEffect, useState } from "react";

import type { Client } from "@/api/generated";
import { plural } from "@/lib/format";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { InlineError } from "@/ui/InlineError";

import { PeopleChecklist } from "./PeopleChecklist";
import { useConfigure, usePeople } from "./useClients";
import { VISIBILITIES, VISIBILITY_HINT, VISIBILITY_WORD, type Visibility } from "./words";

export interface SettingDialogProps {
  clients: readonly Client[];
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

/** The value all of them share; nothing when they differ, so that "mixed" is never overwritten by looking. */
function shared<T>(clients: readonly Client[], value: (client: Client) => T): T | undefined {
  const [first, ...others] = clients;
  if (!first) return undefined;
  const of = value(first);
  return others.every((client) => JSON.stringify(value(client)) === JSON.stringify(of)) ? of : undefined;
}

const about = (clients: readonly Client[]) => (clients.length === 1 ? (clients[0]?.name ?? "") : plural(clients.length, "client"));

export function VisibilityDialog({ clients, open, onOpenChange }: SettingDialogProps) {
  const people = usePeople();
  const { set, busy, error, reset } = useConfigure();
  const [choice, setChoice] = useState<Visibility | undefined>();
  const [viewers, setViewers] = useState<string[]>([]);
  const [missing, setMissing] = useState(false);
  useEffect(() => {
    if (!open) return;
    reset();
    setMissing(false);
    setChoice(shared(clients, ({ visibility }) => visibility));
    setViewers(shared(clients, (client) => client.viewers.map(({ id }) => id)) ?? []);
    // Only when it opens: the list behind may move on while the person decides.
  }, [open]);
  const save = async () => {
    if (!choice || (choice === "specific_people" && viewers.length === 0)) return setMissing(true);
    await set(clients, { visibility: choice, viewer_ids: choice === "specific_people" ? viewers : [] }, "Visibility set");
    onOpenChange(false);
  };
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title="Set visibility" description={`For ${about(clients)}. Account managers, owners and admins always see a client.`}
      footer={<><Button onClick={() => onOpenChange(false)}>Cancel</Button><Button look="primary" busy={busy} onClick={() => void save().catch(() => undefined)}>Set visibility</Button></>}>
      <fieldset className="mb-3 grid gap-1">
        <legend className="sr-only">Visibility</legend>
        {VISIBILITIES.map((key) => (
          <label key={key} className="flex items-start gap-3 rounded-lg px-2 py-2 hover:bg-hover">
            <input type="radio" name="visibility" value={key} checked={choice === key} onChange={() => setChoice(key)} className="mt-1 accent-accent" />
            <span className="text-13">
              <span className="font-medium">{VISIBILITY_WORD[key]}</span>
              <span className="block text-muted">{VISIBILITY_HINT[key]}</span>
            </span>
          </label>
        ))}
      </fieldset>
      {choice === "specific_people" && <PeopleChecklist label="People who see it" people={people} chosen={viewers} onChange={setViewers} />}
      {missing && <p role="alert" className="mt-2 text-13 text-bad-fg">{choice ? "Choose at least one person." : "Choose who sees these clients."}</p>}
      {error && <InlineError error={error} className="mt-3" />}
    </Dialog>
  );
}

export function ManagersDialog({ clients, open, onOpenChange }: SettingDialogProps) {
  const people = usePeople();
  const { set, busy, error, reset } = useConfigure();
  const [chosen, setChosen] = useState<string[]>([]);
  const mixed = clients.length > 1 && shared(clients, (client) => client.managers.map(({ id }) => id)) === undefined;
  useEffect(() => {
    if (!open) return;
    reset();
    setChosen(shared(clients, (client) => client.managers.map(({ id }) => id)) ?? []);
    // Only when it opens, as above.
  }, [open]);
  const save = async () => {
    await set(clients, { manager_ids: chosen }, chosen.length ? "Account managers set" : "Account managers removed");
    onOpenChange(false);
  };
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title="Set account managers" description={`For ${about(clients)}. The first you tick leads, the second reviews.`}
      footer={<><Button onClick={() => onOpenChange(false)}>Cancel</Button><Button look="primary" busy={busy} onClick={() => void save().catch(() => undefined)}>Set account managers</Button></>}>
      {mixed && <p className="mb-2 text-13 text-muted">Mixed now: these clients have different account managers. What you choose replaces them.</p>}
      <PeopleChecklist label="Account managers" people={people} chosen={chosen} onChange={setChosen} ranks={["Leads", "Reviews"]} />
      {error && <InlineError error={error} className="mt-3" />}
    </Dialog>
  );
}
