/** What stands still until someone does something, with the way to do it. */
import { Link } from "@tanstack/react-router";
import { TriangleAlert, UserRound } from "lucide-react";
import type { ReactNode } from "react";

import type { Facets } from "@/api/generated";
import { plural } from "@/lib/format";
import { LINK } from "@/ui/Link";

function Row({ icon, words, action }: { icon: ReactNode; words: ReactNode; action: ReactNode }) {
  return (
    <li className="flex flex-wrap items-center gap-3 border-t border-line-subtle py-2 text-13 first:border-t-0">
      {icon}
      <span className="min-w-0 flex-1">{words}</span>
      {action}
    </li>
  );
}

/** Connections that need somebody are said above every screen, so they are not said here again. */
export function NeedsAction({ facets }: { facets: Facets }) {
  const warn = <TriangleAlert size={16} aria-hidden className="text-warn-fg" />;
  const rows: ReactNode[] = [];
  if (facets.needs_action > 0) {
    rows.push(
      <Row key="clients" icon={warn} words={`${plural(facets.needs_action, "client")} ${facets.needs_action === 1 ? "needs" : "need"} action before ${facets.needs_action === 1 ? "it" : "they"} can be imported.`}
        action={<Link to="/clients" search={{ view: "needs_action" }} className={LINK}>Show clients</Link>} />,
    );
  }
  if (facets.draft > 0) {
    rows.push(
      <Row key="drafts" icon={<UserRound size={16} aria-hidden className="text-subtle" />} words={`${plural(facets.draft, "draft")} not imported yet.`}
        action={<Link to="/connect/configure" className={LINK}>Continue</Link>} />,
    );
  }
  if (facets.no_manager > 0) {
    rows.push(
      <Row key="managers" icon={<UserRound size={16} aria-hidden className="text-subtle" />} words={`${plural(facets.no_manager, "client")} without an account manager.`}
        action={<Link to="/clients" search={{ view: "no_manager" }} className={LINK}>Show clients</Link>} />,
    );
  }
  if (rows.length === 0) return null;
  return (
    <section aria-labelledby="needs-action" className="rounded-xl border border-line bg-surface px-4 py-3">
      <h2 id="needs-action" className="mb-1 text-13 font-semibold">
        Needs action
      </h2>
      <ul>{rows}</ul>
    </section>
  );
}
