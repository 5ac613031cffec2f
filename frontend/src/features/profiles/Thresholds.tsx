/** Where each check draws its line, and where the practice's own decisions suggest it should. */
import { useQuery } from "@tanstack/react-query";

import type { CheckInfo, Suggestion } from "@/api/generated";
import { readSuggestionOptions } from "@/api/generated/queries/checks.gen";
import { count, money } from "@/lib/format";
import { Button } from "@/ui/Button";
import { TextInput } from "@/ui/TextInput";

export const UNIT_WORD: Record<string, string> = { days: "days", weeks: "weeks", months: "months", percent: "%", money: "", lines: "lines" };

const said = (value: number, unit: string) => (unit === "money" ? money(String(value), "NZD", { cents: false }) : `${count(value)}${unit === "percent" ? "" : " "}${UNIT_WORD[unit] ?? unit}`);

/** "You set aside 34 of 40. Make it $120 and 34 would not be found." */
export function suggestionWords({ suggested, unit, because, would_hide }: Suggestion & { suggested: number }): string {
  return `${because} Make it ${said(suggested, unit)}: ${would_hide} would no longer be found.`;
}

function Row({ check, profile_id, typed, set, mayChange, suggest }: { check: CheckInfo; profile_id: string; typed: string; set: (value: string) => void; mayChange: boolean; suggest: boolean }) {
  const { threshold } = check;
  const { data } = useQuery({ ...readSuggestionOptions({ path: { code: check.code }, query: { profile_id } }), enabled: suggest, staleTime: Infinity, retry: false });
  if (!threshold) return null;
  const value = typed.trim();
  const wrong = value !== "" && (!/^\d+$/.test(value) || Number(value) < threshold.least || Number(value) > threshold.most);
  const wise = data && data.suggested !== null && String(data.suggested) !== value ? { ...data, suggested: data.suggested } : null;
  const id = `threshold-${check.code}`;
  return (
    <li className="grid items-start gap-x-4 gap-y-1 sm:grid-cols-[minmax(0,1fr)_9rem] border-t border-line-subtle px-4 py-2 text-13">
      <div>
        <label htmlFor={id} className="font-medium">{check.title}</label>
        <p id={`${id}-says`} className="text-12 text-muted">{threshold.says} From {count(threshold.least)} to {said(threshold.most, threshold.unit)}; {said(threshold.default, threshold.unit)} when left empty.</p>
        {wrong && <p role="alert" className="text-12 font-medium text-bad-fg">A whole number from {count(threshold.least)} to {count(threshold.most)}.</p>}
        {wise && (
          <p className="mt-1 flex flex-wrap items-center gap-2 rounded-lg bg-accent-soft px-2.5 py-1.5 text-12 text-accent-soft-fg">
            <span className="min-w-0 flex-1">{suggestionWords(wise)}</span>
            {mayChange && <Button size="sm" onClick={() => set(String(wise.suggested))}>Use {said(wise.suggested, wise.unit)}<span className="sr-only"> for {check.title}</span></Button>}
          </p>
        )}
      </div>
      <span className="inline-flex items-center gap-2">
        <TextInput id={id} size="sm" inputMode="numeric" className="num max-w-20 text-right" disabled={!mayChange} value={typed} placeholder={String(threshold.default)} aria-describedby={`${id}-says`} aria-invalid={wrong || undefined} onValueChange={set} />
        <span className="text-muted">{UNIT_WORD[threshold.unit] ?? threshold.unit}</span>
      </span>
    </li>
  );
}

export interface ThresholdsProps {
  checks: readonly CheckInfo[];
  profile_id: string;
  typed: Readonly<Record<string, string>>;
  set: (code: string, value: string) => void;
  mayChange: boolean;
  suggest: boolean;
}

export function Thresholds({ checks, profile_id, typed, set, mayChange, suggest }: ThresholdsProps) {
  const with_one = checks.filter(({ threshold }) => threshold);
  if (with_one.length === 0) return null;
  return (
    <section aria-labelledby="thresholds" className="overflow-hidden rounded-xl border border-line bg-surface">
      <h2 id="thresholds" className="px-4 py-3 text-13 font-semibold">Thresholds</h2>
      <ul className="m-0 list-none p-0">
        {with_one.map((check) => (
          <Row key={check.code} check={check} profile_id={profile_id} typed={typed[check.code] ?? ""} set={(value) => set(check.code, value)} mayChange={mayChange} suggest={suggest} />
        ))}
      </ul>
    </section>
  );
}
