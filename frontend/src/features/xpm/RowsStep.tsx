/** One step of the wizard with rows to tick: staff, clients or entities. */
import { Link, useNavigate } from "@tanstack/react-router";
import { Ban, Check, ChevronDown, Plus, SkipForward, SlidersHorizontal, X } from "lucide-react";
import { lazy, Suspense, useCallback, useMemo, useState } from "react";

import type { XpmImport, XpmRow } from "@/api/generated";
import { ago, count, plural } from "@/lib/format";
import { useDebounced } from "@/lib/useDebounced";
import { useNow } from "@/lib/useNow";
import { Banner } from "@/ui/Banner";
import { Button } from "@/ui/Button";
import { Checkbox } from "@/ui/Checkbox";
import { EmptyState } from "@/ui/EmptyState";
import { InlineError } from "@/ui/InlineError";
import { Menu, MenuCheckItem, MenuItem, MenuLabel, MenuSeparator } from "@/ui/Menu";
import { SearchInput } from "@/ui/SearchInput";
import { Segmented } from "@/ui/Segmented";
import { SkeletonRows } from "@/ui/Skeleton";

import { columnsOf, IMPORT_ROLES } from "./columns";
import { RowDetail } from "./RowDetail";
import { RowsGrid } from "./RowsGrid";
import { useSaveImport, useStructures } from "./useImport";
import { useRows, type Decision } from "./useRows";
import { DETAILS_HINT, filtersOf, furthest, KIND_OF, nextStep, NOTHING, NOUN, some, STEP_WORD, type Details, type RowsStepKey, type Show } from "./words";
import { stepTo, XpmFrame, type WizardStep } from "./XpmFrame";

// Comes with the first match that is looked at.
const MatchPopover = lazy(() => import("./MatchPopover").then((file) => ({ default: file.MatchPopover })));

const ReasonSelect = lazy(() => import("./ReasonSelect").then((file) => ({ default: file.ReasonSelect })));

export interface RowsSearch {
  show?: Show;
  reason?: string;
  q?: string;
  /** Entities stand by whose they are unless somebody wants them by name. */
  by?: "name";
}

