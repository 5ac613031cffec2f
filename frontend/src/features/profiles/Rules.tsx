/** What the practice set aside everywhere, each with its reason, and taking it back. */
import { useMutation, useQuery } from "@tanstack/react-query";
import { EyeOff } from "lucide-react";
import { useState } from "react";

import type { Rule } from "@/api/generated";
import { listRulesOptions, removeRuleMutation } from "@/api/generated/queries/checks.gen";
import { count, day } from "@/lib/format";
import { AlertDialog } from "@/ui/AlertDialog";
import { EmptyState } from "@/ui/EmptyState";
import { InlineError } from "@/ui/InlineError";
import { LINK } from "@/ui/Link";
import { ListTable, type Column } from "@/ui/ListTable";
import { SkeletonRows } from "@/ui/Skeleton";
import { toast } from "@/ui/Toast";

import { useRefetchProfiles } from "./useProfiles";

export function Rules({ mayChange }: { mayChange: boolean }) {
  const { data, error, refetch } = useQuery(listRulesOptions());
  const again = useRefetchProfiles();
  const [asked, setAsked] = useState<Rule | null>(null);
  const remove = useMutation({ ...removeRuleMutation(), onSuccess: () => { setAsked(null); toast("Rule removed. What it hid counts again."); void refetch(); return again(); } });
  const columns: Column<Rule>[] = [
    { key: "check", title: "Check", className: "min-w-48", cell: ({ title }) => <span className="font-medium">{title}</span> },
    { key: "what", title: "What it sets aside", className: "min-w-48 max-w-72", cell: ({ about }) => <span className="block truncate" title={about}>{about}</span> },
    { key: "reason", title: "Reason", className: "w-full max-w-0 min-w-48", cell: ({ reason }) => <span className="block truncate text-muted" title={reason}>{reason}</span> },
    { key: "hides", title: "Hides", align: "right", cell: ({ hides }) => count(hides) },
    { key: "made", title: "Made", className: "max-lg:hidden", cell: ({ by, made_at }) => <span className="num text-muted">{day(made_at)}{by && ` by ${by}`}</span> },
    { key: "remove", title: "Actions", quiet: true, align: "right", cell: (rule) => mayChange && <button type="button" className={LINK} onClick={() => { remove.reset(); setAsked(rule); }}>Remove<span className="sr-only"> the rule for {rule.about}</span></button> },
  ];
  return (
    <section aria-labelledby="rules" className="overflow-hidden rounded-xl border border-line bg-surface">
      <div className="px-4 py-3">
        <h2 id="rules" className="text-13 font-semibold">Rules</h2>
        <p className="text-13 text-muted">Made when someone sets an issue aside everywhere in the practice.</p>
      </div>
      {error && <InlineError error={error} onRetry={() => void refetch()} className="m-3" />}
      {!data && !error && <SkeletonRows rows={3} label="Reading rules" />}
      {data && data.items.length === 0 && <EmptyState icon={<EyeOff size={18} aria-hidden />} title="No rules">Set an issue aside everywhere in the practice, and its rule stands here.</EmptyState>}
      {data && data.items.length > 0 && <ListTable label="All rules" columns={columns} rows={data.items} />}
      <AlertDialog open={asked !== null} onOpenChange={(open) => !open && setAsked(null)} title="Remove the rule" description="What it hid opens again at every client and counts against their scores." confirm="Remove" keep="Keep rule"
        busy={remove.isPending} error={remove.error} onConfirm={() => asked && remove.mutate({ path: { rule_id: asked.id } })} />
    </section>
  );
}
