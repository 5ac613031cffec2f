/** The words for what a client can be. */
import type { Client } from "@/api/generated";
import { plural } from "@/lib/format";

export type Visibility = Client["visibility"];

export const VISIBILITY_WORD: Record<Visibility, string> = {
  whole_team: "Whole team",
  xero_users: "Xero users only",
  specific_people: "Specific people",
};

export const VISIBILITY_HINT: Record<Visibility, string> = {
  whole_team: "Everyone in the firm sees the client.",
  xero_users: "People whose e-mail is a user of this organisation in Xero.",
  specific_people: "Only the people you choose.",
};

export const VISIBILITIES = Object.keys(VISIBILITY_WORD) as Visibility[];

export function visibilityWords(client: Pick<Client, "visibility" | "viewers">): string {
  if (client.visibility !== "specific_people") return VISIBILITY_WORD[client.visibility];
  return client.viewers.length ? plural(client.viewers.length, "specific person", "specific people") : VISIBILITY_WORD.specific_people;
}

export const IMPORTING_WORD: Record<NonNullable<Client["importing"]>, string> = {
  queued: "Queued",
  importing: "Importing",
  waiting: "Waiting for Xero",
  scoring: "Scoring",
};

export type ConnectionState = NonNullable<Client["connection"]>;

export const CONNECTION_WORD: Record<ConnectionState, string> = {
  active: "Connected to Xero",
  degraded: "Connected, needs attention",
  reauth_required: "Xero sign-in expired",
  disconnected: "Not connected to Xero",
  revoked_at_xero: "Disconnected in Xero",
};

/** Whether its books can be read now. */
export const readable = (state: Client["connection"]): boolean => state === "active" || state === "degraded";
