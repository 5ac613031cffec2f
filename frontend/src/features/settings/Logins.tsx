/** Whose Xero sign-ins carry the connections, and what would be left without each of them. */
import { KeyRound, TriangleAlert } from "lucide-react";

import type { Grant } from "@/api/generated";
import { ago, count, day, plural } from "@/lib/format";
import { Pill } from "@/ui/Pill";

function standing(grant: Grant) {
  if (grant.status !== "active") return <Pill tone="bad">Sign-in expired</Pill>;
  if (grant.missing_scopes.length > 0) return <Pill tone="warn">Permissions missing</Pill>;
  return <Pill tone="ok">Signed in</Pill>;
}

function OnlyLink({ grant }: { grant: Grant }) {
  if (grant.only_link === 0) return null;
  const more = grant.only_link - grant.only_link_names.length;
  return (
    <details className="w-full pl-8 text-12">
      <summary className="cursor-pointer text-muted">
        <TriangleAlert size={13} aria-hidden className="mr-1 inline text-warn-fg" />
        {plural(grant.only_link, "organisation")} {grant.only_link === 1 ? "depends" : "depend"} on this sign-in alone
      </summary>
      <p className="mt-1 max-w-200 text-muted">
        {grant.only_link_names.join(", ")}
        {more > 0 && ` and ${count(more)} more`}. When somebody else who can reach them connects Xero as well, reading goes on if this sign-in ends.
      </p>
    </details>
  );
}

export function Logins({ grants }: { grants: readonly Grant[] }) {
  if (grants.length === 0) return null;
  return (
    <section aria-labelledby="logins" className="rounded-xl border border-line bg-surface px-4 py-3">
      <h2 id="logins" className="mb-1 text-13 font-semibold">
        Xero sign-ins
      </h2>
      <ul>
        {grants.map((grant) => (
          <li key={grant.id} className="flex flex-wrap items-center gap-x-4 gap-y-1 border-t border-line-subtle py-2 text-13 first:border-t-0">
            <KeyRound size={15} aria-hidden className="text-subtle" />
            <span className="min-w-0 flex-1 basis-48">
              <span className="font-medium">{grant.name}</span> {grant.email && <span className="text-muted">{grant.email}</span>}
              {grant.member_id === null && <span className="text-warn-fg"> has left the firm</span>}
            </span>
            <span className="num text-muted">{plural(grant.connections, "organisation")}</span>
            {grant.last_refreshed_at && <span className="num text-muted">Access renewed {ago(grant.last_refreshed_at)}</span>}
            {grant.status === "active" && grant.lapses_at && <span className="num text-muted max-lg:hidden">Lapses unused on {day(grant.lapses_at)}</span>}
            {standing(grant)}
            <OnlyLink grant={grant} />
          </li>
        ))}
      </ul>
    </section>
  );
}
