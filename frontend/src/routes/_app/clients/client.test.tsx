import { afterEach, describe, expect, it, vi } from "vitest";

import type { CleanUp, ClientDetail, Issue, Scorecard } from "@/api/generated";
import { violations } from "@/testing/axe";
import { openScreen, Refusal, type Answers } from "@/testing/screen";

const CLIENT: ClientDetail = {
  id: "c1", name: "Kauri Plumbing", state: "active", visibility: "whole_team", managers: [], viewers: [], tags: [], tenant_id: "t1", country: "NZ", currency: "NZD",
  size: { state: "known", documents: 900, calls: 20, seconds: 9, band: "small" }, score: { value: 62, band: "attention", provisional: true, scored_at: null, trend: [56, 62], change: 6 },
  issues: 7, is_new: false, last_imported_at: "2026-11-20T00:00:00Z", last_synced_at: null, next_sync_at: null, stale: false, importing: null, connection: "active", documents: 900, version: 3, short_code: "!x", xero_url: "https://go.xero.com/x",
  financial_year_end: "31 March", sales_tax_basis: "PAYMENTS", sales_tax_period: "TWOMONTHS", period_lock_date: "2026-03-31", end_of_year_lock_date: null, time_zone: null, import_problem: null, previous_id: null, next_id: "c2",
};
const SCORE: Scorecard = {
  value: 62, band: "attention", provisional: true, coverage: 55, profile: "first", profile_version: 1, as_of: "2026-11-21", period_end: "2026-10-31", scored_at: "2026-11-20T00:00:00Z", change: 6,
  entries: [
    { code: "DQ01", codes: ["DQ01"], title: "Unreconciled bank items", weight: 25, state: "evaluated", degree: "0.6400", points: "16.00", points_to_gain: "9.00", n: 6, of: 130, why: "It matters.", measure: "6 of 130 are not reconciled." },
    { code: "DQ30", codes: ["DQ30"], title: "Fixed assets", weight: 10, state: "no_permission", degree: null, points: null, points_to_gain: null, n: null, of: null, why: "The connection may not read assets.", measure: null },
  ],
};
const CHECK: CleanUp = { code: "DQ01", title: "Unreconciled bank items", group: "Bank and cash", severity: "high", reason: "The oldest waits since 94 days.", open: 6, dismissed: 0, amount: "2570.59", currency: "NZD", oldest: null, points_to_gain: "9.00", state: "evaluated" };
const ISSUE: Issue = {
  id: "i1", code: "DQ01", state: "open", title: "Spend money", detail: "Not matched", amount: "-878.33", currency: "NZD", date: "2026-03-03", age_days: 263, contact: "Mitre 10", account: "Business Account", facts: {},
  links: [{ label: "Bank transaction in Xero", href: "https://go.xero.com/y" }, { label: "Trap", href: "javascript:alert(1)" }], found_at: "2026-11-20T00:00:00Z",
};
const page = <T,>(items: T[]) => ({ items, next_cursor: null, total: items.length });
const ANSWERS: Answers = {
  "GET /clients/c1": CLIENT,
  "GET /clients/c1/score": SCORE,
  "GET /clients/c1/scores": page([{ at: "2026-10-20T00:00:00Z", value: 56, band: "attention" }, { at: "2026-11-20T00:00:00Z", value: 62, band: "attention" }]),
  "GET /clients/c1/checks": page([CHECK]),
  "GET /clients/c1/checks/DQ01/issues": page([ISSUE]),
  "GET /checks": page([{ code: "DQ01", title: "Unreconciled bank items", group: "Bank and cash", severity: "high", why: "Balances.", fix: "Match them.", definition: "Counted so.", source: "own" }]),
  "POST /clients/c1/dismissals": { updated: 1 },
  "POST /clients/c1/reopenings": { updated: 1 },
};

afterEach(() => vi.unstubAllGlobals());

describe("a client's overview", () => {
  it("shows the score with its workings, and what could not be judged with its reason", async () => {
    const { screen } = await openScreen("/clients/c1", ANSWERS);
    await expect.element(screen.getByRole("img", { name: "Health score 62 of 100, needs attention" })).toBeVisible();
    await expect.element(screen.getByText("Up 6 since the import before")).toBeVisible();
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

describe("one check", () => {
  it("explains itself and links each record to Xero, but to nothing that is not a web address", async () => {
    const { screen } = await openScreen("/clients/c1/checks/DQ01", ANSWERS);
    await expect.element(screen.getByText("Match them.")).toBeVisible();
    await expect.element(screen.getByText("\u2212$878.33")).toBeVisible();
    const link = screen.getByRole("link", { name: /Open in Xero Bank transaction/ });
    await expect.element(link).toHaveAttribute("target", "_blank");
    expect(screen.container.querySelectorAll('a[href^="javascript"]').length).toBe(0);
    expect(await violations()).toEqual([]);
  });

  it("dismisses only with a reason, and takes it back", async () => {
    const { screen, calls } = await openScreen("/clients/c1/checks/DQ01", ANSWERS);
    await screen.getByRole("checkbox", { name: "Select Mitre 10" }).click();
    await screen.getByRole("button", { name: "Dismiss 1 issue" }).click();
    const dialog = screen.getByRole("dialog", { name: "Dismiss 1 issue" });
    await dialog.getByRole("button", { name: "Dismiss 1 issue" }).click();
    await expect.element(dialog.getByText("Say why, so that the next person knows.")).toBeVisible();
    expect(calls.some(({ method, path }) => method === "POST" && path.includes("dismiss"))).toBe(false);
    await dialog.getByLabelText("Reason").fill("Agreed with the client");
    await dialog.getByRole("button", { name: "Dismiss 1 issue" }).click();
    await expect.poll(() => calls.find(({ path }) => path.endsWith("/dismissals"))?.body).toEqual({ issue_ids: ["i1"], reason: "Agreed with the client" });
    await screen.getByRole("button", { name: "Undo" }).click();
    await expect.poll(() => calls.find(({ path }) => path.endsWith("/reopenings"))?.body).toEqual({ issue_ids: ["i1"] });
  });
});