export function RowsStep({ one, step, search, change }: { one: XpmImport; step: RowsStepKey; search: RowsSearch; change: (next: Partial<RowsSearch>) => void }) {
  const kind = KIND_OF[step];
  const navigate = useNavigate();
  const now = useNow();
  const show = search.show ?? "all";
  const [typed, setTyped] = useState(search.q ?? "");
  const asked = useDebounced(typed.trim(), 200);
  const rows = useRows(one.id, { kind, show, reason: search.reason, q: asked || undefined, by: step === "entities" && search.by !== "name" ? "family" : undefined });
  const { unmapped } = useStructures(one.id);
  const save = useSaveImport(one.id);
  const [deciding, setDeciding] = useState<string | null>(null);
  const [complaint, setComplaint] = useState<string | null>(null);
  const [told, setTold] = useState<string | null>(null);
  const editable = one.state === "ready";

  const { decide, decideMany } = rows;
  const onDecide = useCallback((row: XpmRow, next: Decision) => void decide(row, next), [decide]);
  const closed = useCallback(() => {
    setDeciding(null);
    // The popover's button goes with it: reading continues in the grid.
    requestAnimationFrame(() => document.querySelector<HTMLElement>("[role=treegrid]")?.focus({ preventScroll: true }));
  }, []);
  const columns = useMemo(
    () =>
      columnsOf(kind, one.details, {
        deciding: editable ? deciding : null,
        onDecide: (id) => editable && setDeciding(id),
        match: (row, trigger) => (
          <Suspense fallback={trigger}>
            <MatchPopover row={row} trigger={trigger} onDecide={onDecide} onClose={closed} />
          </Suspense>
        ),
        onRole: (row, role) => onDecide(row, { role }),
      }),
    [kind, one.details, deciding, editable, onDecide, closed],
  );
  const whyNot = useCallback((row: XpmRow) => (editable ? (row.action === "ignore" ? "Ignored always: decide otherwise to choose it" : undefined) : "No longer under review"), [editable]);

  const filters = filtersOf(rows.counts, show);
  const chosen = one.chosen[step];
  const shownChosen = rows.rows.filter((row) => row.chosen).length;
  const whole = rows.rows.length >= rows.total;
  const allOn = rows.total > 0 && (whole ? shownChosen === rows.rows.length : show === "all" && !asked && !search.reason ? chosen >= rows.total : shownChosen === rows.rows.length);

  const go = async (to: "next" | "exit") => {
    if (to === "next" && step === "entities" && one.chosen.staff + one.chosen.clients + one.chosen.entities === 0) return setComplaint("Choose at least one in any of the steps.");
    await rows.flushed();
    const next = nextStep(step);
    const target: WizardStep = step === "staff" && unmapped.length > 0 ? "structures" : next;
    save.mutate(
      { step: furthest(one.step, to === "next" ? next : step) },
      { onSuccess: () => void (to === "next" ? navigate({ to: stepTo(target), params: { importId: one.id } }) : navigate({ to: "/configure/integrations/xpm" })) },
    );
  };
  const many = (what: Parameters<typeof decideMany>[0], words: string) => void decideMany(what).then((changed) => setTold(changed > 0 ? `${words} for ${some(kind, changed)}` : null));
  const clearFilter = () => {
    setTyped("");
    change({ q: undefined, show: undefined, reason: undefined });
  };
  const back = step === "staff" ? null : stepTo(step === "clients" ? (unmapped.length > 0 ? "structures" : "staff") : "clients");
  const nobody = !rows.pending && rows.total === 0 && show === "all" && !asked && !search.reason;

  return (
    <XpmFrame
      one={one}
      step={step}
      unmapped={unmapped.length}
      footer={
        <>
          {back ? <Button render={<Link to={back} params={{ importId: one.id }}>Back</Link>}>Back</Button> : <Button render={<Link to="/configure/integrations/xpm">Back</Link>}>Back</Button>}
          <span role="status" className={complaint ? "text-13 text-bad-fg" : "num text-13 text-muted max-sm:hidden"}>
            {complaint ?? (rows.saving || save.isPending ? "Saving" : rows.problem ? "Not saved" : rows.savedAt ? `Saved ${ago(rows.savedAt, Math.max(Number(now), Date.parse(rows.savedAt)))}` : "Saved")}
          </span>
          <span className="flex-1" />
          <Button look="ghost" onClick={() => void go("exit")}>
            Save and exit
          </Button>
          <Button look="primary" busy={save.isPending} onClick={() => void go("next")}>
            Save and continue
          </Button>
        </>
      }
    >
      {step === "staff" ? (
        <Checkbox checked={one.invite} disabled={!editable} onChange={(event) => save.mutate({ invite: event.target.checked })}>
          Send an invitation to the staff chosen here who are new
        </Checkbox>
      ) : (
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1 text-13">
          <span className="font-medium">Details to bring across</span>
          <Segmented<Details> look="box" label="Details to bring across" value={one.details} onChange={(details) => editable && save.mutate({ details })} options={[{ value: "basic", label: "Name and email" }, { value: "all", label: "All contact details" }]} />
          <span className="text-muted max-md:hidden">{DETAILS_HINT[one.details]}</span>
          <span className="flex-1" />
          {step === "entities" ? (
            <Segmented look="box" label="Order" value={search.by ?? "family"} onChange={(by) => change({ by: by === "name" ? by : undefined })} options={[{ value: "family", label: "By owner" }, { value: "name", label: "By name" }]} />
          ) : null}
          <Menu trigger={<Button size="sm" look="ghost" disabled={!editable} icon={<SlidersHorizontal size={14} aria-hidden />}>Options</Button>}>
            <MenuCheckItem checked={one.archived_too} onChange={(archived_too) => save.mutate({ archived_too })}>Offer archived ones</MenuCheckItem>
            <MenuCheckItem checked={one.numbers_too} onChange={(numbers_too) => save.mutate({ numbers_too })}>Keep business numbers and dates of birth, sealed</MenuCheckItem>
          </Menu>
        </div>
      )}
      {step !== "staff" && unmapped.length > 0 ? (
        <Banner tone="warn" title={`${plural(unmapped.length, "business structure")} ${unmapped.length === 1 ? "is" : "are"} not known here.`} action={<Button size="sm" render={<Link to={stepTo("structures")} params={{ importId: one.id }}>Explain structures</Link>}>Explain structures</Button>}>
          Say once what each means; the rows with it can be imported then.
        </Banner>
      ) : null}
      {rows.error ? <InlineError error={rows.error} onRetry={() => void rows.refetch()} /> : null}
      {rows.problem ? <InlineError error={rows.problem} onRetry={() => void rows.refetch()} /> : null}
      {save.error ? <InlineError error={save.error} onRetry={() => save.variables && save.mutate(save.variables)} /> : null}
      <section aria-label={STEP_WORD[step]} className="flex min-h-80 flex-1 flex-col overflow-hidden rounded-xl border border-line bg-surface">
        <div className="flex min-h-12 flex-wrap items-center gap-2 border-b border-line px-2.5 py-2">
          <SearchInput label={`Filter ${NOUN[kind][1]}`} value={typed} onChange={(value) => { setTyped(value); change({ q: value.trim() || undefined }); }} className="w-44! max-sm:w-full!" />
          <div className="min-w-0 overflow-x-auto">
            <Segmented label="Show" value={show} onChange={(next) => change({ show: next === "all" ? undefined : next })} options={filters} />
          </div>
          <div className="ml-auto flex flex-wrap items-center justify-end gap-2">
          {told ? <span role="status" className="text-13 text-muted max-md:hidden">{told}</span> : null}
          <Suspense fallback={null}>
            <ReasonSelect known={rows.first?.reasons ?? []} value={search.reason} onChange={(reason) => change({ reason })} />
          </Suspense>
          {editable && rows.total > 0 ? (
            <Menu trigger={<Button size="sm">For {rows.total === 1 ? "this one" : `these ${count(rows.total)}`} <ChevronDown size={14} aria-hidden /></Button>}>
              <MenuLabel>{show === "all" && !asked && !search.reason ? "All of them" : "All that the filter finds"}</MenuLabel>
              <MenuItem icon={<Check size={14} aria-hidden />} onSelect={() => many({ chosen: true }, "Chosen")}>Choose</MenuItem>
              <MenuItem icon={<X size={14} aria-hidden />} onSelect={() => many({ chosen: false }, "No longer chosen")}>Do not choose</MenuItem>
              <MenuSeparator />
              <MenuItem icon={<Plus size={14} aria-hidden />} onSelect={() => many({ action: "create" }, "To be made new")}>Make new</MenuItem>
              <MenuItem icon={<SkipForward size={14} aria-hidden />} onSelect={() => many({ action: "skip" }, "Skipped this time")}>Skip this time</MenuItem>
              <MenuItem icon={<Ban size={14} aria-hidden />} onSelect={() => many({ action: "ignore" }, "Ignored always")}>Ignore always</MenuItem>
              {kind === "staff" ? (
                <>
                  <MenuSeparator />
                  <MenuLabel>Role</MenuLabel>
                  {IMPORT_ROLES.map(([role, label]) => (
                    <MenuItem key={role} onSelect={() => many({ role }, `${label} set`)}>{label}</MenuItem>
                  ))}
                </>
              ) : null}
            </Menu>
          ) : null}
          <button type="button" aria-pressed={show === "chosen"} title={show === "chosen" ? "Show all" : "Show the chosen ones only"} onClick={() => change({ show: show === "chosen" ? undefined : "chosen" })} className="h-7.5 rounded-md px-2 text-13 font-semibold hover:bg-hover aria-pressed:bg-accent-soft aria-pressed:text-accent-soft-fg coarse:min-h-11">
            <span role="status" className="num">{count(chosen)} chosen</span>
          </button>
          </div>
        </div>
        {rows.pending ? (
          <SkeletonRows label={`Reading ${NOUN[kind][1]}`} />
        ) : rows.total > 0 ? (
          <RowsGrid
            key={kind}
            label={`${STEP_WORD[step]} in Xero Practice Manager`}
            rows={rows.rows}
            total={rows.total}
            families={rows.families}
            columns={columns}
            all={{ on: allOn, mixed: shownChosen > 0 && !allOn }}
            onTick={(row, on) => onDecide(row, { chosen: on })}
            onTickMany={(list, on) => void decideMany({ chosen: on }, list.map(({ id }) => id))}
            onTickAll={(on) => editable && many({ chosen: on }, on ? "Chosen" : "No longer chosen")}
            disabled={whyNot}
            errors={rows.errors}
            detail={(row) => <RowDetail row={row} />}
            onOpen={(row) => editable && setDeciding(row.id)}
            onPrimary={() => void go("next")}
            onReach={rows.more}
            waiting={rows.showing}
          />
        ) : nobody ? (
          <EmptyState title={`No ${NOUN[kind][1]} in Xero Practice Manager`}>{step === "entities" ? "Everyone there is a person. Continue to the confirmation." : "There is nothing to choose in this step. Continue to the next."}</EmptyState>
        ) : rows.error ? null : (
          <EmptyState title={asked ? `Nothing matches “${asked}”.` : (NOTHING[show] ?? "Nothing here.")} action={{ label: "Clear the filter", run: clearFilter }} />
        )}
        {!rows.pending && rows.total > 0 ? (
          <p className="num m-0 flex flex-wrap gap-x-4 border-t border-line-subtle px-3 py-1.5 text-12 text-subtle max-sm:hidden">
            <span>{some(kind, rows.total)} {show === "all" && !asked && !search.reason ? "in all" : "found"}</span>
            <span>Space ticks, arrows move, → opens a row, Enter decides its match, / searches, Ctrl A takes all</span>
          </p>
        ) : null}
      </section>
    </XpmFrame>
  );
}
