/** Asks someone to join: an address, and what they may do. */
import { useMutation } from "@tanstack/react-query";
import { UserPlus } from "lucide-react";
import { useState } from "react";

import { inviteUserMutation } from "@/api/generated/queries/team.gen";
import { asProblem } from "@/api/problems";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Field } from "@/ui/Field";
import { InlineError } from "@/ui/InlineError";
import { Select } from "@/ui/Select";
import { TextInput } from "@/ui/TextInput";
import { toast } from "@/ui/Toast";

import { ROLES, type Role } from "./roles";
import { useRefetch } from "./useRefetch";

export function InviteDialog() {
  const [open, setOpen] = useState(false);
  const [email, setEmail] = useState("");
  const [role, setRole] = useState<Role>("staff");
  const [missing, setMissing] = useState(false);
  const refetch = useRefetch("listInvitations");
  const invite = useMutation({
    ...inviteUserMutation(),
    onSuccess: ({ email: to }) => {
      toast(`Invitation sent to ${to}`);
      setOpen(false);
      setEmail("");
      return refetch();
    },
  });
  const problem = invite.error ? asProblem(invite.error) : null;
  const fault = problem?.fieldError("email") ?? (missing && !email.trim() ? "Enter an e-mail address." : undefined);
  const send = () => (email.trim() ? invite.mutate({ body: { email: email.trim(), role } }) : setMissing(true));
  return (
    <Dialog open={open} onOpenChange={(next) => { setOpen(next); invite.reset(); setMissing(false); }} title="Invite a member" description="They get an e-mail with a link that works for seven days."
      trigger={<Button look="primary" icon={<UserPlus size={16} aria-hidden />}>Invite member</Button>}
      footer={<><Button onClick={() => setOpen(false)}>Cancel</Button><Button look="primary" busy={invite.isPending} onClick={send}>Send invitation</Button></>}>
      <form className="grid gap-4" onSubmit={(event) => { event.preventDefault(); send(); }}>
        <Field label="E-mail" error={fault}>
          <TextInput type="email" autoComplete="off" value={email} onValueChange={setEmail} />
        </Field>
        <Field label="Role" error={problem?.fieldError("role")}>
          <Select value={role} options={ROLES} onChange={setRole} className="w-full" />
        </Field>
        {problem && problem.errors.length === 0 && <InlineError error={problem} />}
      </form>
    </Dialog>
  );
}
