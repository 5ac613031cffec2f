import { afterEach, describe, expect, it, vi } from "vitest";

import type { CheckInfo, CleanUp, ClientDetail, Issue, Scorecard, ScoreChange } from "@/api/generated";
import { violations } from "@/testing/axe";
import { ME, openScreen, Refusal, type Answers } from "@/testing/screen";

const CLIENT: ClientDetail = {
  id: "c1", name: "Kauri Plumbing", state: "active", visibility: "whole_team", managers: [], viewers: [], tags: [], tenant_id: "t1", country: "NZ", currency: "NZD",
  size: { state: "known", documents: 900, calls: 20, seconds: 9, band: "small" }, score: { value: 62, band: "attention", provisional: true, scored_at: null, trend: [56, 62], change: 6 },
  issues: 7, is_new: false, last_imported_at: "2026-11-20T00:00:00Z", last_synced_at: null, next_sync_at: null, stale: false, importing: null, connection: "active", documents: 900, kind: null, linked_to_xpm: false, updated_fields: [], version: 3, short_code: "!x", xero_url: "https://go.xero.com/x",
  financial_year_end: "31 March", sales_tax_basis: "PAYMENTS", sales_tax_period: "TWOMONTHS", period_lock_date: "2026-03-31", end_of_year_lock_date: null, time_zone: null, import_problem: null, previous_id: null, next_id: "c2",
};
const SCORE: Scorecard = {
  value: 62, band: "attention", provisional: true, coverage: 55, profile: "first", profile_version: 1, as_of: "2026-11-21", period_end: "2026-10-31", scored_at: "2026-11-20T00:00:00Z", change: 6, profile_id: "p1",
  not_judged: [{ code: "DQ30", title: "Fixed assets", state: "no_permission", reason: "The connection may not read assets.", remedy: "Reconnect Xero and allow assets." }],
  entries: [
    { code: "DQ01", codes: ["DQ01"], title: "Unreconciled bank items", weight: 25, state: "evaluated", degree: "0.6400", points: "16.00", points_to_gain: "9.00", n: 6, of: 130, why: "It matters.", measure: "6 of 130 are not reconciled." },
    { code: "DQ30", codes: ["DQ30"], title: "Fixed assets", weight: 10, state: "no_permission", degree: null, points: null, points_to_gain: null, n: null, of: null, why: "The connection may not read assets.", measure: null },
  ],
};
const CHECK: CleanUp = { code: "DQ01", title: "Unreconciled bank items", group: "Bank and cash", severity: "high", reason: "The oldest waits since 94 days.", open: 6, dismissed: 2, snoozed: 1, fixable: 1, amount: "2570.59", currency: "NZD", oldest: null, points_to_gain: "9.00", state: "evaluated" };
const ISSUE: Issue = {
  id: "i1", code: "DQ01", state: "open", title: "Spend money", detail: "Not matched", amount: "-878.33", currency: "NZD", date: "2026-03-03", age_days: 263, contact: "Mitre 10", account: "Business Account", facts: {},
  links: [{ label: "Bank transaction in Xero", href: "https://go.xero.com/y" }, { label: "Trap", href: "javascript:alert(1)" }], found_at: "2026-11-20T00:00:00Z",
  snoozed_until: null, dismissed_reason: null, dismissed_by: null, dismissed_scope: null, set_aside_at: null, fix: { kind: "contact_default", says: "Sets the contact's usual account." }, version: 1,
};
const FIX = { id: "f1", issue_id: "i1", state: "written", kind: "contact_default", changes: [], written_at: null, by: "Grace", can_undo: true, problem: null };
const CHANGE: ScoreChange = {
  from: { id: "s1", at: "2026-10-01T00:00:00Z", value: 82 }, to: { id: "s2", at: "2026-11-20T00:00:00Z", value: 74 }, change: -8, rounding: "0.25",
  parts: [
    { code: "DQ01", title: "Unreconciled bank items", points: "-9.25", before: "22.00", after: "12.75", opened: 7, gone: 1, says: "6 more items wait than before.", issues: [{ id: "i1", title: "Spend money", detail: "Not matched", amount: "-878.33", currency: "NZD" }] },
    { code: "DQ08", title: "Duplicate contacts", points: "1.00", before: "4.00", after: "5.00", opened: 0, gone: 2, says: "2 were merged.", issues: [] },
  ],
};
const INFO: CheckInfo = {
  code: "DQ01", title: "Unreconciled bank items", group: "Bank and cash", severity: "high", why: "Balances.", fix: "Match them.", definition: "Counted so.", source: "own", scored: true, fixes: ["contact_default"],
  threshold: { value: 60, default: 30, least: 1, most: 365, unit: "days", says: "Older than this counts." }, resources: ["bank transactions"],
};
const page = <T,>(items: T[]) => ({ items, next_cursor: null, total: items.length });
const ANSWERS: Answers = {
  "GET /clients/c1": CLIENT,
  "GET /clients/c1/score": SCORE,
  "GET /clients/c1/scores": { ...page([{ id: "s1", at: "2026-10-01T00:00:00Z", value: 82, band: "healthy", profile: "first", profile_version: 1 }, { id: "s2", at: "2026-11-20T00:00:00Z", value: 74, band: "healthy", profile: "first", profile_version: 1 }]), average: [{ month: "2026-10-31", value: 77, clients: 12 }] },
  "GET /clients/c1/score/changes": CHANGE,
  "POST /clients/c1/score/what-if": { value: 71, band: "healthy", change: 9, parts: [{ code: "DQ01", points: "9.00" }] },
  "GET /clients/c1/checks": page([CHECK]),
  "GET /clients/c1/checks/DQ01/issues": page([ISSUE]),
  "GET /checks": page([INFO]),
  "POST /clients/c1/dismissals": { updated: 1, also: 3, undo: "u-1" },
  "POST /clients/c1/snoozes": { updated: 1, also: 0, undo: "u-2" },
  "POST /clients/c1/issue-undos/u-1": { updated: 4 },
};

