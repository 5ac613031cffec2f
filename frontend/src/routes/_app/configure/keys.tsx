import { useQuery } from "@tanstack/react-query";
import { createFileRoute } from "@tanstack/react-router";
import { KeyRound } from "lucide-react";

import { listKeysOptions } from "@/api/generated/queries/keys.gen";
import { useMayDo } from "@/api/me";
import { CreateKey } from "@/features/settings/CreateKey";
import { KeysTable } from "@/features/settings/KeysTable";
import { EmptyState } from "@/ui/EmptyState";
import { InlineError } from "@/ui/InlineError";
import { OutLink } from "@/ui/Link";
import { PageHeader } from "@/ui/PageHeader";
import { SkeletonRows } from "@/ui/Skeleton";

export const Route = createFileRoute("/_app/configure/keys")({
  staticData: { title: "API keys", nav: { label: "API keys", icon: KeyRound, order: 40, group: "configure" } },
  component: Keys,
});

function Keys() {
  const mayCreate = useMayDo("createKey");
  const { data, error, refetch } = useQuery(listKeysOptions());
  return (
    <div className="flex flex-col gap-3 px-5 pt-4 pb-6">
      <PageHeader title="API keys" fact="For programs that read or change what you may read or change." actions={mayCreate && <CreateKey />} />
      {error && <InlineError error={error} onRetry={() => void refetch()} />}
      {!data && !error && <SkeletonRows rows={4} label="Reading keys" />}
      {data && (
        <div className="overflow-hidden rounded-xl border border-line bg-surface">
          {data.items.length === 0 ? <EmptyState icon={<KeyRound size={18} aria-hidden />} title="No API keys">A key is shown once when it is made.</EmptyState> : <KeysTable keys={data.items} />}
        </div>
      )}
      <p className="text-13 text-muted">
        Every operation is described in the <OutLink href="/docs">API reference</OutLink>.
      </p>
    </div>
  );
}
