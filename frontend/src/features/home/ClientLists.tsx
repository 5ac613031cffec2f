/** Short lists of clients worth a look. */
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";

import type { Client } from "@/api/generated";
import { ago, plural } from "@/lib/format";
import { LINK } from "@/ui/Link";
import { ScoreBar } from "@/viz/ScoreBar";
import { Sparkline } from "@/viz/Sparkline";

function List({ id, title, clients, empty, more, last }: { id: string; title: string; clients: readonly Client[]; empty: string; more: ReactNode; last: (client: Client) => ReactNode }) {
  return (
    <section aria-labelledby={id} className="rounded-xl border border-line bg-surface p-4">
      <div className="mb-1 flex items-baseline gap-3">
        <h2 id={id} className="text-13 font-semibold">
          {title}
        </h2>
        <span className="ml-auto text-13">{more}</span>
      </div>
      {clients.length === 0 && <p className="text-13 text-muted">{empty}</p>}
      <ol>
        {clients.map((client) => (
          <li key={client.id} className="flex min-w-0 items-center gap-4 border-t border-line-subtle py-1.5 text-13 first:border-t-0">
            <Link to="/clients/$clientId" params={{ clientId: client.id }} className="min-w-0 flex-1 truncate rounded-sm font-medium hover:underline">
              {client.name}
            </Link>
            {last(client)}
            <ScoreBar value={client.score.value} band={client.score.band} provisional={client.score.provisional} />
          </li>
        ))}
      </ol>
    </section>
  );
}

export function Lowest({ clients }: { clients: readonly Client[] }) {
  return (
    <List id="lowest" title="Lowest scores" clients={clients} empty="No client has a score yet."
      more={<Link to="/clients" search={{ sort: "score" }} className={LINK}>All by score</Link>}
      last={({ score, issues }) => (
        <>
          <span className="num flex-none text-12 text-muted max-sm:hidden">{plural(issues, "issue")}</span>
          {score.trend.length > 1 && <Sparkline values={score.trend} />}
        </>
      )} />
  );
}

export function Newest({ clients }: { clients: readonly Client[] }) {
  if (clients.length === 0) return null;
  return (
    <List id="newest" title="Newly imported" clients={clients} empty=""
      more={<Link to="/clients" search={{ view: "new" }} className={LINK}>All new</Link>}
      last={({ last_imported_at }) => <span className="num flex-none text-12 text-muted">{last_imported_at ? ago(last_imported_at) : "Not imported"}</span>} />
  );
}
