import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { createFileRoute, Link, useNavigate } from "@tanstack/react-router";
import { Redo2, Undo2 } from "lucide-react";
import { useCallback, useEffect, useMemo, useState } from "react";

import type { Client, ClientChange, Person } from "@/api/generated";
import { configureClients } from "@/api/generated/calls/clients.gen";
import { listMembersOptions } from "@/api/generated/queries/team.gen";
import { useMe } from "@/api/me";
import { BulkBar } from "@/features/connect/BulkBar";
import { configureColumns } from "@/features/connect/columns";
import { Defaults } from "@/features/connect/Defaults";
import { useDrafts } from "@/features/connect/lists";
import { changesOf, rowErrors, withConsequences } from "@/features/connect/saving";
import { visibilityWord, type Visibility } from "@/features/connect/visibility";
import { Strip, StripLine, WizardFrame } from "@/features/connect/WizardFrame";
import { count, listed, plural } from "@/lib/format";
import { Banner } from "@/ui/Banner";
import { Button } from "@/ui/Button";
import { DataGrid } from "@/ui/data-grid/DataGrid";
import type { CellEdit } from "@/ui/data-grid/types";
import { useEdits } from "@/ui/data-grid/useEdits";
import { EmptyState } from "@/ui/EmptyState";
import { IconButton } from "@/ui/IconButton";
import { InlineError } from "@/ui/InlineError";
import { Kbd } from "@/ui/Kbd";
import { SearchInput } from "@/ui/SearchInput";
import { Segmented } from "@/ui/Segmented";
import { SkeletonRows } from "@/ui/Skeleton";

export const Route = createFileRoute("/_app/connect/configure")({ component: Configure });

type Filter = "all" | "no_manager" | "large" | "changed" | "errors";

const NOBODY: ReadonlySet<string> = new Set();

