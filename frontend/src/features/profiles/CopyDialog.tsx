/** A new profile starts as a copy of one that is known to work. */
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useState } from "react";

import { asProblem } from "@/api/problems";
import type { Profile } from "@/api/generated";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Field } from "@/ui/Field";
import { InlineError } from "@/ui/InlineError";
import { TextInput } from "@/ui/TextInput";

import { useProfileVerbs } from "./useProfiles";

export function CopyDialog({ profile, onClose }: { profile: Profile | null; onClose: () => void }) {
  const { create } = useProfileVerbs();
  const navigate = useNavigate();
  const [name, setName] = useState("");
  const [missing, setMissing] = useState(false);
  useEffect(() => {
    if (!profile) return;
    setName(`${profile.name} (copy)`);
    setMissing(false);
    create.reset();
  }, [profile?.id]);
  const save = () => {
    if (!name.trim()) return setMissing(true);
    if (profile) create.mutate({ body: { name: name.trim(), copy_of: profile.id } }, { onSuccess: ({ id }) => { onClose(); void navigate({ to: "/configure/score/$profileId", params: { profileId: id } }); } });
  };
  const refused = create.error ? asProblem(create.error).fieldError("name") : undefined;
  return (
    <Dialog open={profile !== null} onOpenChange={(open) => !open && onClose()} width="sm" title="Copy the profile" description={`Starts with the weights and thresholds of ${profile?.name ?? ""}.`}
      footer={<><Button onClick={onClose}>Cancel</Button><Button look="primary" busy={create.isPending} onClick={save}>Copy the profile</Button></>}>
      <Field label="Name" error={refused ?? (missing && !name.trim() ? "Give it a name." : undefined)}>
        <TextInput value={name} maxLength={80} onValueChange={setName} />
      </Field>
      {create.error && !refused ? <InlineError error={create.error} className="mt-3" /> : null}
    </Dialog>
  );
}
