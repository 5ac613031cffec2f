/** Who is who around a client: drawn, and as a list that leads on. */
import { Link } from "@tanstack/react-router";

import type { Team } from "@/api/generated";
import { day } from "@/lib/format";
import { LINK } from "@/ui/Link";
import { RelationGraph } from "@/viz/RelationGraph";
import { neighboursOf, relationWords } from "@/viz/relations";

export function Relationships({ name, team }: { name: string; team: Team }) {
  const now = team.relationships.filter(({ ended_on }) => ended_on === null);
  const neighbours = neighboursOf(
    now.map(({ other, ...one }) => ({ ...one, other_id: other.id ?? "", other_name: other.name, stub: !other.imported })),
  );
  return (
    <section aria-labelledby="relationships" className="rounded-xl border border-line bg-surface p-4">
      <h2 id="relationships" className="m-0 mb-3 text-14 font-semibold">Relationships</h2>
      {team.relationships.length === 0 ? <p className="m-0 text-13 text-subtle">None are known.</p> : null}
      <RelationGraph name={name} fact="This client" neighbours={neighbours} dashed="Dashed: known by name only, not among your clients." />
      {team.relationships.length > 0 ? (
        <ul className="m-0 mt-3 list-none p-0 text-13">
          {team.relationships.toSorted((a, b) => a.other.name.localeCompare(b.other.name)).map((one) => (
            <li key={one.id} className="flex flex-wrap items-baseline gap-x-3 border-t border-line-subtle py-1.5">
              <span className="min-w-0 flex-1 basis-40">
                {one.other.id ? (
                  <Link to="/clients/$clientId/team" params={{ clientId: one.other.id }} className={LINK}>
                    {one.other.name}
                  </Link>
                ) : (
                  one.other.name
                )}
              </span>
              <span className="num text-muted">{one.direction === "from" ? relationWords(one) : `${name} is ${relationWords(one)}`}</span>
              {one.ended_on ? <span className="num text-12 text-subtle">until {day(one.ended_on)}</span> : null}
            </li>
          ))}
        </ul>
      ) : null}
    </section>
  );
}
