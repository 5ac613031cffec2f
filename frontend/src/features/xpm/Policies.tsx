/** Who wins where both sides changed a field to different values, for all or each group for itself; and what is linked by name. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import type { SetXpmPolicy } from "@/api/generated";
import { readXpmPolicyOptions, readXpmPolicyQueryKey, setXpmPolicyMutation } from "@/api/generated/queries/xpm.gen";
import { useMayDo } from "@/api/me";
import { InlineError } from "@/ui/InlineError";
import { Segmented } from "@/ui/Segmented";
import { Select } from "@/ui/Select";
import { Skeleton } from "@/ui/Skeleton";
import { Switch } from "@/ui/Switch";

import { POLICIES, POLICY_GROUPS, PRESETS, presetOf, type Policy } from "./policies";

export function Policies({ tenantId, practice, several }: { tenantId: string; practice: string; several: boolean }) {
  const cache = useQueryClient();
  const may = useMayDo("setXpmPolicy");
  const { data, error, refetch } = useQuery(readXpmPolicyOptions({ query: { tenant_id: tenantId } }));
  const save = useMutation({
    ...setXpmPolicyMutation(),
    onSuccess: (next) => cache.setQueryData(readXpmPolicyQueryKey({ query: { tenant_id: tenantId } }), next),
  });
  const shown = save.isPending ? save.variables.body : data;
  const set = (next: Partial<SetXpmPolicy>) => shown && save.mutate({ body: { ...shown, ...next, tenant_id: tenantId } });
  const preset = shown ? presetOf(shown) : null;
  return (
    <section aria-label={`Who wins, ${practice}`} className="rounded-xl border border-line bg-surface p-4">
      <h2 className="m-0 text-14 font-semibold">Who wins{several ? `, ${practice}` : ""}</h2>
      <p className="m-0 mt-0.5 mb-3 text-13 text-muted">Where both sides changed the same detail. What did not change in XPM never overwrites yours, whatever is set.</p>
      {error ? <InlineError error={error} onRetry={() => void refetch()} /> : null}
      {save.error ? <InlineError error={save.error} className="mb-3" /> : null}
      {shown ? (
        <>
          <div className="mb-3 overflow-x-auto">
            <Segmented look="box" label="For all" value={preset ?? "custom"} onChange={(key) => {
              const policy = PRESETS.find((one) => one.key === key)?.policy;
              if (policy && may) set({ name: policy, email: policy, phone: policy, address: policy });
            }} options={[...PRESETS.map(({ key, label }) => ({ value: key as string, label })), ...(preset === null ? [{ value: "custom", label: "Each for itself" }] : [])]} />
          </div>
          <div className="grid gap-2 text-13 sm:grid-cols-2">
            {POLICY_GROUPS.map(({ key, label }) => (
              <div key={key} className="grid grid-cols-[4.5rem_minmax(0,1fr)] items-center gap-2">
                <span>{label}</span>
                <Select<Policy> size="sm" label={`Who wins for ${label.toLowerCase()}`} value={shown[key]} disabled={!may} options={POLICIES} onChange={(value) => set({ [key]: value })} className="w-full" />
              </div>
            ))}
          </div>
          <div className="mt-4 flex flex-col gap-1 border-t border-line-subtle pt-3">
            <Switch checked={shown.trusts_by_name ?? false} disabled={!may} onChange={(trusts_by_name) => set({ trusts_by_name })}>
              Link trusts and funds by name alone
            </Switch>
            <p className="m-0 text-13 text-muted">One without numbers of its own is linked to the client of the same name without asking. Off, you are asked which it is.</p>
          </div>
        </>
      ) : error ? null : (
        <Skeleton className="h-24" />
      )}
    </section>
  );
}
