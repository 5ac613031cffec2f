/** What can be done to the clients that are ticked, in the toolbar's place. */
import { Archive, Eye, RefreshCw, UserRound } from "lucide-react";
import { lazy, Suspense, useState } from "react";

import type { Client } from "@/api/generated";
import { plural } from "@/lib/format";
import { AlertDialog } from "@/ui/AlertDialog";
import { Button } from "@/ui/Button";
import { SelectionBar } from "@/ui/SelectionBar";

import { useArchive } from "./useClients";
import { readable } from "./words";

// Their pickers are half the list's weight, and most visits never open them.
const VisibilityDialog = lazy(() => import("./SettingDialogs").then((file) => ({ default: file.VisibilityDialog })));
const ManagersDialog = lazy(() => import("./SettingDialogs").then((file) => ({ default: file.ManagersDialog })));

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
  // Once opened a dialog stays, closed, so that it can give the focus back.
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set());
  const ask = (what: "visibility" | "managers") => {
    setOpened((before) => new Set(before).add(what));
    setAsking(what);
  };
  const close = (open: boolean) => !open && setAsking(null);
  const importable = clients.filter(({ state, importing, connection }) => (state === "active" || state === "ready") && !importing && readable(connection));
  return (
    <>
      <SelectionBar count={clients.length} words={`${plural(clients.length, "client")} selected${hidden ? `, ${hidden} not shown` : ""}`} onClear={clear}>
        <Button size="sm" icon={<Eye size={14} aria-hidden />} onClick={() => ask("visibility")}>
          Set visibility
        </Button>
        <Button size="sm" icon={<UserRound size={14} aria-hidden />} onClick={() => ask("managers")}>
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
      <Suspense fallback={null}>
        {opened.has("visibility") && <VisibilityDialog clients={clients} open={asking === "visibility"} onOpenChange={close} />}
        {opened.has("managers") && <ManagersDialog clients={clients} open={asking === "managers"} onOpenChange={close} />}
      </Suspense>
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
