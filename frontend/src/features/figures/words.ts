/** Amounts as people type them, and how far two of them are apart. Cents as whole numbers throughout. Pure. */
import type { Figure } from "@/api/generated";

export const SOURCE_WORD: Record<Figure["source"], string> = { entered: "Entered", uploaded: "From a file", finance: "Read from Xero" };

/** "1,234.5" → "1234.50"; "(12)", "12 DR" and "−12" are below nothing. Null where no amount can be read. */
export function typedAmount(text: string): string | null {
  const bare = text.replace(/[\s$£€]/g, "").replace("\u2212", "-");
  const below = /^\(.*\)$|dr$/i.test(bare);
  const digits = bare.replace(/^\((.*)\)$/, "$1").replace(/(dr|cr)$/i, "").replace(/,(?=\d{3}(\D|$))/g, "");
  const read = /^([+-]?)(\d{1,12})(?:\.(\d{0,2}))?$/.exec(digits);
  if (!read) return null;
  const [, sign = "", whole = "0", cents = ""] = read;
  const minus = (sign === "-") !== below;
  return `${minus ? "-" : ""}${BigInt(whole)}.${cents.padEnd(2, "0")}`;
}

const inCents = (amount: string) => BigInt(amount.replace(".", ""));

/** The books less what is stated; "0.00" where they agree. */
export function apart(books: string, stated: string): string {
  const cents = inCents(books) - inCents(stated);
  const digits = (cents < 0n ? -cents : cents).toString().padStart(3, "0");
  return `${cents < 0n ? "-" : ""}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}
