/** Severities, states of a check, and what there is to gain. Pure. */
import type { CleanUp, ScoreChange } from "@/api/generated";
import { count, day, money } from "@/lib/format";

export const SEVERITY_WORD: Record<CleanUp["severity"], string> = { high: "High", medium: "Medium", low: "Low" };

export { STATE_WORD } from "@/lib/checkStates";

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

/** Which checks to put right first: all of high severity, or else the one that brings most. */
export function firstToFix(rows: readonly CleanUp[]): CleanUp[] {
  const worth = ranked(toClean(rows)).filter(({ points_to_gain }) => Number(points_to_gain ?? 0) > 0);
  const high = worth.filter(({ severity }) => severity === "high");
  return high.length ? high : worth.slice(0, 1);
}

/** "Clear the 2 high severity checks to reach 89": only said when it is worth saying. */
export function aim(value: number | null, reach: number | null | undefined, chosen: readonly CleanUp[]): string | null {
  const first = chosen[0];
  if (value === null || reach === null || reach === undefined || !first || reach <= value) return null;
  if (chosen.length === 1) return `Clear “${first.title}” to reach ${reach}.`;
  return `Clear the ${chosen.length} high severity checks to reach ${reach}.`;
}

const UNITS: Record<string, [string, string]> = { days: ["day", "days"], weeks: ["week", "weeks"], months: ["month", "months"], lines: ["line", "lines"] };

/** A threshold's number with its unit: "92 days", "5%", "$120". */
export function inUnit(value: number, unit: string): string {
  if (unit === "percent") return `${count(value)}%`;
  if (unit === "money") return money(String(value), "NZD", { cents: false });
  const [one, many] = UNITS[unit] ?? [unit, unit];
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** "Down 8 since 1 Oct 2026": how far and since when. */
export function movedSince({ change, from }: ScoreChange): string {
  if (change === 0) return `Same as on ${day(from.at)}`;
  return `${change > 0 ? "Up" : "Down"} ${Math.abs(change)} since ${day(from.at)}`;
}

/** What weighed most, in one sentence. */
export function changeSentence({ change, parts, from, to }: ScoreChange): string {
  if (parts.length === 0) return `${from.value} on both days, and nothing moved.`;
  const main = parts.toSorted((a, b) => Math.abs(Number(b.points)) - Math.abs(Number(a.points)))[0];
  const way = change === 0 ? `Still ${to.value}` : `${change > 0 ? "Up" : "Down"} ${Math.abs(change)}, from ${from.value} to ${to.value}`;
  return `${way}. ${parts.length === 1 ? "One part moved:" : `${parts.length} parts moved, most of all`} “${main?.title ?? ""}”.${parts.some(({ issues }) => issues.length > 0) ? " Open a part to see its issues." : ""}`;
}
