/** Whose sign-in is asked first for one organisation; the others step in when it fails. */
import { useMutation } from "@tanstack/react-query";
import { ArrowUp } from "lucide-react";
import { useState } from "react";

import type { Connection } from "@/api/generated";
import { orderGrantsMutation } from "@/api/generated/queries/connections.gen";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { IconButton } from "@/ui/IconButton";
import { InlineError } from "@/ui/InlineError";
import { Pill } from "@/ui/Pill";

import { useRefetch } from "./useRefetch";

export function OrderGrants({ connection, close }: { connection: Connection; close: () => void }) {
  const [order, setOrder] = useState(connection.grants);
  const refetch = useRefetch("listConnections", "listGrants", "readConnectionHealth");
  const save = useMutation({ ...orderGrantsMutation(), onSuccess: () => { close(); return refetch(); } });
  const raise = (at: number) => setOrder(order.toSpliced(at, 1).toSpliced(at - 1, 0, ...order.slice(at, at + 1)));
  return (
    <Dialog open onOpenChange={(open) => !open && close()} title={`Sign-ins for ${connection.tenant_name}`}
      description="The first is used. When Xero no longer accepts it, the next steps in by itself."
      footer={
        <>
          <Button onClick={close}>Cancel</Button>
          <Button look="primary" busy={save.isPending}
            onClick={() => save.mutate({ path: { connection_id: connection.id }, body: { grant_ids: order.map(({ id }) => id) } })}>
            Save order
          </Button>
        </>
      }>
      <ol className="grid gap-1">
        {order.map((grant, at) => (
          <li key={grant.id} className="flex items-center gap-3 rounded-md border border-line-subtle px-3 py-1.5 text-13">
            <span className="num w-4 text-muted">{at + 1}</span>
            <span className="min-w-0 flex-1 truncate">
              <span className="font-medium">{grant.name}</span> <span className="text-muted">{grant.email}</span>
            </span>
            {grant.status !== "active" && <Pill tone="bad">Sign-in expired</Pill>}
            <IconButton label={`Ask ${grant.name} earlier`} size="sm" icon={<ArrowUp size={15} aria-hidden />} disabled={at === 0} onClick={() => raise(at)} />
          </li>
        ))}
      </ol>
      {save.error && <InlineError error={save.error} className="mt-3" />}
    </Dialog>
  );
}
