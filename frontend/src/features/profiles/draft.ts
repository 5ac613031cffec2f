/** A profile while someone edits it: weights as typed, their sum, and what the server would be sent. Pure. */
import type { ChangedProfile, Line, Profile } from "@/api/generated";

export interface Draft {
  name: string;
  cap_critical: boolean;
  /** As typed, by the entry's code. */
  weights: Record<string, string>;
  /** As typed, by the check's code; empty is the default. */
  thresholds: Record<string, string>;
}

export function draftOf(profile: Profile): Draft {
  return {
    name: profile.name,
    cap_critical: profile.cap_critical,
    weights: Object.fromEntries(profile.entries.map(({ code, weight }) => [code, String(weight)])),
    thresholds: Object.fromEntries(Object.entries(profile.thresholds).map(([code, value]) => [code, String(value)])),
  };
}

const WHOLE = /^\d{1,3}$/;

/** A weight as a number; null where what was typed is none. */
export function weightOf(typed: string): number | null {
  const words = typed.trim();
  if (words === "") return 0;
  return WHOLE.test(words) && Number(words) <= 100 ? Number(words) : null;
}

export function sumOf(draft: Draft): number {
  return Object.values(draft.weights).reduce((sum, typed) => sum + (weightOf(typed) ?? 0), 0);
}

/** Entries that count; a weight of nothing takes the check out of the score. */
export function entriesOf(draft: Draft): Line[] {
  return Object.entries(draft.weights).flatMap(([code, typed]) => {
    const weight = weightOf(typed);
    return weight ? [{ code, weight }] : [];
  });
}

/** A score of fewer parts hangs on one of them; one of more says nothing. The server holds to the same. */
const LEAST = 5;
const MOST = 12;

/** What keeps these weights from being a profile; null where nothing does. */
export function fault(draft: Draft): string | null {
  const sum = sumOf(draft);
  if (Object.values(draft.weights).some((typed) => weightOf(typed) === null)) return "A weight is a whole number from 0 to 100.";
  if (sum !== 100) return sumInWords(sum);
  const parts = entriesOf(draft).length;
  return parts < LEAST || parts > MOST ? `A profile has ${LEAST} to ${MOST} checks with a weight; this has ${parts}.` : null;
}

/** "3 too many", "12 missing". */
export function sumInWords(sum: number): string {
  return sum > 100 ? `${sum - 100} too many: the weights must add up to 100.` : `${100 - sum} missing: the weights must add up to 100.`;
}

export function changeOf(draft: Draft, version: number): ChangedProfile {
  const thresholds = Object.entries(draft.thresholds).filter(([, typed]) => /^\d+$/.test(typed.trim()));
  return { name: draft.name.trim(), entries: entriesOf(draft), cap_critical: draft.cap_critical, thresholds: Object.fromEntries(thresholds.map(([code, typed]) => [code, Number(typed)])), version };
}

export function changed(profile: Profile, draft: Draft): boolean {
  const before = draftOf(profile);
  const trimmed = { ...changeOf(draft, 0), entries: entriesOf(draft).toSorted((a, b) => a.code.localeCompare(b.code)) };
  const stood = { ...changeOf(before, 0), entries: entriesOf(before).toSorted((a, b) => a.code.localeCompare(b.code)) };
  return JSON.stringify(trimmed) !== JSON.stringify(stood);
}
