/** The words of an import from Xero Practice Manager: its steps, its states, what a row is about to become. Pure. */
import type { XpmImport, XpmRow } from "@/api/generated";
import { count, plural } from "@/lib/format";

export type Kind = XpmRow["kind"];
export type Action = XpmRow["action"];
export type Warning = XpmRow["warnings"][number];
export type StepKey = XpmImport["step"];
/** The steps with rows to tick. */
export type RowsStepKey = Exclude<StepKey, "confirm">;

export const STEP_WORD: Record<StepKey, string> = { staff: "Staff", clients: "Clients", entities: "Entities", confirm: "Confirm" };
export const STEP_KEYS = Object.keys(STEP_WORD) as StepKey[];
export const KIND_OF: Record<RowsStepKey, Kind> = { staff: "staff", clients: "client", entities: "entity" };
export const STEP_OF: Record<Kind, RowsStepKey> = { staff: "staff", client: "clients", entity: "entities" };
export const NOUN: Record<Kind, [one: string, many: string]> = { staff: ["member of staff", "staff"], client: ["client", "clients"], entity: ["entity", "entities"] };

export function some(kind: Kind, n: number): string {
  return kind === "staff" ? `${count(n)} staff` : plural(n, ...NOUN[kind]);
}

/** What a permission at Xero is for; one that nobody explained here shows as Xero writes it. */
export const ALLOWS: Readonly<Record<string, string>> = {
  "practicemanager.client.read": "Read clients, contacts, relationships and groups",
  "practicemanager.staff.read": "Read staff",
  offline_access: "Stay connected until you disconnect",
  openid: "Know whose login it is",
  profile: "Know whose login it is",
  email: "Know whose login it is",
};

export const SHOWS = ["all", "new", "updates", "check", "warnings", "chosen", "not_chosen", "changed", "ignored", "archived"] as const;
export type Show = (typeof SHOWS)[number];

const SHOW_WORD: Record<Show, string> = {
  all: "All", new: "New", updates: "Updates", check: "Check match", warnings: "Warnings", chosen: "Chosen", not_chosen: "Not chosen", changed: "Changed since", ignored: "Ignored", archived: "Archived",
};
/** Always offered; the others come when there is something in them. */
const STANDING: readonly Show[] = ["all", "new", "updates", "check"];
/** Reached from the figure of what is chosen; among the filters only while they are on. */
const APART: readonly Show[] = ["chosen", "not_chosen"];

export function filtersOf(counts: Readonly<Record<string, number>> | undefined, now: Show): { value: Show; label: string; count?: number }[] {
  return SHOWS.filter((show) => STANDING.includes(show) || show === now || (!APART.includes(show) && (counts?.[show] ?? 0) > 0)).map((show) => ({
    value: show,
    label: SHOW_WORD[show],
    ...(counts?.[show] !== undefined && { count: counts[show] }),
  }));
}

export const NOTHING: Partial<Record<Show, string>> = {
  new: "Nobody is new: everyone here is in your list already.",
  updates: "Nothing here is in your list yet.",
  check: "Every match is sure.",
  chosen: "Nothing is chosen yet.",
  not_chosen: "Everything is chosen.",
  warnings: "Nothing to warn of.",
};

export type Tone = "accent" | "warn" | "bad" | "plain" | "quiet";
export interface Standing {
  tone: Tone;
  words: string;
}

/** Nobody has said yet which of several it is. */
export function undecided(row: Pick<XpmRow, "proposal" | "decided_at">): boolean {
  return row.proposal === "check" && row.decided_at === null;
}

