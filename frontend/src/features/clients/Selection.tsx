/** What can be done to the clients that are ticked, in the toolbar's place. */
import { Archive, Eye, RefreshCw, UserRound } from "lucide-react";
import { useState } from "react";

import type { Client } from "@/api/generated";
import { plural } from "@/lib/format";
import { AlertDialog } from "@/ui/AlertDialog";
import { Button } from "@/ui/Button";
import { SelectionBar } from "@/ui/SelectionBar";

import { ManagersDialog, VisibilityDialog } from "./SettingDialogs";
import { useArchive } from "./useClients";

export interface SelectionProps {
  clients: readonly Client[];
  /** Ticked clients that the filter hides now. */
  hidden: number;
  refresh: () => void;
  refreshing: boolean;
  clear: () => void;
}

export function Selection({ clients, hidden, refresh, refreshing, clear }: SelectionProps) {
  const [asking, setAsking] = useState<"visibility" | "managers" | "archive" | null>(null);
  const { archive, busy, error } = useArchive();
  const close = (open: boolean) => !open && setAsking(null);
  const importable = clients.filter(({ state, importing, connection }) => (state === "active" || state === "ready") && !importing && connection === "active");
  return (
    <>
      <SelectionBar count={clients.length} words={`${plural(clients.length, "client")} selected${hidden ? `, ${hidden} not shown` : ""}`} onClear={clear}>
        <Button size="sm" icon={<Eye size={14} aria-hidden />} onClick={() => setAsking("visibility")}>
          Set visibility
        </Button>
        <Button size="sm" icon={<UserRound size={14} aria-hidden />} onClick={() => setAsking("managers")}>
          Set account managers
        </Button>
        {importable.length > 0 && (
          <Button size="sm" busy={refreshing} icon={<RefreshCw size={14} aria-hidden />} onClick={refresh}>
            Refresh from Xero
          </Button>
        )}
        <Button size="sm" look="danger" icon={<Archive size={14} aria-hidden />} onClick={() => setAsking("archive")}>
          Archive
        </Button>
      </SelectionBar>
      <VisibilityDialog clients={clients} open={asking === "visibility"} onOpenChange={close} />
      <ManagersDialog clients={clients} open={asking === "managers"} onOpenChange={close} />
      <AlertDialog
        open={asking === "archive"}
        onOpenChange={close}
        title={`Archive ${plural(clients.length, "client")}`}
        description="Archived clients are no longer imported and leave your client bundle. Their history stays, and you can bring them back."
        confirm="Archive"
        keep="Keep clients"
        busy={busy}
        error={error}
        onConfirm={() => void archive(clients).then(() => { setAsking(null); clear(); }, () => undefined)}
      />
    </>
  );
}
