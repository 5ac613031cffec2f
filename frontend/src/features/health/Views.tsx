/** Filters and an order under a name, to come back to. */
import { useMutation, useQuery } from "@tanstack/react-query";
import { Bookmark, X } from "lucide-react";
import { useState } from "react";

import { asProblem } from "@/api/problems";
import { listViewsOptions, removeViewMutation, saveViewMutation } from "@/api/generated/queries/views.gen";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Field } from "@/ui/Field";
import { IconButton } from "@/ui/IconButton";
import { InlineError } from "@/ui/InlineError";
import { Select } from "@/ui/Select";
import { TextInput } from "@/ui/TextInput";
import { toast } from "@/ui/Toast";

import { healthQuery, healthSearch, sameView, type HealthSearch } from "./list";

const NO_VIEW = "none";

export function Views({ search, show }: { search: HealthSearch; show: (search: HealthSearch) => void }) {
  const { data, refetch } = useQuery(listViewsOptions({ query: { screen: "health" } }));
  const [asking, setAsking] = useState(false);
  const [name, setName] = useState("");
  const [missing, setMissing] = useState(false);
  const save = useMutation({ ...saveViewMutation(), onSuccess: () => { setAsking(false); return refetch(); } });
  const remove = useMutation({ ...removeViewMutation(), onSuccess: () => { toast("View removed"); return refetch(); }, onError: (error) => toast(asProblem(error).title) });
  const views = data?.items ?? [];
  const now = views.find(({ params }) => sameView(healthSearch(params), search));
  const something = Object.keys(healthQuery(search)).length > 0;
  const submit = () => {
    if (!name.trim()) return setMissing(true);
    save.mutate({ body: { screen: "health", name: name.trim(), params: { ...healthQuery(search) } } });
  };
  const refused = save.error ? asProblem(save.error).fieldError("name") : undefined;
  return (
    <>
      {views.length > 0 && (
        <Select size="sm" label="Saved view" className="max-w-44" value={now?.id ?? NO_VIEW} options={[{ value: NO_VIEW, label: something && !now ? "Not saved" : "All clients" }, ...views.map((view) => ({ value: view.id, label: view.name }))]}
          onChange={(id) => show(healthSearch(views.find((view) => view.id === id)?.params ?? {}))} />
      )}
      {now && <IconButton size="sm" label={`Remove the view ${now.name}`} icon={<X size={14} aria-hidden />} onClick={() => remove.mutate({ path: { view_id: now.id } })} />}
      {something && !now && <Button size="sm" icon={<Bookmark size={14} aria-hidden />} onClick={() => { setName(""); setMissing(false); save.reset(); setAsking(true); }}>Save view</Button>}
      <Dialog open={asking} onOpenChange={setAsking} width="sm" title="Save view" description="The filters and the order as they are now. Only you see it."
        footer={<><Button onClick={() => setAsking(false)}>Cancel</Button><Button look="primary" busy={save.isPending} onClick={submit}>Save view</Button></>}>
        <Field label="Name" error={refused ?? (missing && !name.trim() ? "Give it a name." : undefined)}>
          <TextInput value={name} maxLength={60} onValueChange={setName} />
        </Field>
        {save.error && !refused ? <InlineError error={save.error} className="mt-3" /> : null}
      </Dialog>
    </>
  );
}
