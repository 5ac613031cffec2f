/** The firm's time zone: every date and time on screen is told in it, wherever the reader sits. */
let firmZone = Intl.DateTimeFormat().resolvedOptions().timeZone;

export function rememberZone(zone: string): void {
  try {
    new Intl.DateTimeFormat("en-NZ", { timeZone: zone });
    firmZone = zone;
  } catch {
    // A zone this browser does not know would break every date on the page; its own zone is better.
  }
}

export function currentZone(): string {
  return firmZone;
}
