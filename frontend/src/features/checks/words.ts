/** Severities, states of a check, and what there is to gain. Pure. */
import type { CleanUp, ScoreEntry } from "@/api/generated";

export const SEVERITY_WORD: Record<CleanUp["severity"], string> = { high: "High", medium: "Medium", low: "Low" };

export const STATE_WORD: Record<Exclude<ScoreEntry["state"], "evaluated">, string> = {
  not_applicable: "Does not apply",
  no_permission: "No permission",
  not_synced: "Not read yet",
  error: "Could not be computed",
};

/** Groups in the order they first come, which is the order the server ranks them in. */
export function grouped<T extends { group: string }>(rows: readonly T[]): [string, T[]][] {
  const groups = new Map<string, T[]>();
  for (const row of rows) groups.set(row.group, [...(groups.get(row.group) ?? []), row]);
  return [...groups];
}

const RANK: Record<CleanUp["severity"], number> = { high: 0, medium: 1, low: 2 };

/** The most to gain first; severity decides between equals. */
export function ranked(rows: readonly CleanUp[]): CleanUp[] {
  return rows.toSorted((a, b) => Number(b.points_to_gain ?? 0) - Number(a.points_to_gain ?? 0) || RANK[a.severity] - RANK[b.severity] || b.open - a.open);
}

export function toClean(rows: readonly CleanUp[]): CleanUp[] {
  return rows.filter(({ open, state }) => state === "evaluated" && open > 0);
}

export function gain(rows: readonly CleanUp[]): number {
  return rows.reduce((sum, { points_to_gain }) => sum + Number(points_to_gain ?? 0), 0);
}

/** "Fix the two high checks to reach 89": only said when it is true and worth saying. */
export function aim(value: number | null, rows: readonly CleanUp[]): string | null {
  const high = toClean(rows).filter(({ severity, points_to_gain }) => severity === "high" && Number(points_to_gain ?? 0) > 0);
  const chosen = high.length ? high : ranked(toClean(rows)).slice(0, 1);
  const reach = Math.min(100, Math.round((value ?? 0) + gain(chosen)));
  const first = chosen[0];
  if (value === null || !first || reach <= value) return null;
  if (chosen.length === 1) return `Clear “${first.title}” to reach ${reach}.`;
  return `Clear the ${chosen.length} high severity checks to reach ${reach}.`;
}
