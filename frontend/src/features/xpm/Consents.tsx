/** Whose Xero login lets a practice be read, since when, and what exactly was granted. */
import { KeyRound } from "lucide-react";

import type { XpmConsent } from "@/api/generated";
import { day, dayAndTime } from "@/lib/format";
import { Pill } from "@/ui/Pill";

import { ALLOWS } from "./words";

export function Consents({ consents }: { consents: readonly XpmConsent[] }) {
  return (
    <ul aria-label="Who connected it" className="m-0 flex list-none flex-col gap-3 border-t border-line-subtle p-0 pt-3 text-13">
      {consents.map((consent) => (
        <li key={`${consent.name} ${consent.consented_at}`} className="flex items-start gap-2">
          <KeyRound size={15} aria-hidden className="mt-0.5 shrink-0 text-subtle" />
          <div className="flex min-w-0 flex-1 flex-col gap-1">
            <p className="num m-0 wrap-anywhere">
              Connected by <strong className="font-medium">{consent.connected_by}</strong> on <time dateTime={consent.consented_at} title={dayAndTime(consent.consented_at)}>{day(consent.consented_at)}</time>, with the Xero login of{" "}
              <strong className="font-medium">{consent.name}</strong> {consent.email && <span className="text-muted">{consent.email}</span>}
            </p>
            <Scopes title="Granted" scopes={consent.scopes} />
            <Scopes title="Not granted" scopes={consent.missing_scopes} />
            {consent.status === "active" ? null : <p className="m-0"><Pill tone="bad">Sign-in expired</Pill></p>}
          </div>
        </li>
      ))}
    </ul>
  );
}

const inWords = (scope: string) => ALLOWS[scope] ?? scope;

/** In a person's words, with the name that Xero has for it; who somebody is comes as three. */
function Scopes({ title, scopes }: { title: string; scopes: readonly string[] }) {
  // What is read comes first, as it is listed in `ALLOWS`.
  const words = [...new Set([...Object.keys(ALLOWS).filter((scope) => scopes.includes(scope)), ...scopes].map(inWords))];
  if (words.length === 0) return null;
  return (
    <dl className="m-0 text-muted">
      <dt className="text-12 text-subtle">{title}</dt>
      {words.map((said) => (
        <dd key={said} className="m-0 flex flex-wrap items-baseline gap-x-2">
          {said} <code className="text-12 text-subtle wrap-anywhere">{scopes.filter((scope) => inWords(scope) === said).join(" ")}</code>
        </dd>
      ))}
    </dl>
  );
}
