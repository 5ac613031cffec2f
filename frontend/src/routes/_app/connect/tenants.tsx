import { useMutation, useQueryClient } from "@tanstack/react-query";
import { createFileRoute, Link, useNavigate } from "@tanstack/react-router";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";

import type { Tenant } from "@/api/generated";
import { adoptTenants, removeDrafts } from "@/api/generated/calls/clients.gen";
import { probeTenants } from "@/api/generated/calls/tenants.gen";
import { useTenants } from "@/features/connect/lists";
import { SizeCell, sizeInWords } from "@/features/connect/SizeCell";
import { choosable, lastTicked, room, tickedIds, whyNot } from "@/features/connect/ticks";
import { Strip, StripLine, WizardFrame } from "@/features/connect/WizardFrame";
import { ago, count, plural } from "@/lib/format";
import { Banner } from "@/ui/Banner";
import { Button } from "@/ui/Button";
import { DataGrid } from "@/ui/data-grid/DataGrid";
import type { GridColumn } from "@/ui/data-grid/types";
import { EmptyState } from "@/ui/EmptyState";
import { InlineError } from "@/ui/InlineError";
import { Meter } from "@/ui/Meter";
import { Pill } from "@/ui/Pill";
import { SearchInput } from "@/ui/SearchInput";
import { Segmented } from "@/ui/Segmented";
import { SkeletonRows } from "@/ui/Skeleton";

export const Route = createFileRoute("/_app/connect/tenants")({ component: Tenants });

type Filter = "all" | "new" | "ticked" | "large";

const COLUMNS: GridColumn<Tenant>[] = [
  {
    id: "name",
    title: "Organisation",
    width: "minmax(16rem,2.2fr)",
    names: true,
    text: (tenant) => tenant.name,
    cell: (tenant) => (
      <>
        <span className="truncate text-fg">{tenant.name}</span>
        {tenant.standing === "draft" ? <Pill tone="accent">Chosen before</Pill> : null}
        {tenant.standing === "demo" ? <Pill>Demo company</Pill> : null}
      </>
    ),
  },
  {
    id: "country",
    title: "Country",
    width: "minmax(6rem,.7fr)",
    text: (tenant) => [tenant.country, tenant.currency].filter(Boolean).join(" "),
    cell: (tenant) => <span className="text-muted">{[tenant.country, tenant.currency].filter(Boolean).join(" · ") || "–"}</span>,
  },
  { id: "size", title: "Size", width: "minmax(8rem,.8fr)", text: (tenant) => sizeInWords(tenant.size), cell: (tenant) => <SizeCell size={tenant.size} /> },
  { id: "linked", title: "Connected by", width: "minmax(8rem,.9fr)", text: (tenant) => tenant.linked_by ?? "", cell: (tenant) => <span className="truncate text-muted">{tenant.linked_by ?? "–"}</span> },
  {
    id: "imported",
    title: "Last imported",
    width: "minmax(7.5rem,.8fr)",
    text: (tenant) => (tenant.last_imported_at ? ago(tenant.last_imported_at) : ""),
    cell: (tenant) => <span className="num text-muted">{tenant.last_imported_at ? ago(tenant.last_imported_at) : "Never"}</span>,
  },
];

