/** Makes an API key; its secret is shown here once and nowhere else. */
import { useMutation } from "@tanstack/react-query";
import { Check, Copy, KeyRound } from "lucide-react";
import { useState } from "react";

import type { NewKey } from "@/api/generated";
import { createKeyMutation } from "@/api/generated/queries/keys.gen";
import { asProblem } from "@/api/problems";
import { day } from "@/lib/format";
import { Banner } from "@/ui/Banner";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Field } from "@/ui/Field";
import { InlineError } from "@/ui/InlineError";
import { Select } from "@/ui/Select";
import { TextInput } from "@/ui/TextInput";

import { useRefetch } from "./useRefetch";

const TERMS = [
  { value: "30", label: "30 days" },
  { value: "90", label: "90 days" },
  { value: "180", label: "180 days" },
  { value: "365", label: "A year" },
] as const;

function Secret({ made }: { made: NewKey }) {
  const [copied, setCopied] = useState(false);
  return (
    <div className="grid gap-3">
      <Banner tone="warn" title="Copy the key now.">It is shown this once and cannot be read again.</Banner>
      <div className="flex gap-2">
        <code className="min-w-0 flex-1 rounded-md border border-line bg-sunken px-3 py-2 text-13 break-all">{made.secret}</code>
        <Button icon={copied ? <Check size={15} aria-hidden /> : <Copy size={15} aria-hidden />} onClick={() => void navigator.clipboard.writeText(made.secret).then(() => setCopied(true))}>
          {copied ? "Copied" : "Copy key"}
        </Button>
      </div>
      <p className="num text-13 text-muted">
        “{made.label}” works until {day(made.expires_at)}. Send it as <code>Authorization: Bearer …</code>.
      </p>
    </div>
  );
}

export function CreateKey() {
  const [open, setOpen] = useState(false);
  const [label, setLabel] = useState("");
  const [days, setDays] = useState<(typeof TERMS)[number]["value"]>("90");
  const [missing, setMissing] = useState(false);
  const refetch = useRefetch("listKeys");
  const create = useMutation({ ...createKeyMutation(), onSuccess: () => refetch() });
  const problem = create.error ? asProblem(create.error) : null;
  const turn = (next: boolean) => {
    setOpen(next);
    if (next) return;
    // The secret leaves the page with the dialog.
    create.reset();
    setLabel("");
    setMissing(false);
  };
  const make = () => (label.trim() ? create.mutate({ body: { label: label.trim(), days: Number(days) } }) : setMissing(true));
  return (
    <Dialog open={open} onOpenChange={turn} dismissible={!create.data} title={create.data ? "Your new API key" : "Create API key"}
      description={create.data ? undefined : "It may do what you may do, and is yours: it ends when you leave the firm."}
      trigger={<Button look="primary" icon={<KeyRound size={16} aria-hidden />}>Create API key</Button>}
      footer={create.data ? <Button look="primary" onClick={() => turn(false)}>I have copied it</Button> : <><Button onClick={() => turn(false)}>Cancel</Button><Button look="primary" busy={create.isPending} onClick={make}>Create API key</Button></>}>
      {create.data ? (
        <Secret made={create.data} />
      ) : (
        <form className="grid gap-4" onSubmit={(event) => { event.preventDefault(); make(); }}>
          <Field label="What is it for" error={problem?.fieldError("label") ?? (missing && !label.trim() ? "Give it a name you will know it by." : undefined)}>
            <TextInput value={label} maxLength={80} onValueChange={setLabel} />
          </Field>
          <Field label="Works for" error={problem?.fieldError("days")}>
            <Select value={days} options={TERMS} onChange={setDays} className="w-full" />
          </Field>
          {problem && problem.errors.length === 0 && <InlineError error={problem} />}
        </form>
      )}
    </Dialog>
  );
}
