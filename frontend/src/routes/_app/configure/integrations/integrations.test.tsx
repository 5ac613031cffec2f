import { afterEach, describe, expect, it, vi } from "vitest";
import { userEvent } from "vitest/browser";

import { violations } from "@/testing/axe";
import { ME, openScreen, type Answers, type Call } from "@/testing/screen";
import { anImport, MAY } from "@/testing/xpm";

const NONE = { items: [], next_cursor: null, total: 0 };
const CONSENT = {
  name: "Margaret Ashdown", email: "margaret@harbour.example", connected_by: "Grace Murphy", status: "active", consented_at: "2026-11-01T00:00:00Z", lapses_at: "2026-12-31T00:00:00Z",
  scopes: ["openid", "profile", "email", "offline_access", "practicemanager.client.read"], missing_scopes: ["practicemanager.staff.read"],
};
const PRACTICE = { tenant_id: "t1", name: "Harbour & Co", connection: "connected", cause: null, linked_clients: 212, linked_staff: 9, staff_gone: [], open_conflicts: 1, consents: [CONSENT], last_import: { id: "i0", applied_at: "2026-11-01T00:00:00Z", counts: { created: 200, failed: 2 } } };
const XPM = { practices: [PRACTICE], under_way: null, preflight: [{ code: "connected", ok: true, text: "A practice is connected.", remedy: null }] };
const CONFLICT = { id: "k1", client: { id: "c1", name: "Aroha Ngata" }, practice: "Harbour & Co", field: "email", label: "Email", base: "", local: "a@example.com", remote: "b@example.com", found_at: "2026-11-14T00:00:00Z" };
const ANSWERS: Answers = {
  "GET /me": { ...MAY, permissions: [...MAY.permissions, "setXpmPolicy", "resolveConflict"] },
  "GET /connections": NONE, "GET /xpm": XPM, "GET /xpm/imports": { items: [anImport({ id: "i0", state: "applied", applied_at: "2026-11-01T00:00:00Z", counts: { created: 200, failed: 2 } })], next_cursor: null, total: 1 },
  "GET /xpm/policy": { tenant_id: "t1", name: "ask", email: "ask", phone: "ask", address: "ask", trusts_by_name: false }, "GET /xpm/conflicts": { items: [CONFLICT], next_cursor: null, total: 1 },
};
const AT = "/configure/integrations";

afterEach(() => vi.unstubAllGlobals());

describe("integrations", () => {
  it("has a card for each, with its state and one action", async () => {
    const { screen } = await openScreen(AT, ANSWERS);
    await expect.element(screen.getByText("212 clients linked. Last import 1 Nov 2026.")).toBeVisible();
    await expect.element(screen.getByRole("link", { name: "Manage Xero Practice Manager" })).toHaveAttribute("href", `${AT}/xpm`);
    expect(await violations()).toEqual([]);
  });
});

