/** A practice in miniature for the tests of imports from Xero Practice Manager. */
import type { XpmImport, XpmRow, XpmRows, XpmSummary } from "@/api/generated";

import { ME, type Answers, type Call } from "./screen";

export const MAY = { ...ME, permissions: [...ME.permissions, "startXpmImport"] };

export const anImport = (some: Partial<XpmImport> = {}): XpmImport => ({
  id: "i1", source: "xpm", tenant_id: "t1", practice: "Harbour & Co", state: "ready", step: "staff", details: "basic", archived_too: false, invite: false, numbers_too: false,
  started_by: "Grace Murphy", created_at: "2026-11-20T00:00:00Z", fetched_at: "2026-11-20T00:01:00Z", confirmed_by: null, confirmed_at: null, applied_at: null, undone_at: null, forgotten_at: null,
  progress: { stage: "Ready", done: 0, total: null }, counts: { staff: 14, clients: 412, entities: 530, groups: 12, relationships: 900, archived: 8 },
  chosen: { staff: 0, clients: 1, entities: 0 }, blockers: 0, also_editing: [], problem: null, can_undo: false, version: 3, ...some,
});

export const aRow = (id: string, name: string, some: Partial<XpmRow> = {}): XpmRow => ({
  id, kind: "client", remote_id: `r-${id}`, name, fields: { email: `${id}@example.com`, phone: "09 555 1234", address: "1 Queen Street", city: "Auckland" }, structure: "Individual", client_kind: "person", suggested_kind: null,
  archived: false, proposal: "create", reasons: [{ code: "nothing_like_it", text: "Nobody in your list is like it." }], candidates: [], target: null, warnings: [], changes: [], managers: [], relations: [], groups: [], contacts: [],
  web_url: null, chosen: false, action: "create", role: null, decided_by: null, decided_at: null, changed_since: false, outcome: null, problem: null, client_id: null, undone: null, version: 1, ...some,
});

export const rowsPage = (items: XpmRow[], some: Partial<XpmRows> = {}): XpmRows => ({
  items, families: [], next_cursor: null, total: items.length,
  counts: {
    all: items.length, new: items.filter(({ proposal }) => proposal === "create").length, updates: items.filter(({ proposal }) => proposal === "linked").length, check: items.filter(({ proposal }) => proposal === "check").length,
    ignored: 0, warnings: items.filter(({ warnings }) => warnings.length > 0).length, chosen: items.filter(({ chosen }) => chosen).length, not_chosen: items.filter(({ chosen }) => !chosen).length, archived: 0, changed: 0, conflicts: 0, failed: 0,
  },
  reasons: [{ code: "nothing_like_it", text: "Nothing here is like it.", level: null, rows: items.length }], ...some,
});

export const PEOPLE: XpmRow[] = [
  aRow("a", "Aroha Ngata", { chosen: true, managers: [{ name: "Liam Ngata", as: "partner", member: { id: "u2", name: "Liam Ngata" } }] }),
  aRow("b", "Ben O'Brien", {
    proposal: "check", action: "link", reasons: [{ code: "several_match", text: "Several of yours may be it." }],
    candidates: [
      { id: "c1", name: "Ben O’Brien", rank: 4, score: 92, reasons: [{ code: "same_name", text: "The same name." }] },
      { id: "c2", name: "B O'Brien", rank: 6, score: 81, reasons: [{ code: "same_email", text: "The same email." }] },
    ],
    warnings: [{ code: "shared_email", level: "note", text: "Shares its email with Aroha Ngata.", remedy: "Give each their own before they sign in." }],
  }),
  aRow("c", "Chloe Walker", {
    proposal: "linked", action: "link", target: { id: "c3", name: "Chloe Walker" }, chosen: true,
    changes: [
      { field: "email", label: "Email", before: "old@example.com", after: "c@example.com", result: "take" },
      { field: "phone", label: "Telephone", before: "09 1", after: "09 2", result: "conflict" },
      { field: "city", label: "City", before: "Auckland", after: "Auckland", result: "same" },
    ],
    warnings: [{ code: "future_birth", level: "warning", text: "The date of birth is in the future.", remedy: "Correct it in Xero Practice Manager." }],
  }),
];

export const SUMMARY: XpmSummary = {
  staff: { create: 0, update: 0, link: 0, skip: 0, ignore: 0 }, clients: { create: 204, update: 96, link: 12, skip: 3, ignore: 1 }, entities: { create: 40, update: 0, link: 0, skip: 0, ignore: 0 },
  relationships: 61, stubs: 4, groups: 7, managers_assigned: 120, managers_pending: 9, conflicts: 2, invitations: 0, blockers: [], changed_since: 0, stale: false,
};

/** The answers of an import under review; the server's side of a decision included. */
export function practice(rows: XpmRow[], one = anImport()): Answers {
  let now = one;
  const held = new Map(rows.map((row) => [row.id, row]));
  const structures = { items: [{ structure: "Individual", rows: 3, client_kind: "person", suggested: "person" }], next_cursor: null, total: 1 };
  return {
    "GET /me": MAY,
    "GET /xpm/imports/i1": () => now,
    "PATCH /xpm/imports/i1": ({ body }: Call) => (now = { ...now, ...(body as Partial<XpmImport>), version: now.version + 1 }),
    "GET /xpm/imports/i1/structures": structures,
    "GET /xpm/imports/i1/summary": SUMMARY,
    "GET /xpm/imports/i1/rows": ({ query }: Call) => {
      const kind = query.get("kind");
      const show = query.get("show");
      const q = query.get("q")?.toLowerCase() ?? "";
      const ofKind = [...held.values()].filter((row) => row.kind === kind);
      const found = ofKind.filter((row) => row.name.toLowerCase().includes(q) && (show !== "check" || row.proposal === "check") && (show !== "chosen" || row.chosen));
      return { ...rowsPage(ofKind), items: found, total: found.length };
    },
    "PATCH /xpm/imports/i1/rows": ({ body }: Call) => {
      const { ids, kind, chosen } = body as { ids?: string[]; kind: string; chosen?: boolean };
      let changed = 0;
      for (const row of held.values()) {
        if (row.kind !== kind || (ids && !ids.includes(row.id))) continue;
        held.set(row.id, { ...row, ...(chosen !== undefined && { chosen }), version: row.version + 1 });
        changed += 1;
      }
      return { changed };
    },
    ...Object.fromEntries(
      rows.map((row) => [
        `PATCH /xpm/imports/i1/rows/${row.id}`,
        ({ body }: Call) => {
          const before = held.get(row.id) ?? row;
          const { version: _seen, target_id, ...change } = body as { version: number; target_id?: string } & Partial<XpmRow>;
          const target = target_id ? (before.candidates.find(({ id }) => id === target_id) ?? null) : before.target;
          const next = { ...before, ...change, target, decided_at: "2026-11-20T01:00:00Z", decided_by: "Grace Murphy", version: before.version + 1 };
          held.set(row.id, next);
          return next;
        },
      ]),
    ),
  };
}
