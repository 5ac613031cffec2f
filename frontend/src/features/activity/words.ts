/** The record in sentences: who did what to what. An entry this page does not know is told by its own name. */
import type { Entry } from "@/api/generated";
import { day, plural } from "@/lib/format";

import { visibilityWord, type Visibility } from "../connect/visibility";

type Facts = Entry["facts"];

const n = (facts: Facts, key: string): number => (typeof facts[key] === "number" ? facts[key] : 0);
const s = (facts: Facts, key: string): string => (typeof facts[key] === "string" ? facts[key] : "");

const STARTED: Record<string, string> = { sync: "refreshed", night: "began the nightly refresh of", sweep: "began the weekly sweep of" };

const SENTENCES: Record<string, (facts: Facts) => string> = {
  "client.adopted": () => "added the client",
  "client.configured": () => "changed the client's settings",
  "client.archived": () => "archived the client",
  "client.restored": () => "brought the client back",
  "client.dropped": (facts) => `removed the draft ${s(facts, "name")}`.trim(),
  "client.added": (facts) => (s(facts, "source") === "xpm" ? "imported the client from Xero Practice Manager" : "added the client"),
  "client.amended": (facts) => `${s(facts, "source") === "xpm" ? "brought" : "changed"} ${told("fields", facts["fields"]).replaceAll("_", " ")}`,
  "link.made": () => "linked the client to Xero Practice Manager",
  "link.ended": () => "unlinked the client from Xero Practice Manager",
  "link.repointed": () => "linked the client to a newer record in Xero Practice Manager",
  "link.lost": () => "found the client deleted in Xero Practice Manager",
  "link.staff_gone": (facts) => `found ${s(facts, "name")} no longer on the staff in Xero Practice Manager`,
  "link.settled": (facts) => `decided a difference in ${s(facts, "field").replaceAll("_", " ")}: ${s(facts, "take") === "remote" ? "took what is in Xero Practice Manager" : "kept what is here"}`,
  "link.policy_set": () => "changed how Xero Practice Manager is matched, and who wins where it differs",
  "snapshot.started": () => "began to read Xero Practice Manager",
  "snapshot.fetched": () => "read Xero Practice Manager",
  "snapshot.failed": () => "could not read Xero Practice Manager",
  "snapshot.confirmed": (facts) => `confirmed an import of ${plural(n(facts, "rows"), "record")}`,
  "snapshot.discarded": () => "discarded an import that was not confirmed",
  "snapshot.applied": (facts) => `imported from Xero Practice Manager: ${n(facts, "created")} created, ${n(facts, "updated")} updated, ${n(facts, "linked")} linked, ${n(facts, "failed")} failed`,
  "snapshot.retried": (facts) => `tried ${plural(n(facts, "rows"), "failed record")} again`,
  "snapshot.undo_asked": () => "asked for an import to be undone",
  "snapshot.undone": (facts) => `undid an import: ${n(facts, "undone")} taken back, ${n(facts, "kept")} kept`,
  "snapshot.client_removed": (facts) => `removed ${s(facts, "name")}, which the import had made`,
  "snapshot.client_restored": () => "put the client back as it was before the import",
  "connection.made": (facts) => `connected Xero${n(facts, "organisations") ? `, ${plural(n(facts, "organisations"), "organisation")}` : ""}`,
  "connection.remade": (facts) => `reconnected Xero${n(facts, "organisations") ? `, ${plural(n(facts, "organisations"), "organisation")}` : ""}`,
  "connection.broken": () => "lost the connection to Xero",
  "connection.warned": () => "found something wrong with a connection to Xero",
  "connection.repaired": () => "found the connection to Xero working again",
  "connection.ordered": () => "changed whose Xero sign-in is asked first",
  "connection.ended": () => "disconnected the organisation",
  "firm.founded": () => "founded the firm",
  "firm.changed": () => "changed the firm's settings",
  "firm.restored": () => "restored everything from a backup; what was done since is gone",
  "member.invited": (facts) => `invited someone as ${s(facts, "role") || "member"}`,
  "member.joined": (facts) => `joined as ${s(facts, "role") || "member"}`,
  "member.changed": (facts) => `changed a role from ${s(facts, "before")} to ${s(facts, "after")}`,
  "member.removed": () => "removed a member",
  "invitation.withdrawn": () => "withdrew an invitation",
  "key.created": (facts) => `made an API key for ${plural(n(facts, "days"), "day")}`,
  "key.revoked": () => "revoked an API key",
  "session.began": () => "signed in",
  "run.started": (facts) => `${STARTED[s(facts, "kind")] ?? "started an import of"} ${plural(n(facts, "clients"), "client")}`,
  "run.paused": () => "paused the import",
  "run.resumed": () => "resumed the import",
  "run.cancelled": (facts) => `cancelled ${plural(n(facts, "clients"), "waiting import")}`,
  "run.retried": (facts) => `retried ${plural(n(facts, "clients"), "import")}`,
  "run.finished": () => "finished the import",
  "import.finished": (facts) => `imported ${plural(n(facts, "documents"), "document")}`,
  "import.failed": (facts) => `could not import: ${s(facts, "problem").replaceAll("-", " ")}`,
  "issue.dismissed": (facts) => `set aside ${plural(n(facts, "issues") + n(facts, "also"), "issue")}${s(facts, "reason") ? `: “${s(facts, "reason")}”` : ""}`,
  "issue.snoozed": (facts) => `snoozed ${plural(n(facts, "issues"), "issue")}${s(facts, "until") ? ` until ${day(s(facts, "until"))}` : ""}`,
  "issue.reopened": (facts) => `reopened ${plural(n(facts, "issues") + n(facts, "also"), "issue")}`,
  "issue.undone": (facts) => `took back what was decided about ${plural(n(facts, "issues"), "issue")}`,
  "rule.made": (facts) => `made a rule: ${s(facts, "code")} says no more about ${s(facts, "about")}`,
  "rule.removed": (facts) => `removed the rule about ${s(facts, "about")} (${s(facts, "code")})`,
  "profile.created": (facts) => `made the score profile ${s(facts, "name")}`,
  "profile.changed": () => "changed a score profile",
  "profile.removed": (facts) => `removed the score profile ${s(facts, "name")}`,
  "profile.assigned": (facts) => (s(facts, "name") ? `chose the score profile ${s(facts, "name")} for clients or tags` : "took a choice of score profile away"),
  "profile.made_default": (facts) => `made ${s(facts, "name")} the default score profile`,
  "fix.begun": (facts) => `sent a correction to Xero (${s(facts, "code")})`,
  "fix.written": (facts) => `corrected something in Xero (${s(facts, "code")})`,
  "fix.failed": () => "could not write a correction to Xero",
  "fix.undoing": () => "began to take a correction in Xero back",
  "fix.undone": () => "took a correction in Xero back",
  "figure.set": (facts) => `entered ${s(facts, "kind") === "tax_filed" ? "the tax filed to" : "a statement balance of"} ${day(s(facts, "date"))}`,
  "figure.removed": (facts) => `removed ${s(facts, "kind") === "tax_filed" ? "the tax filed to" : "a statement balance of"} ${day(s(facts, "date"))}`,
  "access.approved": () => "approved somebody for the client's books",
  "access.withdrawn": () => "took back an approval for the client's books",
  "period.sealed": (facts) => `sealed the period to ${day(s(facts, "period_end"))}, ${plural(n(facts, "documents"), "document")}`,
  "export.requested": (facts) => `asked for a file (${s(facts, "kind").replaceAll("_", " ")})`,
};

