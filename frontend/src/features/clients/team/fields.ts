/** The fields by which a client is known and reached, in the groups in which one edits them. Pure. */
import type { Team } from "@/api/generated";

export type Detail = Team["details"][number];
export type Group = Detail["group"];

export const GROUPS: readonly { key: Group; label: string; fields: readonly string[] }[] = [
  { key: "name", label: "Name", fields: ["name", "title", "first_name", "last_name", "other_name"] },
  { key: "email", label: "Email", fields: ["email"] },
  { key: "phone", label: "Telephone", fields: ["phone", "mobile"] },
  {
    key: "address",
    label: "Address",
    fields: ["address", "city", "region", "postcode", "country", "postal_address", "postal_city", "postal_region", "postal_postcode", "postal_country"],
  },
];

const LABELS: Readonly<Record<string, string>> = {
  name: "Name", title: "Title", first_name: "First name", last_name: "Last name", other_name: "Other name", email: "Email", phone: "Telephone", mobile: "Mobile",
  address: "Street", city: "City", region: "Region", postcode: "Postcode", country: "Country",
  postal_address: "Postal address", postal_city: "Postal city", postal_region: "Postal region", postal_postcode: "Postal postcode", postal_country: "Postal country",
};

export const labelOf = (field: string): string => LABELS[field] ?? field.replaceAll("_", " ");

/** What a person typed, without what stayed as it was. */
export function amended(before: Readonly<Record<string, string>>, typed: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(typed).filter(([field, value]) => value.trim() !== (before[field] ?? "").trim()).map(([field, value]) => [field, value.trim()]));
}

export interface Clash {
  field: string;
  label: string;
  mine: string;
  theirs: string;
}

/** Where somebody else's save in between says something else than what was typed. */
export function clashes(seen: Readonly<Record<string, string>>, now: Readonly<Record<string, string>>, typed: Readonly<Record<string, string>>): Clash[] {
  return Object.entries(amended(seen, typed))
    .filter(([field, mine]) => (now[field] ?? "") !== (seen[field] ?? "") && (now[field] ?? "") !== mine)
    .map(([field, mine]) => ({ field, label: labelOf(field), mine, theirs: now[field] ?? "" }));
}

export function valuesOf(details: readonly Detail[]): Record<string, string> {
  return Object.fromEntries(details.map(({ field, value }) => [field, value]));
}

export const SOURCE_WORD: Record<Detail["source"], string> = { xpm: "XPM", xero: "Xero", here: "Entered here" };
