/** Narrows a step's rows to one reason or warning; each with how many have it. Its picker comes after the rows. */
import type { XpmRows } from "@/api/generated";
import { count } from "@/lib/format";
import { Select } from "@/ui/Select";

const ANY = "any";

export function ReasonSelect({ known, value, onChange }: { known: XpmRows["reasons"]; value: string | undefined; onChange: (reason: string | undefined) => void }) {
  // A reason that came with the address stays on offer, though nothing has it now.
  const reasons = value && !known.some(({ code }) => code === value) ? [...known, { code: value, text: value.replaceAll("_", " "), level: null, rows: 0 }] : known;
  if (reasons.length === 0) return null;
  return (
    <Select size="sm" label="Reason" value={value ?? ANY} className="max-w-52" onChange={(next) => onChange(next === ANY ? undefined : next)}
      options={[{ value: ANY, label: "Any reason" }, ...reasons.map(({ code, text, rows }) => ({ value: code, label: `${text.replace(/\.$/, "")} ${count(rows)}` }))]} />
  );
}
