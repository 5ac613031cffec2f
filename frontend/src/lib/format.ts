/** How figures, money, dates and durations are written on screen: one locale, and the firm's time zone wherever the reader sits. */
const LOCALE = "en-NZ";
const MINUS = "\u2212";
const DASH = "–";

let firmZone = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** A zone this browser does not know would break every date on the page; its own zone is better. */
export function setZone(zone: string | undefined): void {
  if (!zone) return;
  try {
    new Intl.DateTimeFormat(LOCALE, { timeZone: zone });
    firmZone = zone;
  } catch {
    return;
  }
}

export function currentZone(): string {
  return firmZone;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function dateFormat(options: Intl.DateTimeFormatOptions, zone: string): Intl.DateTimeFormat {
  const key = zone + JSON.stringify(options);
  let found = formats.get(key);
  if (!found) {
    found = new Intl.DateTimeFormat(LOCALE, { ...options, timeZone: zone });
    formats.set(key, found);
  }
  return found;
}

const whole = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 0 });

export function count(n: number | null | undefined): string {
  return n === null || n === undefined ? DASH : whole.format(n).replace("-", MINUS);
}

/** 940 → "940", 28 100 → "28k", 1 250 000 → "1.3m": sizes, where the last digit says nothing. */
export function roughly(n: number): string {
  if (n < 1000) return count(n);
  if (n < 10_000) return `${(n / 1000).toFixed(1).replace(/\.0$/, "")}k`;
  if (n < 1_000_000) return `${Math.round(n / 1000)}k`;
  return `${(n / 1_000_000).toFixed(1).replace(/\.0$/, "")}m`;
}

export function percent(n: number): string {
  return `${Math.round(n)}%`;
}

export function plural(n: number, one: string, many = `${one}s`): string {
  return `${count(n)} ${n === 1 ? one : many}`;
}

/** `amount` stays a decimal string all the way: Intl formats it exactly, a float would not. */
export function money(amount: string | null | undefined, currency: string | null | undefined, options: { cents?: boolean } = {}): string {
  if (amount === null || amount === undefined) return DASH;
  const digits = options.cents === false ? { minimumFractionDigits: 0, maximumFractionDigits: 0 } : {};
  const style: Intl.NumberFormatOptions = currency
    ? { style: "currency", currency, currencyDisplay: "narrowSymbol", ...digits }
    : { minimumFractionDigits: 2, maximumFractionDigits: 2, ...digits };
  return new Intl.NumberFormat(LOCALE, style).format(amount as Intl.StringNumericLiteral).replace("-", MINUS);
}

/** "9.0" → "9", "4.25" → "4.3": points are told to one decimal, whole when they are whole. */
export function points(value: string | null | undefined): string {
  if (value === null || value === undefined) return DASH;
  return new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 1 }).format(value as Intl.StringNumericLiteral).replace("-", MINUS);
}

const DATE_ONLY = /^\d{4}-\d{2}-\d{2}$/;

/** A calendar date has no zone: it must not slip a day for readers west of London. */
export function day(iso: string | null | undefined, zone = currentZone()): string {
  if (!iso) return DASH;
  const options = { day: "numeric", month: "short", year: "numeric" } as const;
  return dateFormat(options, DATE_ONLY.test(iso) ? "UTC" : zone).format(new Date(iso));
}

export function clockTime(iso: string, zone = currentZone()): string {
  return dateFormat({ hour: "numeric", minute: "2-digit", hour12: true }, zone).format(new Date(iso)).replace("\u202f", " ");
}

export function dayAndTime(iso: string, zone = currentZone()): string {
  return `${day(iso, zone)}, ${clockTime(iso, zone)}`;
}

/** "2:02 pm" today, "14 Nov 2026, 2:02 pm" otherwise. */
export function moment(iso: string, now = new Date(), zone = currentZone()): string {
  return day(iso, zone) === day(now.toISOString(), zone) ? clockTime(iso, zone) : dayAndTime(iso, zone);
}

export function ago(iso: string | null | undefined, now: Date | number = Date.now(), zone = currentZone()): string {
  if (!iso) return DASH;
  const seconds = Math.floor((Number(now) - new Date(iso).getTime()) / 1000);
  if (seconds < 45) return "just now";
  const minutes = Math.max(1, Math.floor(seconds / 60));
  if (minutes < 60) return `${plural(minutes, "minute")} ago`;
  const hours = Math.floor(seconds / 3600);
  if (hours < 24) return `${plural(hours, "hour")} ago`;
  return day(iso, zone);
}

function hoursAndMinutes(minutes: number): string {
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  if (hours === 0) return plural(rest, "minute");
  return rest === 0 ? plural(hours, "hour") : `${plural(hours, "hour")} ${plural(rest, "minute")}`;
}

/** An estimate as words that do not twitch: to the minute under an hour, to five minutes above. */
export function about(seconds: number): string {
  if (seconds < 60) return "Less than a minute";
  const minutes = Math.ceil(seconds / 60);
  return `About ${hoursAndMinutes(minutes < 60 ? minutes : Math.ceil(minutes / 5) * 5)}`;
}

export function timeLeft(seconds: number): string;
export function timeLeft(seconds: number | null | undefined): string | null;
export function timeLeft(seconds: number | null | undefined): string | null {
  if (seconds === null || seconds === undefined) return null;
  return `${about(seconds)} left`;
}

/** How long something took or has been going: "8 s", "1 min 12 s", "1 h 5 min". */
export function took(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined) return DASH;
  const total = Math.max(0, Math.round(seconds));
  if (total < 60) return `${total} s`;
  if (total < 3600) return total % 60 ? `${Math.floor(total / 60)} min ${total % 60} s` : `${total / 60} min`;
  const minutes = Math.floor((total % 3600) / 60);
  return minutes ? `${Math.floor(total / 3600)} h ${minutes} min` : `${Math.floor(total / 3600)} h`;
}

export function secondsSince(iso: string | null | undefined, now = new Date()): number | null {
  return iso ? Math.max(0, Math.floor((now.getTime() - new Date(iso).getTime()) / 1000)) : null;
}

export function listed(words: string[], max = 3): string {
  if (words.length <= 1) return words[0] ?? "";
  if (words.length > max) return `${words.slice(0, max - 1).join(", ")} and ${words.length - max + 1} more`;
  return `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}
