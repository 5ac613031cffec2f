/** What a report's columns may hold, in the order in which one is asked. Pure. */
export const REPORT_FIELDS: readonly (readonly [field: string, label: string])[] = [
  ["name", "Client’s name"], ["code", "Client code"], ["structure", "Business structure"], ["email", "Email"], ["phone", "Telephone"], ["mobile", "Mobile"],
  ["title", "Title"], ["first_name", "First name"], ["last_name", "Last name"], ["other_name", "Other name"],
  ["address", "Street"], ["city", "City"], ["region", "Region"], ["postcode", "Postcode"], ["country", "Country"],
  ["postal_address", "Postal address"], ["postal_city", "Postal city"], ["postal_region", "Postal region"], ["postal_postcode", "Postal postcode"], ["postal_country", "Postal country"],
  ["business_number", "Business number"], ["company_number", "Company number"], ["date_of_birth", "Date of birth"],
  ["account_manager", "Account manager"], ["job_manager", "Job manager"], ["group", "Group"], ["archived", "Archived"],
];

/** Why an import cannot start with these columns; null when it can. */
export function missing(columns: Readonly<Record<string, string>>): string | null {
  if (columns["name"] || (columns["first_name"] && columns["last_name"])) return null;
  return "Say which column has the client’s name, or their first and last names.";
}

/** The columns that are said twice: one column is one field. */
export function twice(columns: Readonly<Record<string, string>>): string[] {
  const seen = new Map<string, number>();
  for (const header of Object.values(columns)) seen.set(header, (seen.get(header) ?? 0) + 1);
  return [...seen].filter(([, n]) => n > 1).map(([header]) => header);
}
