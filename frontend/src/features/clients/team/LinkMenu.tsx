/** In a client's header: that it is linked to XPM, since when, and what can be done about it. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ChevronDown, ExternalLink, Link2, RefreshCw, Unlink, UsersRound } from "lucide-react";
import { useState } from "react";

import { readTeamOptions, unlinkClientMutation, updateFromXpmMutation } from "@/api/generated/queries/clients.gen";
import { useMayDo } from "@/api/me";
import { asProblem } from "@/api/problems";
import { ago } from "@/lib/format";
import { safeHref } from "@/lib/url";
import { AlertDialog } from "@/ui/AlertDialog";
import { Menu, MenuItem, MenuLabel, MenuSeparator } from "@/ui/Menu";
import { toast } from "@/ui/Toast";

const TOUCHED = ["readTeam", "readClient", "listClients", "readXpm", "listActivity"];
const SAID = {
  updated: "Updated from Xero Practice Manager",
  unchanged: "Nothing changed in Xero Practice Manager",
  conflict: "Both sides changed a detail: decide which one stands in the team section",
  linked: "Linked again to Xero Practice Manager",
  skipped: "There is nothing to bring across",
} as const;
const STATES = { linked: "", remote_archived: ", archived there", remote_deleted: ", deleted there" } as const;

export function LinkMenu({ clientId, name }: { clientId: string; name: string }) {
  const cache = useQueryClient();
  const path = { client_id: clientId };
  const { data: team } = useQuery(readTeamOptions({ path }));
  const [asking, setAsking] = useState(false);
  const mayUpdate = useMayDo("updateFromXpm");
  const mayUnlink = useMayDo("unlinkClient");
  const refetch = () => cache.invalidateQueries({ predicate: ({ queryKey }) => TOUCHED.includes((queryKey[0] as { _id?: string })?._id ?? "") });
  const update = useMutation({
    ...updateFromXpmMutation(),
    onSuccess: ({ outcome }) => {
      toast(SAID[outcome]);
      return refetch();
    },
    onError: (error) => toast(asProblem(error).title, { detail: asProblem(error).detail ?? undefined }),
  });
  /** Lists do not carry a record's address, only the record itself does: it is read once, then followed. The tab opens with the press, or the browser would refuse it. */
  const ask = async () => {
    const tab = window.open("about:blank", "_blank");
    try {
      await update.mutateAsync({ path });
      const url = safeHref((await cache.fetchQuery({ ...readTeamOptions({ path }), staleTime: 0 })).link?.web_url);
      if (!tab) return;
      if (!url) return tab.close();
      tab.opener = null;
      tab.location.replace(url);
    } catch {
      tab?.close();
    }
  };
  const unlink = useMutation({
    ...unlinkClientMutation(),
    onSuccess: () => {
      setAsking(false);
      toast(`${name} is no longer linked`);
      return refetch();
    },
  });
  const link = team?.link;
  const href = safeHref(link?.web_url);
  return (
    <>
      <Menu
        align="start"
        trigger={
          <button type="button" className="inline-flex h-6 items-center gap-1 rounded-full bg-xero-bg px-2 text-12 font-medium text-xero-fg hover:underline coarse:h-11">
            <Link2 size={13} aria-hidden />
            Linked to Xero Practice Manager{link ? STATES[link.state] : ""}
            <ChevronDown size={13} aria-hidden />
          </button>
        }
      >
        <MenuLabel>
          <span>{link ? `${link.practice}: ${link.remote_name}` : "Reading the link"}</span>
          {link?.last_imported_at ? <span className="num block font-normal">Last import {ago(link.last_imported_at)}{link.imported_by ? `, ${link.imported_by}` : ""}</span> : null}
        </MenuLabel>
        {href ? (
          <MenuItem render={<a href={href} target="_blank" rel="noreferrer" aria-label="Open in Xero Practice Manager (opens in a new tab)" />} icon={<ExternalLink size={14} aria-hidden />}>
            Open in Xero Practice Manager
          </MenuItem>
        ) : mayUpdate && link ? (
          <MenuItem icon={<ExternalLink size={14} aria-hidden />} onSelect={() => void ask()}>
            Open in Xero Practice Manager
          </MenuItem>
        ) : null}
        <MenuItem render={<Link to="/clients/$clientId/team" params={{ clientId }} />} icon={<UsersRound size={14} aria-hidden />}>
          What was imported
        </MenuItem>
        {mayUpdate ? (
          <MenuItem icon={<RefreshCw size={14} aria-hidden />} onSelect={() => update.mutate({ path })}>
            Update from Xero Practice Manager
          </MenuItem>
        ) : null}
        {mayUnlink ? (
          <>
            <MenuSeparator />
            <MenuItem danger icon={<Unlink size={14} aria-hidden />} onSelect={() => setAsking(true)}>
              Unlink
            </MenuItem>
          </>
        ) : null}
      </Menu>
      <AlertDialog open={asking} onOpenChange={setAsking} title={`Unlink ${name}`} confirm="Unlink" keep="Keep the link" busy={unlink.isPending} error={unlink.error}
        description="Everything the client has stays, here and in Xero Practice Manager. Imports no longer update it, until it is linked again in a later import."
        onConfirm={() => unlink.mutate({ path })} />
    </>
  );
}