function Configure() {
  const me = useMe();
  const { drafts, tags, pending, whole, error, refetch } = useDrafts();
  const team = useQuery(listMembersOptions());
  const cache = useQueryClient();
  const navigate = useNavigate();
  const edits = useEdits(drafts, `configure:${me.firm?.id ?? ""}`);
  const { rows, apply } = edits;
  const [selected, setSelected] = useState(NOBODY);
  const [words, setWords] = useState("");
  const [filter, setFilter] = useState<Filter>("all");
  const [missed, setMissed] = useState<string[]>([]);
  const [sent, setSent] = useState<ClientChange[]>([]);
  const [told, setTold] = useState<string | null>(null);

  const people = useMemo<Person[]>(() => (team.data?.items ?? []).filter((member) => member.state === "active").map(({ id, name }) => ({ id, name })), [team.data]);
  const columns = useMemo(() => configureColumns(people, tags), [people, tags]);

  const save = useMutation({
    mutationFn: async (to: "confirm" | "exit") => {
      const changes = changesOf(rows, edits.overlay);
      setSent(changes);
      if (changes.length > 0) await configureClients({ body: { changes, ready: false } });
      return to;
    },
    onSuccess: async (to) => {
      await refetch();
      edits.forget();
      void cache.invalidateQueries();
      await navigate({ to: to === "confirm" ? "/connect/confirm" : "/clients" });
    },
  });
  const errors = useMemo(() => rowErrors(save.error, sent), [save.error, sent]);
  const go = () => save.mutate("confirm");

  const edit = useCallback(
    (made: readonly CellEdit[], what: string) => {
      apply(withConsequences(made), what);
      setTold(what);
    },
    [apply],
  );
  useEffect(() => {
    if (!told) return;
    const timer = setTimeout(() => setTold(null), 8000);
    return () => clearTimeout(timer);
  }, [told]);

  // A row that is being edited stays in sight until the filter is chosen again.
  const [kept, setKept] = useState<ReadonlySet<string>>(NOBODY);
  const choose = (next: Filter) => {
    setFilter(next);
    setKept(new Set(rows.filter((row) => passes(row, next, edits.overlay.has(row.id), errors.has(row.id))).map((row) => row.id)));
  };
  const shown = useMemo(() => {
    const asked = words.trim().toLowerCase();
    return rows.filter((row) => (filter === "all" || kept.has(row.id)) && (!asked || row.name.toLowerCase().includes(asked)));
  }, [rows, words, filter, kept]);

  const chosen = useMemo(() => rows.filter((row) => selected.has(row.id)), [rows, selected]);
  const hidden = chosen.length - shown.filter((row) => selected.has(row.id)).length;
  const forAll = (list: readonly Client[], column: string, value: (row: Client) => unknown): CellEdit[] => list.map((row) => ({ row: row.id, column, value: value(row) }));

  const noManager = rows.filter((row) => row.managers.length === 0).length;
  const large = rows.filter((row) => row.size.band === "large").length;
  const changed = edits.overlay.size;
  const undone = () => {
    edits.undo();
    setTold(null);
  };
  const result = told ? (
    <>
      {told}.{" "}
      <button type="button" className="font-medium text-link hover:underline" onClick={undone}>
        Undo
      </button>
    </>
  ) : null;

  return (
    <WizardFrame
      step={1}
      fact="Set visibility and account managers for all, then the exceptions. You can change these later."
      facts={{ 0: `${count(rows.length)} chosen`, 1: `${count(noManager)} without a manager` }}
      strip={
        <Strip>
          <span>
            <b>{count(noManager)}</b> without a manager
          </span>
          {large > 0 ? (
            <>
              <StripLine />
              <span>
                <b>{count(large)}</b> large, slower to import
              </span>
            </>
          ) : null}
          <span className="flex items-center gap-1.5 border-l border-line pl-2.5 max-lg:hidden">
            <Kbd>Enter</Kbd> edit <Kbd>Space</Kbd> select <Kbd>Ctrl D</Kbd> fill down <Kbd>Ctrl V</Kbd> paste a column
          </span>
        </Strip>
      }
      footer={
        <>
          <Button render={<Link to="/connect/tenants">Back</Link>}>Back</Button>
          <span role="status" className="num text-13 text-muted">
            {save.isPending ? "Saving" : changed > 0 ? `${plural(changed, "client")} changed, kept on this computer until you save` : rows.length > 0 ? "Saved" : ""}
          </span>
          <span className="flex-1" />
          <Button look="ghost" onClick={() => save.mutate("exit")}>
            Save and exit
          </Button>
          <Button look="primary" busy={save.isPending} onClick={go}>
            Save and continue
          </Button>
        </>
      }
    >
      {error ? <InlineError error={error} onRetry={() => void refetch()} /> : null}
      {team.error ? <InlineError error={team.error} onRetry={() => void team.refetch()} /> : null}
      {save.error ? (
        errors.size > 0 ? (
          <Banner tone="bad" live title={`${count(errors.size)} of ${plural(sent.length, "row")} need a look.`} action={<Button size="sm" onClick={() => choose("errors")}>Show them</Button>}>
            Nothing is saved yet.
          </Banner>
        ) : (
          <InlineError error={save.error} onRetry={() => void refetch().then(go)} />
        )
      ) : null}
      {missed.length > 0 ? (
        <Banner tone="warn" live title={`${plural(missed.length, "pasted value")} matched nothing:`} onDismiss={() => setMissed([])}>
          {listed([...new Set(missed)], 5)}.
        </Banner>
      ) : null}
      <section aria-label="Clients to configure" className="flex min-h-80 flex-1 flex-col overflow-hidden rounded-xl border border-line bg-surface">
        {chosen.length > 0 ? (
          <BulkBar
            rows={chosen}
            words={`${count(chosen.length)} selected${hidden > 0 ? `, ${count(hidden)} not shown` : ""}`}
            people={people}
            tags={tags}
            onVisibility={(value: Visibility) => edit(forAll(chosen, "visibility", () => value), `${visibilityWord(value)} set for ${plural(chosen.length, "client")}`)}
            onManagers={(list) => edit(forAll(chosen, "managers", () => list), `${list[0]?.name ?? ""} set for ${plural(chosen.length, "client")}`)}
            onTags={(list) => edit(forAll(chosen, "tags", (row) => [...new Set([...row.tags, ...list])].toSorted()), `${listed(list)} added to ${plural(chosen.length, "client")}`)}
            result={result}
            onClear={() => setSelected(NOBODY)}
          />
        ) : (
          <div className="flex min-h-12 flex-wrap items-center gap-2 border-b border-line px-2.5 py-2">
            <SearchInput label="Filter organisations" value={words} onChange={setWords} />
            <span role="status" className="num text-13 text-muted">
              {count(shown.length)} of {count(rows.length)}
            </span>
            <IconButton size="sm" label="Undo (Ctrl Z)" icon={<Undo2 size={16} aria-hidden />} disabled={!edits.canUndo} onClick={undone} />
            <IconButton size="sm" label="Redo (Ctrl Shift Z)" icon={<Redo2 size={16} aria-hidden />} disabled={!edits.canRedo} onClick={edits.redo} />
            <span className="text-13 text-muted">{result}</span>
            <span className="flex-1" />
            <Segmented
              label="Show"
              value={filter}
              onChange={choose}
              options={[
                { value: "all", label: "All" },
                { value: "no_manager", label: "No manager", count: noManager },
                { value: "large", label: "Large", count: large },
                { value: "changed", label: "Changed", count: changed },
                ...(errors.size > 0 ? [{ value: "errors" as const, label: "Need a look", count: errors.size }] : []),
              ]}
            />
          </div>
        )}
        <Defaults
          people={people}
          onApply={({ visibility, managers }, to) => {
            const made: CellEdit[] = [];
            if (visibility) made.push(...forAll(to === "all" ? rows : rows.filter((row) => !edits.isChanged(row.id, "visibility")), "visibility", () => visibility));
            if (managers) made.push(...forAll(to === "all" ? rows : rows.filter((row) => row.managers.length === 0), "managers", () => managers));
            edit(made, `Set for ${plural(new Set(made.map((item) => item.row)).size, "client")}`);
          }}
        />
        {pending || !whole ? (
          <SkeletonRows />
        ) : (
          <DataGrid
            label="Clients to configure"
            rows={shown}
            columns={columns}
            selected={selected}
            onSelect={setSelected}
            onEdit={edit}
            onUndo={undone}
            onRedo={edits.redo}
            isChanged={edits.isChanged}
            errors={errors}
            onMissed={setMissed}
            onPrimary={go}
            empty={
              rows.length === 0 ? (
                <EmptyState title="No organisation is chosen" actions={<Button size="sm" render={<Link to="/connect/tenants">Choose organisations</Link>}>Choose organisations</Button>}>
                  Choose what becomes a client first.
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

function passes(row: Client, filter: Filter, changed: boolean, wrong: boolean): boolean {
  if (filter === "no_manager") return row.managers.length === 0;
  if (filter === "large") return row.size.band === "large";
  if (filter === "changed") return changed;
  return filter !== "errors" || wrong;
}
