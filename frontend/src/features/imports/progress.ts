/** What a run's numbers mean on screen: its segments, its five lanes, its words. Pure. */
import type { Import, ImportRun, RunCounts } from "@/api/generated";
import { clockTime, count, plural, timeLeft } from "@/lib/format";
import type { Segment } from "@/viz/segments";

export const KIND_WORD: Record<ImportRun["kind"], string> = {
  import: "Import",
  sync: "Refresh",
  night: "Nightly refresh",
  sweep: "Weekly sweep",
};

export type ImportState = Import["state"];
export const LANES = 5;

/** The tabs over the table; each asks the list for these states. */
export const TABS = [
  { key: "all", label: "All", states: [] },
  { key: "attention", label: "Needs action", states: ["needs_action", "failed"] },
  { key: "importing", label: "Importing", states: ["importing", "scoring"] },
  { key: "waiting", label: "Waiting", states: ["waiting"] },
  { key: "queued", label: "Queued", states: ["queued"] },
  { key: "done", label: "Done", states: ["done"] },
  { key: "cancelled", label: "Cancelled", states: ["cancelled"] },
] as const satisfies readonly { key: string; label: string; states: readonly ImportState[] }[];
export type Tab = (typeof TABS)[number]["key"];
export const TAB_KEYS = TABS.map(({ key }) => key);

export function tabCount(tab: Tab, counts: RunCounts): number {
  const found = TABS.find(({ key }) => key === tab);
  if (!found || tab === "all") return counts.total;
  return found.states.reduce((sum, state) => sum + counts[state], 0);
}

export function statesOf(tab: Tab): readonly ImportState[] {
  return TABS.find(({ key }) => key === tab)?.states ?? [];
}

export function segmentsOf(counts: RunCounts): Segment[] {
  return [
    { key: "done", label: "scored", value: counts.done, tone: "ok" },
    { key: "attention", label: counts.needs_action + counts.failed === 1 ? "needs action" : "need action", value: counts.needs_action + counts.failed, tone: "bad" },
    { key: "waiting", label: "waiting for Xero", value: counts.waiting, tone: "warn" },
    { key: "importing", label: "importing", value: counts.importing + counts.scoring, tone: "accent" },
    { key: "cancelled", label: "cancelled", value: counts.cancelled, tone: "none" },
  ];
}

/** Nothing more will happen to these by itself. */
export function settled(counts: RunCounts): number {
  return counts.done + counts.failed + counts.needs_action + counts.cancelled;
}

/** The ones at work: those that read from Xero before those that only wait for their score, the longest first. */
export function lanesOf(imports: readonly Import[]): (Import | null)[] {
  const running = imports
    .filter(({ state }) => state === "importing" || state === "scoring")
    .toSorted((a, b) => Number(a.state === "scoring") - Number(b.state === "scoring") || (a.started_at ?? "").localeCompare(b.started_at ?? "") || a.id.localeCompare(b.id))
    .slice(0, LANES);
  return [...running, ...Array.from({ length: LANES - running.length }, () => null)];
}

/** A lane that empties is filled again without moving its neighbours. */
export function keepLanes(before: readonly (Import | null)[], now: readonly (Import | null)[]): (Import | null)[] {
  const left = now.filter((one): one is Import => one !== null);
  const kept = Array.from({ length: LANES }, (_, i) => {
    const id = before[i]?.id;
    const at = id === undefined ? -1 : left.findIndex((one) => one.id === id);
    return at < 0 ? null : (left.splice(at, 1)[0] ?? null);
  });
  return kept.map((one) => one ?? left.shift() ?? null);
}

export function stageWords(one: Import): string {
  if (one.state === "scoring") return "Scoring";
  const reading = one.stages.find(({ state }) => state === "reading") ?? one.stages.find(({ key, state }) => key === one.stage && state !== "done");
  if (reading) return reading.label;
  if (one.stages.length > 0 && one.stages.every(({ state }) => state === "done")) return "Finishing";
  return one.stages.some(({ state }) => state === "done") ? "Reading" : "Connecting";
}

export function statusWords(one: Pick<Import, "state" | "waiting_until" | "problem">): string {
  switch (one.state) {
    case "queued":
      return "Queued";
    case "importing":
      return "Importing";
    case "scoring":
      return "Scoring";
    case "waiting":
      return one.waiting_until ? `Waiting for Xero until ${clockTime(one.waiting_until)}` : "Waiting for Xero";
    case "done":
      return "Done";
    case "needs_action":
      return "Needs action";
    case "failed":
      return "Failed";
    case "cancelled":
      return "Cancelled";
  }
}

export function runTitle(run: ImportRun): string {
  const clients = plural(run.counts.total, "client");
  const [noun, doing, did] = run.kind === "import" ? ["Import", "Importing", "Imported"] : [KIND_WORD[run.kind], "Refreshing", "Refreshed"];
  if (run.state === "finished") return `${did} ${plural(run.counts.done, "client")}`;
  return run.state === "paused" ? `${noun} of ${clients}, paused` : `${doing} ${clients}`;
}

export function tabTitle(run: ImportRun): string {
  if (run.state === "finished") return runTitle(run);
  return `(${run.counts.done}/${run.counts.total}) ${run.state === "paused" ? "Paused" : run.kind === "import" ? "Importing" : "Refreshing"}`;
}

export interface Told {
  quarter: number;
  attention: boolean;
  state: ImportRun["state"] | null;
}

/** What a screen reader hears, and only when it is news: start, each quarter, the first trouble, a pause, the end. */
export function announce(run: ImportRun, told: Told): { words: string | null; told: Told } {
  const { counts } = run;
  const quarter = counts.total ? Math.floor((settled(counts) / counts.total) * 4) : 0;
  const attention = counts.needs_action + counts.failed > 0;
  const next: Told = { quarter: Math.max(quarter, told.quarter), attention: told.attention || attention, state: run.state };
  if (told.state === null) {
    return { told: next, words: run.state === "open" ? `${runTitle(run)}. ${count(counts.done)} done.` : null };
  }
  if (run.state !== told.state) {
    const words = { finished: `Import finished. ${plural(counts.done, "client")} scored.`, paused: "Import paused.", open: "Import resumed." };
    return { told: next, words: words[run.state] };
  }
  if (attention && !told.attention) {
    const n = counts.needs_action + counts.failed;
    return { told: next, words: `${plural(n, "client")} ${n === 1 ? "needs" : "need"} action.` };
  }
  if (quarter > told.quarter && quarter < 4) {
    const left = timeLeft(run.seconds_left);
    return { told: next, words: `${quarter * 25}% done.${left ? ` ${left}.` : ""}` };
  }
  return { told: next, words: null };
}

/** Early guesses jump about: an estimate is worth showing after five clients or a minute. */
export function estimateShown(run: ImportRun, now = new Date()): string | null {
  if (run.state !== "open") return null;
  const running = now.getTime() - new Date(run.started_at).getTime();
  if (settled(run.counts) < 5 && running < 60_000) return run.counts.total <= 5 ? timeLeft(run.seconds_left) : null;
  return timeLeft(run.seconds_left);
}
