/** What is no longer as it was when the period was sealed, document by document, with before and after. */
import { useQuery } from "@tanstack/react-query";
import { ArrowRight } from "lucide-react";

import type { Seal, SealChange } from "@/api/generated";
import { listSealChangesOptions } from "@/api/generated/queries/seals.gen";
import { day, plural } from "@/lib/format";
import { safeHref } from "@/lib/url";
import { Drawer } from "@/ui/Drawer";
import { EmptyState } from "@/ui/EmptyState";
import { InlineError } from "@/ui/InlineError";
import { OutLink } from "@/ui/Link";
import { Pill } from "@/ui/Pill";
import { Skeleton } from "@/ui/Skeleton";

const KIND = { added: ["Added", "accent"], changed: ["Changed", "warn"], removed: ["Removed", "bad"] } as const;

const words = (name: string) => name.charAt(0).toUpperCase() + name.slice(1).replaceAll("_", " ");

function Change({ change }: { change: SealChange }) {
  const [word, tone] = KIND[change.kind];
  const href = safeHref(change.href);
  return (
    <li className="border-t border-line-subtle py-2.5 text-13 first:border-t-0">
      <div className="flex flex-wrap items-center gap-2">
        <Pill tone={tone}>{word}</Pill>
        <span className="font-medium">{[words(change.resource), change.number].filter(Boolean).join(" ")}</span>
        <span className="text-muted">{[change.contact, change.date && day(change.date)].filter(Boolean).join(", ")}</span>
        {href && <span className="ml-auto"><OutLink href={href}>Open in Xero</OutLink></span>}
      </div>
      {change.fields.length > 0 && (
        <dl className="m-0 mt-1 grid gap-0.5">
          {change.fields.map(({ field, before, after }) => (
            <div key={field} className="grid grid-cols-[8rem_minmax(0,1fr)] gap-3">
              <dt className="text-muted">{words(field)}</dt>
              <dd className="num m-0 flex flex-wrap gap-1.5"><span className="text-muted line-through">{before ?? "Nothing"}</span><ArrowRight size={14} aria-label="became" className="self-center text-subtle" /><strong className="font-semibold">{after ?? "Nothing"}</strong></dd>
            </div>
          ))}
        </dl>
      )}
      {change.updated_on && <p className="num text-12 text-subtle">In Xero on {day(change.updated_on)}</p>}
    </li>
  );
}

export function SealChanges({ clientId, seal, onClose }: { clientId: string; seal: Seal; onClose: () => void }) {
  const { data, error, refetch } = useQuery(listSealChangesOptions({ path: { client_id: clientId, seal_id: seal.id } }));
  return (
    <Drawer open onOpenChange={(open) => !open && onClose()} title={`Changed since it was sealed to ${day(seal.period_end)}`} fact={`${plural(seal.changed, "document")} of ${seal.documents}`}>
      {error && <InlineError error={error} onRetry={() => void refetch()} />}
      {!data && !error && <div role="status" aria-label="Reading changes"><Skeleton className="h-40" /></div>}
      {data && data.items.length === 0 && <EmptyState title="Nothing changed">Everything is as it was sealed.</EmptyState>}
      {data && data.items.length > 0 && <ul className="m-0 list-none p-0">{data.items.map((change) => <Change key={change.id} change={change} />)}</ul>}
    </Drawer>
  );
}