describe("managing Xero Practice Manager", () => {
  it("shows what is linked, what is to be decided, and what there was", async () => {
    const { screen } = await openScreen(`${AT}/xpm`, ANSWERS);
    await expect.element(screen.getByText("200 created, 2 failed").first()).toBeVisible();
    await expect.element(screen.getByRole("heading", { name: "1 conflict to decide" })).toBeVisible();
    await expect.element(screen.getByRole("button", { name: "Download the report" })).toBeVisible();
    expect(await violations()).toEqual([]);
  });

  it("says who connected it, when, and what was granted", async () => {
    const { screen } = await openScreen(`${AT}/xpm`, ANSWERS);
    const who = screen.getByRole("list", { name: "Who connected it" });
    await expect.element(who.getByText("Connected by Grace Murphy on 1 Nov 2026, with the Xero login of Margaret Ashdown margaret@harbour.example")).toBeVisible();
    const terms = [...who.element().querySelectorAll("dt, dd")].map((line) => line.textContent);
    expect(terms).toEqual([
      "Granted", "Read clients, contacts, relationships and groups practicemanager.client.read", "Stay connected until you disconnect offline_access", "Know whose login it is openid profile email",
      "Not granted", "Read staff practicemanager.staff.read",
    ]);
  });

  it("names staff who left the practice, who stay here until somebody removes them", async () => {
    const { screen } = await openScreen(`${AT}/xpm`, { ...ANSWERS, "GET /xpm": { ...XPM, practices: [{ ...PRACTICE, staff_gone: [{ id: "u3", name: "Tane Rangihuna" }] }] } });
    await expect.element(screen.getByText(/^Tane Rangihuna is no longer on the staff in XPM/)).toBeVisible();
    await expect.element(screen.getByRole("link", { name: "the team" })).toHaveAttribute("href", "/configure/team");
  });

  it("starts an import and shows it being read", async () => {
    let under: unknown = null;
    const { screen, calls } = await openScreen(`${AT}/xpm`, { ...ANSWERS, "GET /xpm": () => ({ ...XPM, under_way: under }), "POST /xpm/imports": () => (under = anImport({ state: "fetching", fetched_at: null, progress: { stage: "Reading clients", done: 200, total: null } })) });
    await screen.getByRole("button", { name: "Import data" }).click();
    await expect.element(screen.getByText("200 so far")).toBeVisible();
    await expect.element(screen.getByText(/we email grace@harbour.example/)).toBeVisible();
    expect(calls.find(({ method }) => method === "POST")?.body).toEqual({ tenant_id: "t1" });
  });

  it("leads on to the review, at the step where somebody left it", async () => {
    const { screen } = await openScreen(`${AT}/xpm`, { ...ANSWERS, "GET /xpm": { ...XPM, under_way: anImport({ step: "clients" }) } });
    await expect.element(screen.getByRole("heading", { name: "Review and import data" })).toBeVisible();
    await expect.element(screen.getByRole("link", { name: "View data" })).toHaveAttribute("href", `${AT}/xpm/imports/i1/clients`);
  });

  it("sets who wins for all at once and for each", async () => {
    const { screen, calls } = await openScreen(`${AT}/xpm`, { ...ANSWERS, "PUT /xpm/policy": ({ body }: Call) => body });
    await screen.getByRole("button", { name: "XPM is master" }).click();
    await expect.poll(() => calls.find(({ method }) => method === "PUT")?.body).toEqual({ tenant_id: "t1", name: "xpm_wins", email: "xpm_wins", phone: "xpm_wins", address: "xpm_wins", trusts_by_name: false });
    await screen.getByRole("combobox", { name: "Who wins for telephone" }).click();
    await screen.getByRole("option", { name: /Bulkhead wins/ }).click();
    await expect.poll(() => calls.findLast(({ method }) => method === "PUT")?.body).toMatchObject({ name: "xpm_wins", phone: "portal_wins" });
    await expect.element(screen.getByRole("button", { name: "Each for itself" })).toBeVisible();
    await screen.getByRole("switch", { name: "Link trusts and funds by name alone" }).click();
    await expect.poll(() => calls.findLast(({ method }) => method === "PUT")?.body).toMatchObject({ phone: "portal_wins", trusts_by_name: true });
  });

  it("asks for the consent, and names what is missing", async () => {
    const { screen } = await openScreen(`${AT}/xpm`, { ...ANSWERS, "GET /xpm": { practices: [], under_way: null, preflight: [{ code: "connected", ok: false, text: "No practice is connected yet.", remedy: "Connect with a login that may." }] }, "GET /xpm/imports": NONE, "GET /xpm/conflicts": NONE });
    await expect.element(screen.getByRole("button", { name: "Connect Xero Practice Manager" })).toBeVisible();
    await expect.element(screen.getByText("Connect with a login that may.")).toBeVisible();
    expect(await violations()).toEqual([]);
  });

  it("takes a report: the columns are guessed, put right, and remembered by the server", async () => {
    const report = { headers: ["Client", "E-mail", "Kind"], columns: { name: "Client", email: "Client" }, sample: [["Aroha Ngata", "a@example.com", "Individual"]], rows: 12, remembered: false };
    const made = anImport({ source: "report", state: "fetching", fetched_at: null, progress: { stage: "Reading rows", done: 3, total: 12 } });
    const { screen, calls } = await openScreen(`${AT}/xpm`, { ...ANSWERS, "POST /xpm/reports/columns": report, "POST /xpm/reports": made, "GET /xpm/imports/i1": made });
    await expect.element(screen.getByRole("button", { name: "Choose a report" })).toBeVisible();
    await userEvent.upload(screen.container.querySelector<HTMLInputElement>("input[type=file]")!, new File([JSON.stringify("Client,E-mail,Kind")], "clients.csv", { type: "text/csv" }));
    await expect.element(screen.getByRole("dialog", { name: "Which column is what" })).toBeVisible();
    expect(await violations()).toEqual([]);
    await screen.getByRole("button", { name: "Read 12 rows" }).click();
    await expect.element(screen.getByRole("alert")).toHaveTextContent("Client: one column can be one field only.");
    await screen.getByRole("combobox", { name: "Column of email" }).click();
    await screen.getByRole("option", { name: "E-mail" }).click();
    await screen.getByRole("button", { name: "Read 12 rows" }).click();
    await expect.element(screen.getByRole("heading", { name: "Reading the report" })).toBeVisible();
    const sent = calls.find(({ method, path }) => method === "POST" && path === "/xpm/reports")?.query;
    expect([sent?.get("name"), JSON.parse(sent?.get("columns") ?? "")]).toEqual(["clients.csv", { name: "Client", email: "E-mail" }]);
  });

  it("says who may, to those who may not", async () => {
    const { screen } = await openScreen(`${AT}/xpm`, { ...ANSWERS, "GET /me": ME });
    await expect.element(screen.getByText(/Owners and administrators import clients/)).toBeVisible();
  });
});