export function sentence({ verb, facts }: Pick<Entry, "verb" | "facts">): string {
  return SENTENCES[verb]?.(facts) ?? verb.replaceAll(/[._]/g, " ");
}

const LABELS: Record<string, string> = {
  visibility: "Visibility", tags: "Tags", name: "Name", entries: "Weights", cap_critical: "Cap at 70", thresholds: "Thresholds", time_zone: "Time zone", default_visibility: "Default visibility", nightly_sync: "Refresh by night", client_bundle: "Client bundle", managers: "Account managers", viewers: "People who see it", manager_ids: "Account managers", viewer_ids: "People who see it", state: "State",
};

const PEOPLE = new Set(["managers", "viewers", "manager_ids", "viewer_ids"]);

function told(key: string, value: unknown): string {
  if (value === null || value === undefined || value === "") return "nothing";
  if (typeof value === "boolean") return value ? "on" : "off";
  if (Array.isArray(value)) {
    if (PEOPLE.has(key)) return value.length === 0 ? "nobody" : plural(value.length, "person", "people");
    if (value.some((one) => typeof one === "object")) return plural(value.length, "part");
    return value.length === 0 ? "none" : value.join(", ");
  }
  if (key.endsWith("visibility")) return visibilityWord(value as Visibility);
  return typeof value === "object" ? JSON.stringify(value) : String(value).replaceAll("_", " ");
}

/** Before and after, for entries that changed something. */
export function changes(facts: Facts): { label: string; before: string; after: string }[] {
  const { before, after } = facts;
  if (typeof before !== "object" || before === null || typeof after !== "object" || after === null) return [];
  return Object.keys(after).map((key) => ({
    label: LABELS[key] ?? key.replaceAll("_", " "),
    before: told(key, (before as Facts)[key]),
    after: told(key, (after as Facts)[key]),
  }));
}
