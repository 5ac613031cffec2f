/** Ctrl K: screens, clients found by the server, and what can be done. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { Building2, Plus } from "lucide-react";
import { useState } from "react";

import { listClientsOptions } from "@/api/generated/queries/clients.gen";
import { useDebounced } from "@/lib/useDebounced";
import { Palette, type PaletteGroup } from "@/ui/Palette";

export function CommandPalette({ onClose }: { onClose: () => void }) {
  const router = useRouter();
  const [words, setWords] = useState("");
  const asked = useDebounced(words.trim(), 150);
  const clients = useQuery({
    ...listClientsOptions({ query: { q: asked, limit: 8 } }),
    enabled: asked.length > 1,
    placeholderData: keepPreviousData,
  });

  const go = (href: string) => () => {
    onClose();
    router.history.push(href);
  };
  const matches = (label: string) => label.toLowerCase().includes(words.trim().toLowerCase());
  const pages = Object.values(router.routesById)
    .flatMap((route) => {
      const nav = route.options.staticData?.nav;
      return nav ? [{ id: route.to, label: nav.label, icon: <nav.icon size={16} aria-hidden />, run: go(route.to), order: nav.order }] : [];
    })
    .toSorted((a, b) => a.order - b.order)
    .filter((page) => matches(page.label));
  const actions = [
    { id: "add", label: "Add clients from Xero", icon: <Plus size={16} aria-hidden />, run: go("/connect") },
  ].filter((action) => matches(action.label));
  // Until the answer to these very words is here, only what still fits them stays: Enter must never take something else.
  const settled = asked === words.trim() && !clients.isPlaceholderData;
  const found = asked.length > 1 ? (clients.data?.items ?? []).filter((client) => settled || matches(client.name)) : [];

  const groups: PaletteGroup[] = [
    { label: "Clients", items: found.map((client) => ({ id: client.id, label: client.name, icon: <Building2 size={16} aria-hidden />, run: go(`/clients/${client.id}`) })) },
    { label: "Actions", items: actions },
    { label: "Pages", items: pages },
  ];
  return (
    <Palette
      label="Search or jump to"
      words={words}
      onWords={setWords}
      groups={groups}
      busy={clients.isFetching}
      onClose={onClose}
      empty={words ? `Nothing matches “${words}”.` : "Type a client's name."}
    />
  );
}