/** What the row becomes in our list, as things stand. */
export function standingOf(row: XpmRow): Standing {
  if (row.action === "ignore") return { tone: "quiet", words: "Ignored always" };
  if (undecided(row)) {
    const n = row.candidates.length;
    return { tone: "warn", words: n > 0 ? `Check match: ${count(n)} similar` : "Check match" };
  }
  if (row.action === "skip") return { tone: "quiet", words: row.archived ? "Archived, skipped" : "Skipped this time" };
  if (row.action === "link") {
    if (row.target && row.reasons.some(({ code }) => code === "staff_gone")) return { tone: "warn", words: `Left XPM, here ${row.target.name}` };
    if (!row.target) return { tone: "warn", words: row.kind === "staff" ? "Choose who it is" : "Choose a client" };
    return { tone: "plain", words: row.proposal === "linked" ? `Updates ${row.target.name}` : row.kind === "staff" ? `Is ${row.target.name}` : `Links to ${row.target.name}` };
  }
  if (row.kind === "staff") return row.fields["email"] ? { tone: "accent", words: "New" } : { tone: "warn", words: "No email: cannot sign in" };
  return { tone: "accent", words: row.kind === "entity" ? "New entity" : "New client" };
}

const LEVELS = ["blocker", "warning", "note"] as const;
export const LEVEL_WORD: Record<Warning["level"], string> = { blocker: "Stops the import", warning: "Worth a look", note: "Good to know" };

export function byLevel(warnings: readonly Warning[]): Warning[] {
  return warnings.toSorted((a, b) => LEVELS.indexOf(a.level) - LEVELS.indexOf(b.level));
}

export function worst(warnings: readonly Warning[]): Warning["level"] | null {
  return byLevel(warnings)[0]?.level ?? null;
}

export type ClientKind = NonNullable<XpmRow["client_kind"]>;

export const CLIENT_KINDS = [
  ["person", "Person"],
  ["company", "Company"],
  ["trust", "Trust"],
  ["partnership", "Partnership"],
  ["super_fund", "Superannuation fund"],
  ["other", "Something else"],
] as const satisfies readonly (readonly [ClientKind, string])[];

const KIND_WORDS: Readonly<Record<string, string>> = Object.fromEntries(CLIENT_KINDS);

export function kindWord(kind: string | null): string {
  return kind === null ? "Not known" : (KIND_WORDS[kind] ?? kind.replaceAll("_", " "));
}

export const STATE_WORD: Record<XpmImport["state"], string> = {
  fetching: "Reading from Xero Practice Manager",
  ready: "Ready to review",
  applying: "Importing",
  applied: "Imported",
  undoing: "Undoing",
  undone: "Undone",
  failed: "Stopped",
  discarded: "Discarded",
};

export const busy = ({ state }: Pick<XpmImport, "state">): boolean => state === "fetching" || state === "applying" || state === "undoing";

const POSITIONS: Record<string, number> = Object.fromEntries(STEP_KEYS.map((key, at) => [key, at]));

/** A step may be opened once the one before it was saved; going back is always free. */
export function reachable(step: StepKey, saved: StepKey): boolean {
  return (POSITIONS[step] ?? 0) <= (POSITIONS[saved] ?? 0);
}

export function nextStep(step: StepKey): StepKey {
  return STEP_KEYS[Math.min((POSITIONS[step] ?? 0) + 1, STEP_KEYS.length - 1)] ?? "confirm";
}

/** The later of two steps: looking back at an early one does not lose how far somebody came. */
export function furthest(a: StepKey, b: StepKey): StepKey {
  return reachable(a, b) ? b : a;
}

export const OUTCOMES = ["created", "updated", "linked", "unchanged", "conflict", "skipped", "ignored", "failed"] as const;
export const OUTCOME_WORD: Record<(typeof OUTCOMES)[number], string> = {
  created: "created", updated: "updated", linked: "linked", unchanged: "unchanged", conflict: "with a conflict", skipped: "skipped", ignored: "ignored", failed: "failed",
};

/** "Created 204, updated 96, 2 failed", of what there is. */
export function outcomeWords(counts: Readonly<Record<string, number>>): string {
  return OUTCOMES.filter((key) => (counts[key] ?? 0) > 0)
    .map((key) => `${count(counts[key])} ${OUTCOME_WORD[key]}`)
    .join(", ");
}

export function percentOf({ done, total }: { done: number; total: number | null }): number | null {
  return total === null || total === 0 ? null : Math.min(100, (done / total) * 100);
}

export const DETAILS_HINT: Record<XpmImport["details"], string> = {
  basic: "Telephone and address stay as they are.",
  all: "Telephone and addresses come too. A blank never erases yours.",
};

export type Details = XpmImport["details"];
