/** The profiles a practice judges by: which one holds for whom, and making another. */
import { Link } from "@tanstack/react-router";
import { Copy, Ellipsis, Star, Tags, Trash2 } from "lucide-react";
import { lazy, Suspense, useState } from "react";

import type { Profile } from "@/api/generated";
import { ago, count, listed } from "@/lib/format";
import { AlertDialog } from "@/ui/AlertDialog";
import { IconButton } from "@/ui/IconButton";
import { LINK } from "@/ui/Link";
import { ListTable, type Column } from "@/ui/ListTable";
import { Menu, MenuItem } from "@/ui/Menu";
import { Pill } from "@/ui/Pill";

import { useProfileVerbs } from "./useProfiles";

const AssignDialog = lazy(() => import("./AssignDialog").then((file) => ({ default: file.AssignDialog })));
const CopyDialog = lazy(() => import("./CopyDialog").then((file) => ({ default: file.CopyDialog })));

type Asked = { what: "copy" | "assign" | "remove"; profile: Profile };

export function ProfilesTable({ profiles, mayChange, onError }: { profiles: readonly Profile[]; mayChange: boolean; onError: (error: unknown) => void }) {
  const [asked, setAsked] = useState<Asked | null>(null);
  // Once opened a dialog stays, closed, so that it can give the focus back.
  const [opened, setOpened] = useState(false);
  const ask = (next: Asked) => {
    setOpened(true);
    setAsked(next);
  };
  const verbs = useProfileVerbs();
  const close = () => setAsked(null);
  const columns: Column<Profile>[] = [
    {
      key: "name", title: "Profile", className: "min-w-56", cell: ({ id, name, is_default, shipped }) => (
        <span className="inline-flex items-center gap-2">
          <Link to="/configure/score/$profileId" params={{ profileId: id }} className={LINK}>{name}</Link>
          {is_default && <Pill tone="accent" icon={<Star size={12} aria-hidden />}>Default</Pill>}
          {shipped && <Pill>Comes with Bulkhead</Pill>}
        </span>
      ),
    },
    { key: "checks", title: "Parts", align: "right", cell: ({ entries }) => count(entries.length) },
    { key: "tags", title: "For tags", cell: ({ tags }) => (tags.length ? listed([...tags]) : <span className="text-subtle">–</span>) },
    { key: "clients", title: "Clients judged by it", align: "right", cell: ({ clients }) => count(clients) },
    { key: "changed", title: "Changed", className: "w-full max-md:hidden", cell: ({ version, changed_at, changed_by, shipped }) => <span className="num text-muted">{shipped ? `Version ${version}` : `Version ${version}, ${ago(changed_at)}${changed_by ? ` by ${changed_by}` : ""}`}</span> },
    {
      key: "actions", title: "Actions", quiet: true, align: "right", cell: (profile) => mayChange && (
        <Menu trigger={<IconButton size="sm" label={`Actions for ${profile.name}`} icon={<Ellipsis size={16} aria-hidden />} />}>
          <MenuItem icon={<Copy size={14} aria-hidden />} onSelect={() => ask({ what: "copy", profile })}>Copy…</MenuItem>
          <MenuItem icon={<Tags size={14} aria-hidden />} onSelect={() => ask({ what: "assign", profile })}>Choose who it is for…</MenuItem>
          {!profile.is_default && <MenuItem icon={<Star size={14} aria-hidden />} onSelect={() => verbs.prefer.mutate({ path: { profile_id: profile.id } }, { onError })}>Make default</MenuItem>}
          {!profile.shipped && !profile.is_default && <MenuItem danger icon={<Trash2 size={14} aria-hidden />} onSelect={() => ask({ what: "remove", profile })}>Remove…</MenuItem>}
        </Menu>
      ),
    },
  ];
  return (
    <>
      <ListTable label="Profiles" columns={columns} rows={profiles} />
      <Suspense fallback={null}>
        {opened && <CopyDialog profile={asked?.what === "copy" ? asked.profile : null} onClose={close} />}
        {opened && <AssignDialog profile={asked?.what === "assign" ? asked.profile : null} onClose={close} />}
      </Suspense>
      <AlertDialog open={asked?.what === "remove"} onOpenChange={(open) => !open && close()} title={`Remove ${asked?.profile.name ?? ""}`}
        description="Clients it was chosen for go back to the default profile and are scored again. Past scores keep what they were."
        confirm="Remove" keep="Keep profile" busy={verbs.remove.isPending} error={verbs.remove.error}
        onConfirm={() => asked && verbs.remove.mutate({ path: { profile_id: asked.profile.id } }, { onSuccess: close })} />
    </>
  );
}
