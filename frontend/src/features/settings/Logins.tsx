/** Whose Xero sign-ins carry the connections. */
import { KeyRound } from "lucide-react";

import type { Connection, GrantOut } from "@/api/generated";
import { ago, plural } from "@/lib/format";
import { Pill } from "@/ui/Pill";

function loginsOf(connections: readonly Connection[]): { grant: GrantOut; carries: number }[] {
  const logins = new Map<string, { grant: GrantOut; carries: number }>();
  for (const { grants } of connections) {
    for (const grant of grants) logins.set(grant.id, { grant, carries: (logins.get(grant.id)?.carries ?? 0) + 1 });
  }
  return [...logins.values()].toSorted((a, b) => b.carries - a.carries);
}

export function Logins({ connections }: { connections: readonly Connection[] }) {
  const logins = loginsOf(connections);
  if (logins.length === 0) return null;
  return (
    <section aria-labelledby="logins" className="rounded-xl border border-line bg-surface px-4 py-3">
      <h2 id="logins" className="mb-1 text-13 font-semibold">
        Xero sign-ins
      </h2>
      <ul>
        {logins.map(({ grant, carries }) => (
          <li key={grant.id} className="flex flex-wrap items-center gap-x-4 gap-y-1 border-t border-line-subtle py-2 text-13 first:border-t-0">
            <KeyRound size={15} aria-hidden className="text-subtle" />
            <span className="min-w-0 flex-1">
              <span className="font-medium">{grant.name}</span> {grant.email && <span className="text-muted">{grant.email}</span>}
            </span>
            <span className="num text-muted">{plural(carries, "organisation")}</span>
            <span className="num text-muted">{grant.last_refreshed_at ? `Last used ${ago(grant.last_refreshed_at)}` : "Not used yet"}</span>
            <Pill tone={grant.status === "active" ? "ok" : "bad"}>{grant.status === "active" ? "Signed in" : "Sign-in expired"}</Pill>
          </li>
        ))}
      </ul>
    </section>
  );
}
