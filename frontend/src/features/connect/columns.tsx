/** The columns of the grid in which drafts are configured. */
import type { Client, Person } from "@/api/generated";
import { listed } from "@/lib/format";
import { Avatar, AvatarStack } from "@/ui/Avatar";
import { PickMany, PickOne } from "@/ui/data-grid/editors";
import type { GridColumn } from "@/ui/data-grid/types";
import type { Option } from "@/ui/options";

import { SizeCell, sizeInWords } from "./SizeCell";
import { VISIBILITY, visibilityOf, visibilityWord } from "./visibility";

export const peopleOptions = (people: readonly Person[]): Option[] =>
  people.map((person) => ({ value: person.id, label: person.name, icon: <Avatar id={person.id} name={person.name} /> }));

export const tagOptions = (tags: readonly string[]): Option[] => tags.map((tag) => ({ value: tag, label: tag }));

/** Names as a spreadsheet has them, "Grace Murphy; Ben Ngata", as people of the team; undefined when one of them is nobody. */
export function peopleNamed(text: string, people: readonly Person[]): Person[] | undefined {
  const found: Person[] = [];
  for (const name of text.split(/[;,]/).map((part) => part.trim().toLowerCase()).filter(Boolean)) {
    const exact = people.filter((person) => person.name.toLowerCase() === name);
    const near = exact.length > 0 ? exact : people.filter((person) => person.name.toLowerCase().startsWith(name));
    if (near.length !== 1 || !near[0]) return undefined;
    found.push(near[0]);
  }
  return found.length > 0 ? found : undefined;
}

export function byIds(ids: readonly string[], people: readonly Person[]): Person[] {
  return ids.flatMap((id) => people.find((person) => person.id === id) ?? []);
}

const names = (people: readonly Person[]) => people.map((person) => person.name).join("; ");

export function configureColumns(people: readonly Person[], tags: readonly string[]): GridColumn<Client>[] {
  const options = peopleOptions(people);
  return [
    {
      id: "name",
      title: "Organisation",
      width: "minmax(11rem,1.9fr)",
      names: true,
      text: (client) => client.name,
      cell: (client) => <span className="truncate">{client.name}</span>,
    },
    { id: "size", title: "Size", width: "minmax(6.5rem,.8fr)", text: (client) => sizeInWords(client.size), cell: (client) => <SizeCell size={client.size} /> },
    {
      id: "visibility",
      title: "Visibility",
      width: "minmax(9.5rem,1fr)",
      text: (client) => visibilityWord(client.visibility),
      value: (client) => client.visibility,
      parse: visibilityOf,
      cell: (client) => <span className="truncate">{visibilityWord(client.visibility)}</span>,
      editor: (props) => (
        <PickOne {...props} label={`Visibility of ${props.row.name}`} options={VISIBILITY} value={props.row.visibility}>
          {visibilityWord(props.row.visibility)}
        </PickOne>
      ),
    },
    {
      id: "managers",
      title: "Account managers",
      width: "minmax(11rem,1.4fr)",
      text: (client) => names(client.managers),
      value: (client) => client.managers,
      parse: (text) => peopleNamed(text, people),
      cleared: [],
      cell: (client) => <AvatarStack people={client.managers} />,
      editor: (props) => (
        <PickMany
          {...props}
          label={`Account managers of ${props.row.name}`}
          options={options}
          value={props.row.managers.map((person) => person.id)}
          first="Lead"
          footer="The first one chosen leads, the second reviews."
          toValue={(ids) => byIds(ids, people)}
          show={(ids) => <AvatarStack people={byIds(ids, people)} />}
        />
      ),
    },
    {
      id: "viewers",
      title: "Who else can see it",
      width: "minmax(9.5rem,1.1fr)",
      text: (client) => (client.visibility === "specific_people" ? names(client.viewers) : ""),
      value: (client) => client.viewers,
      parse: (text) => peopleNamed(text, people),
      cleared: [],
      cell: (client) =>
        client.visibility === "whole_team" ? (
          <span className="text-subtle">Everyone</span>
        ) : client.visibility === "xero_users" ? (
          <span className="text-subtle">Its Xero users</span>
        ) : (
          <AvatarStack people={client.viewers} empty="Account managers only" />
        ),
      editor: (props) => (
        <PickMany
          {...props}
          label={`People who can see ${props.row.name}`}
          options={options}
          value={props.row.viewers.map((person) => person.id)}
          footer="Naming people sets visibility to Specific people."
          toValue={(ids) => byIds(ids, people)}
          show={(ids) => <AvatarStack people={byIds(ids, people)} empty="Account managers only" />}
        />
      ),
    },
    {
      id: "tags",
      title: "Tags",
      width: "minmax(5rem,.7fr)",
      text: (client) => client.tags.join("; "),
      value: (client) => client.tags,
      parse: (text) => tagsOf(text),
      cleared: [],
      cell: (client) => <span className="truncate text-muted">{client.tags.length > 0 ? listed(client.tags) : "–"}</span>,
      editor: (props) => (
        <PickMany
          {...props}
          label={`Tags of ${props.row.name}`}
          options={tagOptions([...new Set([...tags, ...props.row.tags])])}
          value={props.row.tags}
          onCreate={(word) => ({ value: word, label: word })}
          toValue={(ids) => [...ids].toSorted()}
          show={(ids) => (ids.length > 0 ? ids.join(", ") : "–")}
        />
      ),
    },
  ];
}

function tagsOf(text: string): string[] | undefined {
  const tags = text.split(/[;,]/).map((tag) => tag.trim()).filter(Boolean);
  return tags.length > 0 && tags.every((tag) => tag.length <= 40) ? tags.toSorted() : undefined;
}