afterEach(() => vi.unstubAllGlobals());

describe("a client's overview", () => {
  it("shows the score with its workings, and what could not be judged with its reason", async () => {
    const { screen } = await openScreen("/clients/c1", ANSWERS);
    await expect.element(screen.getByRole("img", { name: "Health score 62 of 100, needs attention" })).toBeVisible();
    await expect.element(screen.getByText("Down 8 since 1 Oct 2026 – why?")).toHaveAttribute("href", "/clients/c1/history?from=s1&to=s2");
    await expect.element(screen.getByText("Clear “Unreconciled bank items” to reach 71.")).toBeVisible();
    await expect.element(screen.getByText(/Only 55% of the score's weight could be judged/)).toBeVisible();
    await expect.element(screen.getByText("No permission")).toBeVisible();
    await expect.element(screen.getByText("The connection may not read assets.")).toBeVisible();
    await expect.element(screen.getByRole("link", { name: "Review Unreconciled bank items" })).toHaveAttribute("href", "/clients/c1/checks/DQ01");
    expect(await violations()).toEqual([]);
  });

  it("offers the import when there is nothing to judge yet", async () => {
    const { screen } = await openScreen("/clients/c1", { ...ANSWERS, "GET /clients/c1": { ...CLIENT, last_imported_at: null, score: { ...CLIENT.score, value: null, band: "unscored" } } });
    await expect.element(screen.getByRole("heading", { name: "Not imported yet" })).toBeVisible();
    await expect.element(screen.getByRole("button", { name: "Import now" })).toBeVisible();
  });

  it("says what stopped the last refresh, and keeps the data it has", async () => {
    const problem = { type: "/problems/consent-revoked", title: "Xero sign-in expired", status: 409, detail: "Reconnect Xero.", instance: "r", errors: null, action: { label: "Reconnect Xero", operation: "reconnect", href: null, until: null } };
    const { screen } = await openScreen("/clients/c1", { ...ANSWERS, "GET /clients/c1": { ...CLIENT, import_problem: problem } });
    await expect.element(screen.getByText("Last refresh failed.")).toBeVisible();
    await expect.element(screen.getByRole("button", { name: "Reconnect Xero: Kauri Plumbing" })).toBeVisible();
    await expect.element(screen.getByRole("img", { name: /Health score 62/ })).toBeVisible();
  });

  it("says that the client is open, and says it again when the page is looked at again", async () => {
    const { calls } = await openScreen("/clients/c1", ANSWERS);
    const told = () => calls.filter(({ method, path }) => method === "POST" && path.endsWith("/clients/c1/seen")).length;
    await expect.poll(told).toBe(1);
    document.dispatchEvent(new Event("visibilitychange"));
    await expect.poll(told).toBe(2);
  });

  it("tells a client one may not see from one that is broken", async () => {
    const { screen } = await openScreen("/clients/c1", { ...ANSWERS, "GET /clients/c1": () => new Refusal(404, { type: "/problems/not-found", title: "Not found", status: 404 }) });
    await expect.element(screen.getByRole("alert")).toBeVisible();
  });
});

describe("a sealed period", () => {
  const seal = { id: "z1", period_end: "2026-09-30", sealed_at: "2026-10-05T00:00:00Z", by: "Grace", note: null, documents: 412, total: "120000.00", changed: 1 };
  it("is made from the overview, and names what changed behind it", async () => {
    const { screen, calls } = await openScreen("/clients/c1", {
      ...ANSWERS, "GET /clients/c1/seals": page([seal]), "POST /clients/c1/seals": seal,
      "GET /clients/c1/seals/z1/changes": page([{ kind: "changed", resource: "invoices", id: "d1", number: "INV-7", contact: "Mitre 10", date: "2026-08-03", fields: [{ field: "total", before: "100.00", after: "140.00" }], updated_on: "2026-11-01", href: "https://go.xero.com/z" }]),
    });
    await screen.getByRole("button", { name: /^1 changed since in the period to 30 Sep/ }).click();
    await expect.element(screen.getByText("140.00")).toBeVisible();
    await expect.element(screen.getByText("Invoices INV-7")).toBeVisible();
    await screen.getByRole("button", { name: "Close" }).click();
    await screen.getByRole("button", { name: "Seal a period" }).click();
    const dialog = screen.getByRole("dialog", { name: "Seal a period" });
    await dialog.getByLabelText("Last day of the period").fill("2026-10-31");
    await dialog.getByRole("button", { name: "Seal the period" }).click();
    await expect.poll(() => calls.find(({ method, path }) => method === "POST" && path.endsWith("/seals"))?.body).toEqual({ period_end: "2026-10-31", note: "" });
  });

  it("comes with a report to send", async () => {
    const { screen, calls } = await openScreen("/clients/c1", { ...ANSWERS, "POST /exports": new Refusal(409, { type: "/problems/busy", title: "Too many files at once", status: 409 }) });
    await screen.getByRole("button", { name: "Health report (PDF)" }).click();
    await expect.element(screen.getByText("Too many files at once.")).toBeVisible();
    expect(calls.find(({ path }) => path === "/exports")?.body).toEqual({ kind: "health_report_pdf", params: { client_id: "c1" } });
  });
});

/** The check of who uses the books, over approvals that are kept while a screen stands. */
function people(approved: string[] = []): Answers {
  const idOf = (email: string) => email.split("@")[0] ?? "";
  const known = new Map(approved.map((email) => [idOf(email), email]));
  const shown = (id: string, email: string) => ({ id, email, by: "Grace Murphy", at: "2026-11-20T00:00:00Z" });
  const user = (id: string, title: string, email: string | null) => ({ ...ISSUE, id, code: "DQ46", title, detail: "Adviser", contact: null, amount: null, account: null, fix: null, links: [], facts: { email, role: "FINANCIALADVISER" } });
  return {
    ...ANSWERS,
    "GET /me": { ...ME, permissions: [...ME.permissions, "approvePerson", "withdrawApproval"] },
    "GET /checks": page([{ ...INFO, code: "DQ46", title: "User access" }]),
    "GET /clients/c1/checks": page([{ ...CHECK, code: "DQ46", title: "User access" }]),
    "GET /clients/c1/checks/DQ46/issues": page([user("i1", "Tess Bell", "Tess@Elsewhere.example"), user("i2", "Rob Hale", "rob@elsewhere.example"), user("i3", "No Address", null)]),
    "GET /clients/c1/approvals": () => page([...known].map(([id, email]) => shown(id, email))),
    "POST /clients/c1/approvals": ({ body }: { body: unknown }) => {
      const { email } = body as { email: string };
      if (!email.includes("@")) return new Refusal(422, { type: "/problems/invalid", title: "Something is not right", errors: [{ pointer: "/email", detail: "This is not an e-mail address." }] });
      known.set(idOf(email), email);
      return shown(idOf(email), email);
    },
    "DELETE /clients/c1/approvals/tess": () => { known.delete("tess"); return null; },
  };
}

describe("one check", () => {
  it("offers nobody what their role may not do", async () => {
    const { screen } = await openScreen("/clients/c1/checks/DQ01", { ...ANSWERS, "GET /me": { ...ME, permissions: [] } });
    await expect.element(screen.getByText("\u2212$878.33")).toBeVisible();
    expect(screen.getByRole("checkbox").elements().length).toBe(0);
    expect(screen.getByRole("button", { name: /Fix…|Read again/ }).elements().length).toBe(0);
  });

  it("explains itself and links each record to Xero, but to nothing that is not a web address", async () => {
    const { screen } = await openScreen("/clients/c1/checks/DQ01", ANSWERS);
    await expect.element(screen.getByText("Match them.")).toBeVisible();
    await expect.element(screen.getByText("\u2212$878.33")).toBeVisible();
    const link = screen.getByRole("link", { name: /Open in Xero Bank transaction/ });
    await expect.element(link).toHaveAttribute("target", "_blank");
    expect(screen.container.querySelectorAll('a[href^="javascript"]').length).toBe(0);
    expect(await violations()).toEqual([]);
  });

  it("says where its line is drawn, and what fixing the selected is worth", async () => {
    const { screen, calls } = await openScreen("/clients/c1/checks/DQ01", ANSWERS);
    await expect.element(screen.getByText("60 days")).toBeVisible();
    await screen.getByRole("checkbox", { name: "Select Mitre 10" }).click();
    await expect.element(screen.getByText("Fix the selected = +9 points, to 71")).toBeVisible();
    expect(calls.find(({ path }) => path.endsWith("/what-if"))?.body).toEqual({ issue_ids: ["i1"], codes: [] });
  });

  it("sets aside only with a reason, as far as was said, and takes it back", async () => {
    const { screen, calls } = await openScreen("/clients/c1/checks/DQ01", ANSWERS);
    await screen.getByRole("checkbox", { name: "Select Mitre 10" }).click();
    await screen.getByRole("button", { name: "Set aside 1 issue" }).click();
    const dialog = screen.getByRole("dialog", { name: "Set aside 1 issue" });
    await dialog.getByRole("button", { name: "Set aside 1 issue" }).click();
    await expect.element(dialog.getByText("Say why, so that the next person knows.")).toBeVisible();
    expect(calls.some(({ method, path }) => method === "POST" && path.includes("dismiss"))).toBe(false);
    await dialog.getByLabelText("Reason").fill("Agreed with the client");
    await dialog.getByRole("radio", { name: /This contact/ }).click();
    expect(await violations()).toEqual([]);
    await dialog.getByRole("button", { name: "Set aside 1 issue" }).click();
    await expect.poll(() => calls.find(({ path }) => path.endsWith("/dismissals"))?.body).toEqual({ issue_ids: ["i1"], reason: "Agreed with the client", scope: "contact" });
    await expect.element(screen.getByText("3 more issues went with it.")).toBeVisible();
    await screen.getByRole("button", { name: "Undo" }).click();
    await expect.poll(() => calls.some(({ path }) => path.endsWith("/issue-undos/u-1"))).toBe(true);
  });

  it("snoozes until a day after today", async () => {
    const { screen, calls } = await openScreen("/clients/c1/checks/DQ01", ANSWERS);
    await screen.getByRole("checkbox", { name: "Select Mitre 10" }).click();
    await screen.getByRole("button", { name: "Snooze 1 issue" }).click();
    const dialog = screen.getByRole("dialog", { name: "Snooze 1 issue" });
    await dialog.getByLabelText("Until").fill("2020-01-01");
    await dialog.getByRole("button", { name: "Snooze 1 issue" }).click();
    await expect.element(dialog.getByText("Choose a day after today.")).toBeVisible();
    await dialog.getByLabelText("Until").fill("2999-01-01");
    await dialog.getByRole("button", { name: "Snooze 1 issue" }).click();
    await expect.poll(() => calls.find(({ path }) => path.endsWith("/snoozes"))?.body).toEqual({ issue_ids: ["i1"], until: "2999-01-01" });
  });

  it("sorts on the server, and says so in the address", async () => {
    const { screen, calls, router } = await openScreen("/clients/c1/checks/DQ01", ANSWERS);
    await screen.getByRole("button", { name: "Amount" }).click();
    await expect.poll(() => calls.some(({ query }) => query.get("sort") === "-amount")).toBe(true);
    expect(router.state.location.search).toEqual({ sort: "-amount" });
  });

  it("shows what a fix would write before it writes, once, and offers the way back", async () => {
    const { screen, calls } = await openScreen("/clients/c1/checks/DQ01", {
      ...ANSWERS,
      "GET /clients/c1/issues/i1/fix": { kind: "contact_default", title: "Set the usual account", changes: [{ field: "account", label: "Account", before: null, after: "400" }], choices: [{ value: "400", label: "400 Advertising" }, { value: "404", label: "404 Bank fees" }], warnings: ["Repeating bills keep their own account."], behind_lock: false, can_undo: true },
      "POST /clients/c1/issues/i1/fix": { ...FIX, state: "writing" },
      "GET /clients/c1/fixes": page([FIX]),
      "POST /clients/c1/fixes/f1/undo": { ...FIX, state: "undoing" },
    });
    await screen.getByRole("button", { name: "Fix… Mitre 10" }).click();
    const dialog = screen.getByRole("dialog", { name: "Set the usual account" });
    await expect.element(dialog.getByText("Repeating bills keep their own account.")).toBeVisible();
    await expect.element(dialog.getByText("Empty")).toBeVisible();
    expect(calls.some(({ method, path }) => method === "POST" && path.endsWith("/fix"))).toBe(false);
    await dialog.getByRole("button", { name: "Write to Xero" }).click();
    await expect.poll(() => calls.find(({ method, path }) => method === "POST" && path.endsWith("/fix"))?.body).toEqual({ value: null });
    await screen.getByRole("button", { name: "Undo" }).click();
    await expect.poll(() => calls.some(({ path }) => path.endsWith("/fixes/f1/undo"))).toBe(true);
  });

  it("keeps the way back beside what was fixed", async () => {
    const { screen, calls } = await openScreen("/clients/c1/checks/DQ01?state=fixed", {
      ...ANSWERS,
      "GET /clients/c1/checks/DQ01/issues": page([{ ...ISSUE, state: "fixed" }]),
      "GET /clients/c1/fixes": page([{ ...FIX, title: "Set the usual account" }, { ...FIX, id: "f0", state: "failed", can_undo: false }]),
      "POST /clients/c1/fixes/f1/undo": { ...FIX, state: "undoing" },
    });
    await screen.getByRole("button", { name: "Undo the correction of Mitre 10" }).click();
    await expect.poll(() => calls.some(({ path }) => path.endsWith("/fixes/f1/undo"))).toBe(true);
  });

  it("says what an unjudged check lacks, and where its figure is entered", async () => {
    const { screen } = await openScreen("/clients/c1/checks/DQ03", {
      ...ANSWERS,
      "GET /checks": page([{ ...INFO, code: "DQ03" }]),
      "GET /clients/c1/checks": page([{ ...CHECK, code: "DQ03", state: "no_permission", open: 0, reason: "The connection may not read statements." }]),
      "GET /clients/c1/checks/DQ03/issues": page([]),
    });
    await expect.element(screen.getByRole("heading", { name: "No permission" })).toBeVisible();
    await expect.element(screen.getByText("The connection may not read statements.")).toBeVisible();
    await expect.element(screen.getByText("Enter statement balances")).toHaveAttribute("href", "/clients/c1/figures");
  });

  it("approves somebody for this client from their issue, and takes it back", async () => {
    const { screen, calls } = await openScreen("/clients/c1/checks/DQ46", people());
    await expect.element(screen.getByText("Nobody outside the practice is approved.", { exact: false })).toBeVisible();
    expect(await violations()).toEqual([]);
    await screen.getByRole("button", { name: "Approve Tess Bell" }).click();
    await expect.element(screen.getByText("Approved by Grace Murphy on 20 Nov 2026")).toBeVisible();
    await expect.element(screen.getByText("Approved", { exact: true })).toBeVisible();
    expect(calls.filter(({ method, path }) => method === "POST" && path.endsWith("/approvals")).map(({ body }) => body)).toEqual([{ email: "tess@elsewhere.example" }]);
    await screen.getByRole("button", { name: "Take back the approval of tess@elsewhere.example" }).click();
    await expect.element(screen.getByRole("button", { name: "Approve Tess Bell" })).toBeVisible();
    await screen.getByRole("button", { name: "Undo" }).click();
    await expect.element(screen.getByText("Approved by Grace Murphy on 20 Nov 2026")).toBeVisible();
  });

  it("approves all who are ticked, but nobody twice and nobody without an address", async () => {
    const { screen, calls } = await openScreen("/clients/c1/checks/DQ46", people(["rob@elsewhere.example"]));
    await expect.element(screen.getByText("rob@elsewhere.example", { exact: true })).toBeVisible();
    await screen.getByRole("checkbox", { name: /^Select all/ }).click();
    await screen.getByRole("button", { name: "Approve 1 person" }).click();
    await expect.element(screen.getByText("tess@elsewhere.example", { exact: true })).toBeVisible();
    expect(calls.filter(({ method, path }) => method === "POST" && path.endsWith("/approvals")).map(({ body }) => body)).toEqual([{ email: "tess@elsewhere.example" }]);
  });

  it("approves an address by hand, and says what is wrong with one that is none", async () => {
    const { screen } = await openScreen("/clients/c1/checks/DQ46", people());
    await screen.getByLabelText("E-mail address").fill("nobody");
    await screen.getByRole("button", { name: "Approve", exact: true }).click();
    await expect.element(screen.getByText("This is not an e-mail address.")).toBeVisible();
    await screen.getByLabelText("E-mail address").fill("ann@elsewhere.example");
    await screen.getByRole("button", { name: "Approve", exact: true }).click();
    await expect.element(screen.getByRole("button", { name: "Take back the approval of ann@elsewhere.example" })).toBeVisible();
    await expect.element(screen.getByLabelText("E-mail address")).toHaveValue("");
  });

  it("names who is approved to whom may only look", async () => {
    const { screen } = await openScreen("/clients/c1/checks/DQ46", { ...people(["rob@elsewhere.example"]), "GET /me": { ...ME, role: "read_only", permissions: [] } });
    await expect.element(screen.getByText("rob@elsewhere.example", { exact: true })).toBeVisible();
    expect(await violations()).toEqual([]);
    expect(screen.getByRole("button", { name: /Approve|Take back/ }).elements().length).toBe(0);
  });

  it("writes nothing behind the lock date", async () => {
    const { screen } = await openScreen("/clients/c1/checks/DQ01", { ...ANSWERS, "GET /clients/c1/issues/i1/fix": { kind: "contact_default", title: "Set the usual account", changes: [], choices: [], warnings: [], behind_lock: true, can_undo: false } });
    await screen.getByRole("button", { name: "Fix… Mitre 10" }).click();
    await expect.element(screen.getByText("Behind the lock date.")).toBeVisible();
    expect(screen.getByRole("button", { name: "Write to Xero" }).elements().length).toBe(0);
  });

  it("says when nothing is there, and when reading failed", async () => {
    const { screen } = await openScreen("/clients/c1/checks/DQ01", { ...ANSWERS, "GET /clients/c1/checks/DQ01/issues": page([]) });
    await expect.element(screen.getByRole("heading", { name: "Nothing to clean up" })).toBeVisible();
    const broken = await openScreen("/clients/c1/checks/DQ01", { ...ANSWERS, "GET /clients/c1/checks/DQ01/issues": () => new Refusal(500, { type: "/problems/broken", title: "Something broke", status: 500 }) });
    await expect.element(broken.screen.getByRole("button", { name: "Try again" })).toBeVisible();
  });
});

describe("why a score changed", () => {
  it("is two clicks from the clients' list: the client, then the change", async () => {
    const { screen, calls } = await openScreen("/clients/c1", ANSWERS);
    await screen.getByRole("link", { name: "Down 8 since 1 Oct 2026 – why?" }).click();
    const fall = screen.getByRole("list", { name: "Why the score changed" });
    await expect.element(fall).toBeVisible();
    await expect.element(fall.getByText("\u22129.3")).toBeVisible();
    await expect.element(fall.getByText("Rounding")).toBeVisible();
    await fall.getByText("6 more items wait than before.").click();
    await expect.element(fall.getByText("7 issues opened, 1 issue went; the 1 newest:")).toBeVisible();
    await expect.element(fall.getByRole("link", { name: "Open “Unreconciled bank items”" })).toHaveAttribute("href", "/clients/c1/checks/DQ01");
    const asked = calls.findLast(({ path }) => path.endsWith("/score/changes"))?.query;
    expect([asked?.get("from"), asked?.get("to")]).toEqual(["s1", "s2"]);
    await expect.element(screen.getByText("Reconnect Xero and allow assets.")).toBeVisible();
    expect(await violations()).toEqual([]);
  });

  it("makes one row of scores that changed nothing, which opens", async () => {
    const point = (id: string, at: string, value: number) => ({ id, at: `2026-${at}T00:00:00Z`, value, band: "healthy", profile: "first", profile_version: 1 });
    const { screen } = await openScreen("/clients/c1/history", { ...ANSWERS, "GET /clients/c1/scores": { items: [point("s1", "10-01", 82), point("s2", "10-08", 74), point("s3", "10-15", 74), point("s4", "10-22", 74), point("s5", "10-29", 74)], average: [] } });
    const list = screen.getByRole("table", { name: "Scores", exact: true });
    await expect.element(list.getByText("No change in 3 scores")).toBeVisible();
    expect(list.getByRole("row").elements().length).toBe(4);
    await list.getByRole("button", { name: "Show all 3 scores from 15 Oct 2026" }).click();
    expect(list.getByRole("row").elements().length).toBe(7);
    expect(await violations()).toEqual([]);
    await list.getByRole("button", { name: "Hide all 3 scores from 15 Oct 2026" }).click();
    expect(list.getByRole("row").elements().length).toBe(4);
  });

  it("tells every point to the keyboard", async () => {
    const { screen } = await openScreen("/clients/c1/history", ANSWERS);
    const plot = screen.getByRole("slider", { name: "Scores, point by point" });
    await expect.element(plot).toHaveAttribute("aria-valuetext", expect.stringContaining("74, healthy"));
    (plot.element() as HTMLElement).focus();
    plot.element().dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowLeft", bubbles: true }));
    await expect.element(plot).toHaveAttribute("aria-valuetext", expect.stringContaining("82, healthy"));
  });
});
