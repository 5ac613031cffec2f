/** What is known of a client besides its books: details, contacts, who is who, groups, and its record in XPM. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";

import type { ClientDetail, Team } from "@/api/generated";
import { readTeamOptions } from "@/api/generated/queries/clients.gen";
import { dayAndTime, plural } from "@/lib/format";
import { InlineError } from "@/ui/InlineError";
import { LINK, OutLink } from "@/ui/Link";
import { Pill } from "@/ui/Pill";
import { Skeleton } from "@/ui/Skeleton";
import { safeHref } from "@/lib/url";

import { ConflictRow } from "./ConflictRow";
import { DetailsCard, Source } from "./DetailsCard";
import { labelOf } from "./fields";
import { Relationships } from "./Relationships";

export function TeamPage({ client }: { client: ClientDetail }) {
  const { data: team, error, refetch } = useQuery(readTeamOptions({ path: { client_id: client.id } }));
  if (!team) {
    if (error) return <InlineError error={error} onRetry={() => void refetch()} />;
    return (
      <div role="status" aria-label="Reading the team section" className="grid gap-4 md:grid-cols-2">
        <Skeleton className="h-64" />
        <Skeleton className="h-64" />
      </div>
    );
  }
  return (
    <div className="flex flex-col gap-4">
      {team.link && team.link.conflicts.length > 0 ? (
        <section aria-labelledby="conflicts" className="rounded-xl border border-warn-solid bg-surface">
          <h2 id="conflicts" className="num m-0 px-4 pt-3 text-14 font-semibold">{plural(team.link.conflicts.length, "conflict")} to decide</h2>
          <ul className="m-0 list-none p-0">
            {team.link.conflicts.map((conflict) => (
              <ConflictRow key={conflict.id} conflict={conflict} />
            ))}
          </ul>
        </section>
      ) : null}
      <div className="grid items-start gap-4 md:grid-cols-[minmax(0,1fr)_minmax(0,1.35fr)]">
        <div className="flex min-w-0 flex-col gap-4">
          <DetailsCard clientId={client.id} team={team} />
          <Managers client={client} team={team} />
          {team.link ? <LinkCard link={team.link} /> : null}
        </div>
        <div className="flex min-w-0 flex-col gap-4">
          <Relationships name={client.name} team={team} />
          <Contacts team={team} />
          <Groups team={team} />
        </div>
      </div>
    </div>
  );
}

const AS: Record<Team["managers_pending"][number]["as"], string> = { partner: "partner", manager: "manager" };

function Managers({ client, team }: { client: ClientDetail; team: Team }) {
  return (
    <section aria-labelledby="managers" className="rounded-xl border border-line bg-surface p-4">
      <h2 id="managers" className="m-0 mb-2 text-14 font-semibold">Account managers</h2>
      {client.managers.length === 0 && team.managers_pending.length === 0 ? <p className="m-0 text-13 text-subtle">Nobody is assigned.</p> : null}
      <ul className="m-0 grid list-none gap-1 p-0 text-13">
        {client.managers.map(({ id, name }, at) => (
          <li key={id} className="flex gap-3">
            <span className="flex-1">{name}</span>
            <span className="text-subtle">{at === 0 ? "Leads" : at === 1 ? "Reviews" : ""}</span>
          </li>
        ))}
        {team.managers_pending.map(({ name, as }) => (
          <li key={name + as} className="flex flex-wrap gap-x-3">
            <span className="flex-1">{name}</span>
            <Pill tone="warn">Pending</Pill>
            <span className="w-full text-12 text-subtle">Their {AS[as]} in XPM. Set here as soon as they are in your team.</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Contacts({ team }: { team: Team }) {
  return (
    <section aria-labelledby="contacts" className="rounded-xl border border-line bg-surface p-4">
      <h2 id="contacts" className="m-0 mb-2 text-14 font-semibold">Contacts</h2>
      {team.contacts.length === 0 ? <p className="m-0 text-13 text-subtle">No contact is known.</p> : null}
      <ul className="m-0 list-none p-0 text-13">
        {team.contacts.map((one) => (
          <li key={one.id} className="flex flex-wrap items-baseline gap-x-3 border-t border-line-subtle py-2 first:border-t-0">
            <span className="min-w-0 flex-1 basis-48">
              <span className="font-medium">{one.name}</span> {one.primary ? <Pill>Primary</Pill> : null}
              {one.position ? <span className="block text-12 text-muted">{one.position}</span> : null}
            </span>
            <span className="num min-w-0 flex-1 basis-48 wrap-break-word text-muted">{[one.email, one.phone, one.mobile].filter(Boolean).join(" · ") || "–"}</span>
            <Source detail={{ source: one.source, at: null, by: null }} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Groups({ team }: { team: Team }) {
  if (team.groups.length === 0) return null;
  return (
    <section aria-labelledby="groups" className="rounded-xl border border-line bg-surface p-4">
      <h2 id="groups" className="m-0 mb-2 text-14 font-semibold">Groups</h2>
      <ul className="num m-0 flex list-none flex-wrap gap-2 p-0">
        {team.groups.map(({ id, name, members }) => (
          <li key={id}>
            <Pill>
              {name}, {plural(members, "client")}
            </Pill>
          </li>
        ))}
      </ul>
    </section>
  );
}

const STATE: Record<NonNullable<Team["link"]>["state"], string> = {
  linked: "Linked",
  remote_archived: "Archived in XPM",
  remote_deleted: "Deleted in XPM",
};

function LinkCard({ link }: { link: NonNullable<Team["link"]> }) {
  const href = safeHref(link.web_url);
  return (
    <section aria-labelledby="link" className="rounded-xl border border-line bg-surface p-4 text-13">
      <h2 id="link" className="m-0 mb-2 text-14 font-semibold">Xero Practice Manager</h2>
      <dl className="num m-0 grid gap-1">
        <Fact term="There">{href ? <OutLink href={href}>{link.remote_name}</OutLink> : link.remote_name}</Fact>
        <Fact term="Practice">{link.practice}</Fact>
        <Fact term="State">{STATE[link.state]}</Fact>
        <Fact term="Details">{link.details === "all" ? "All contact details" : "Name and email"}</Fact>
        {link.last_imported_at ? (
          <Fact term="Last import">
            {link.import_id ? (
              <Link to="/configure/integrations/xpm/imports/$importId" params={{ importId: link.import_id }} className={LINK}>
                {dayAndTime(link.last_imported_at)}
              </Link>
            ) : (
              dayAndTime(link.last_imported_at)
            )}
            {link.imported_by ? `, ${link.imported_by}` : ""}
          </Fact>
        ) : null}
        {link.changed_fields.length > 0 ? <Fact term="It changed">{link.changed_fields.map(labelOf).join(", ")}</Fact> : null}
      </dl>
    </section>
  );
}

function Fact({ term, children }: { term: string; children: React.ReactNode }) {
  return (
    <div className="flex justify-between gap-4">
      <dt className="text-muted">{term}</dt>
      <dd className="m-0 min-w-0 text-right wrap-break-word">{children}</dd>
    </div>
  );
}