function Tenants() {
  const { tenants: all, bundle, pending, whole, error, refetch } = useTenants();
  const cache = useQueryClient();
  const navigate = useNavigate();
  const [touched, setTouched] = useState<ReadonlyMap<string, boolean>>(new Map());
  const [words, setWords] = useState("");
  const [filter, setFilter] = useState<Filter>("all");
  const [complaint, setComplaint] = useState<string | null>(null);
  useProbe(all);

  // What this consent brought comes first; clients of old go last.
  const tenants = useMemo(() => all.toSorted((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name)), [all]);
  const ticked = useMemo(() => tickedIds(tenants, touched), [tenants, touched]);
  const shown = useMemo(() => {
    const asked = words.trim().toLowerCase();
    return tenants.filter(
      (tenant) =>
        (!asked || tenant.name.toLowerCase().includes(asked)) &&
        (filter === "all" || (filter === "new" && tenant.standing === "new") || (filter === "ticked" && ticked.has(tenant.id)) || (filter === "large" && tenant.size.band === "large")),
    );
  }, [tenants, words, filter, ticked]);
  const { after, over } = bundle ? room(tenants, ticked, bundle) : { after: 0, over: 0 };
  const large = tenants.filter((tenant) => tenant.size.band === "large" && ticked.has(tenant.id));

  const tick = useCallback((next: ReadonlySet<string>) => {
    setComplaint(null);
    setTouched(new Map(all.filter(choosable).map((tenant) => [tenant.id, next.has(tenant.id)])));
  }, [all]);
  const untick = (ids: readonly string[]) => {
    const next = new Set(ticked);
    for (const id of ids) next.delete(id);
    tick(next);
  };

  const save = useMutation({
    mutationFn: async (then: "go" | "exit") => {
      const dropped = all.filter((tenant) => tenant.standing === "draft" && !ticked.has(tenant.id)).flatMap((tenant) => tenant.client_id ?? []);
      if (dropped.length > 0) await removeDrafts({ body: { client_ids: dropped } });
      const added = all.filter((tenant) => tenant.standing !== "draft" && ticked.has(tenant.id)).map((tenant) => tenant.id);
      if (added.length > 0) await adoptTenants({ body: { tenant_ids: added } });
      return then;
    },
    onSettled: () => cache.invalidateQueries(),
    onSuccess: (then) => navigate({ to: then === "go" ? "/connect/configure" : "/clients" }),
  });
  const go = (then: "go" | "exit") => {
    if (then === "go" && ticked.size === 0) return setComplaint("Choose at least one organisation.");
    if (over > 0) return setComplaint(`${count(over)} more than your bundle allows. Remove ${count(over)} or change your bundle.`);
    save.mutate(then);
  };

  const counts = { new: all.filter((tenant) => tenant.standing === "new").length, large: all.filter((tenant) => tenant.size.band === "large").length };
  const nothingNew = whole && all.length > 0 && !all.some(choosable);
  return (
    <WizardFrame
      step={0}
      fact={`${plural(all.length, "organisation")} connected. Ticked ones become clients.`}
      facts={{ 0: `${count(ticked.size)} chosen` }}
      strip={
        <Strip>
          <span>
            <b>{count(ticked.size)}</b> ticked
          </span>
          <StripLine />
          {bundle ? (
            <>
              <span className={over > 0 ? "font-medium text-warn-fg" : ""}>
                <b>{count(after)}</b> of {count(bundle.limit)} client bundle after this
              </span>
              <Meter label="Client bundle" value={after} max={bundle.limit} over={over > 0} className="w-28 max-lg:hidden" />
            </>
          ) : null}
          {large.length > 0 ? (
            <>
              <StripLine />
              <span>
                <b>{count(large.length)}</b> large, slower to import
              </span>
            </>
          ) : null}
        </Strip>
      }
      footer={
        <>
          <Button render={<Link to="/connect">Back</Link>}>Back</Button>
          <span role="status" className="text-13 text-bad-fg">
            {complaint}
          </span>
          <span className="flex-1" />
          <Button look="ghost" onClick={() => go("exit")}>
            Save and exit
          </Button>
          <Button look="primary" busy={save.isPending} onClick={() => go("go")}>
            Save and continue
          </Button>
        </>
      }
    >
      {error ? <InlineError error={error} onRetry={() => void refetch()} /> : null}
      {save.error ? <InlineError error={save.error} onAction={(action) => action.operation === "remove" && (untick(lastTicked(tenants, ticked, over || 1)), true)} /> : null}
      {over > 0 ? (
        <Banner
          tone="warn"
          live
          title={`${count(over)} more than your bundle allows.`}
          action={
            <>
              <Button size="sm" onClick={() => untick(lastTicked(tenants, ticked, over))}>
                Untick the last {count(over)}
              </Button>
              {large.length > 0 ? (
                <Button size="sm" onClick={() => untick(large.map((tenant) => tenant.id))}>
                  Untick {count(large.length)} large
                </Button>
              ) : null}
            </>
          }
        >
          Remove {count(over)} or change your bundle in settings.
        </Banner>
      ) : null}
      {nothingNew ? (
        <Banner tone="info" title="Every connected organisation is a client already." action={<Button size="sm" render={<Link to="/connect">Connect more in Xero</Link>}>Connect more in Xero</Button>} />
      ) : null}
      <section aria-label="Organisations" className="flex min-h-80 flex-1 flex-col overflow-hidden rounded-xl border border-line bg-surface">
        <div className="flex min-h-12 flex-wrap items-center gap-2 border-b border-line px-2.5 py-2">
          <SearchInput label="Filter organisations" value={words} onChange={setWords} />
          <span role="status" className="num text-13 text-muted">
            {count(shown.length)} of {count(all.length)}
          </span>
          <span className="flex-1" />
          <Segmented
            label="Show"
            value={filter}
            onChange={setFilter}
            options={[
              { value: "all", label: "All" },
              { value: "new", label: "New", count: counts.new },
              { value: "ticked", label: "Ticked", count: ticked.size },
              { value: "large", label: "Large", count: counts.large },
            ]}
          />
        </div>
        {pending ? (
          <SkeletonRows />
        ) : (
          <DataGrid
            label="Organisations"
            rows={shown}
            columns={COLUMNS}
            selected={ticked}
            onSelect={tick}
            ticksStay
            disabled={whyNot}
            onPrimary={() => go("go")}
            empty={
              all.length === 0 ? (
                <EmptyState title="No organisation is connected" actions={<Button size="sm" render={<Link to="/connect">Continue with Xero</Link>}>Continue with Xero</Button>}>
                  Xero returned none. Start again and tick at least one organisation there.
                </EmptyState>
              ) : (
                <EmptyState
                  title={words ? `Nothing matches “${words}”.` : "Nothing here."}
                  action={{
                    label: "Clear the filter",
                    run: () => {
                      setWords("");
                      setFilter("all");
                    },
                  }}
                />
              )
            }
          />
        )}
      </section>
    </WizardFrame>
  );
}

function rank(tenant: Tenant): number {
  if (tenant.in_latest_consent && choosable(tenant)) return 0;
  return choosable(tenant) ? 1 : tenant.standing === "client" ? 2 : 3;
}

/** Asks for sizes once each; the answers come through the event stream. */
function useProbe(tenants: readonly Tenant[]): void {
  const asked = useRef(new Set<string>());
  useEffect(() => {
    const unknown = tenants.filter((tenant) => tenant.size.state === "unknown" && choosable(tenant) && !asked.current.has(tenant.id)).map((tenant) => tenant.id);
    if (unknown.length === 0) return;
    for (const id of unknown) asked.current.add(id);
    // A size that cannot be asked for is only a size that is not shown.
    probeTenants({ body: { tenant_ids: unknown.slice(0, 2000) } }).catch(() => undefined);
  }, [tenants]);
}
