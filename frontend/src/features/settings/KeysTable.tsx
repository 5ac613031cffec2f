/** The keys that programs use, and ending them. */
import { useMutation } from "@tanstack/react-query";
import { useMemo, useState } from "react";

import type { Key } from "@/api/generated";
import { revokeKeyMutation } from "@/api/generated/queries/keys.gen";
import { ago, day } from "@/lib/format";
import { AlertDialog } from "@/ui/AlertDialog";
import { Button } from "@/ui/Button";
import { ListTable, type Column } from "@/ui/ListTable";

import { useRefetch } from "./useRefetch";

export function KeysTable({ keys }: { keys: readonly Key[] }) {
  const [asked, setAsked] = useState<Key | null>(null);
  const refetch = useRefetch("listKeys");
  const revoke = useMutation({ ...revokeKeyMutation(), onSuccess: () => { setAsked(null); return refetch(); } });
  const columns = useMemo<Column<Key>[]>(
    () => [
      { key: "label", title: "Name", className: "w-full max-w-0 min-w-40", cell: ({ label }) => <span className="block truncate font-medium">{label}</span> },
      { key: "hint", title: "Key", cell: ({ hint }) => <code className="text-12 text-muted">{hint}…</code> },
      { key: "created", title: "Created", cell: ({ created_at }) => <span className="num text-muted">{day(created_at)}</span> },
      { key: "used", title: "Last used", cell: ({ last_used_at }) => <span className="num text-muted">{last_used_at ? ago(last_used_at) : "Never"}</span> },
      { key: "expires", title: "Works until", cell: ({ expires_at }) => <span className="num">{day(expires_at)}</span> },
      { key: "action", title: "Action", quiet: true, align: "right", cell: (key) => <Button size="sm" look="ghost" onClick={() => setAsked(key)} aria-label={`Revoke ${key.label}`}>Revoke</Button> },
    ],
    [],
  );
  return (
    <>
      <ListTable label="API keys" columns={columns} rows={keys} />
      <AlertDialog
        open={asked !== null}
        onOpenChange={(open) => { if (!open) { setAsked(null); revoke.reset(); } }}
        title={`Revoke “${asked?.label ?? ""}”`}
        description="The next request with this key is refused. This cannot be undone."
        confirm="Revoke key"
        keep="Keep key"
        busy={revoke.isPending}
        error={revoke.error}
        onConfirm={() => asked && revoke.mutate({ path: { key_id: asked.id } })}
      />
    </>
  );
}
