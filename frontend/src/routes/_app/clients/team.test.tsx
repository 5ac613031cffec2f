import { afterEach, describe, expect, it, vi } from "vitest";

import type { ClientDetail, Team } from "@/api/generated";
import { violations } from "@/testing/axe";
import { ME, openScreen, Refusal, type Answers, type Call } from "@/testing/screen";

const CLIENT: ClientDetail = {
  id: "c1", name: "Aroha Ngata", state: "active", visibility: "whole_team", managers: [{ id: "u1", name: "Grace Murphy" }], viewers: [], tags: [], tenant_id: null, country: null, currency: null,
  size: { state: "unknown", documents: null, calls: null, seconds: null, band: null }, score: { value: null, band: "unscored", provisional: false, scored_at: null, trend: [], change: null },
  issues: 0, is_new: true, last_imported_at: null, last_synced_at: null, next_sync_at: null, stale: false, importing: null, connection: null, documents: null, kind: "person", linked_to_xpm: true, updated_fields: [], version: 3, short_code: null, xero_url: null,
  financial_year_end: null, sales_tax_basis: null, sales_tax_period: null, period_lock_date: null, end_of_year_lock_date: null, time_zone: null, import_problem: null, previous_id: null, next_id: null,
};
const detail = (field: string, group: "name" | "email" | "phone" | "address", label: string, value: string, source: "xpm" | "here" = "xpm") => ({ field, group, label, value, source, at: "2026-11-14T00:00:00Z", by: "Grace Murphy" });
const TEAM: Team = {
  details: [detail("name", "name", "Name", "Aroha Ngata"), detail("email", "email", "Email", "aroha@example.com", "here"), detail("phone", "phone", "Telephone", "09 555 1234")],
  contacts: [{ id: "p1", name: "Rangi Ngata", email: "rangi@example.com", phone: null, mobile: null, position: "Spouse", primary: true, source: "xpm" }],
  relationships: [
    { id: "r1", type: "Director", role: "director", direction: "to", other: { id: "c2", name: "Kauri Holdings Limited", imported: true }, shares: null, percentage: null, started_on: null, ended_on: null },
    { id: "r2", type: "Spouse", role: "spouse", direction: "from", other: { id: null, name: "Rangi Ngata", imported: false }, shares: null, percentage: null, started_on: null, ended_on: null },
  ],
  groups: [{ id: "g1", name: "Ngata Group", members: 3 }],
  managers_pending: [{ name: "Liam Ngata", as: "partner" }],
  link: {
    id: "l1", practice: "Harbour & Co", remote_name: "Ngata, Aroha", state: "linked", details: "basic", web_url: "https://practicemanager.xero.com/Client/1", last_imported_at: "2026-11-14T00:00:00Z", imported_by: "Grace Murphy", import_id: "i1", changed_fields: ["phone"],
    conflicts: [{ id: "k1", field: "email", label: "Email", base: "old@example.com", local: "aroha@example.com", remote: "a.ngata@example.com", found_at: "2026-11-14T00:00:00Z" }],
  },
  version: 5,
};
const ANSWERS: Answers = {
  "GET /me": { ...ME, permissions: [...ME.permissions, "amendClient", "unlinkClient", "updateFromXpm", "resolveConflict"] },
  "GET /clients/c1": CLIENT, "GET /clients/c1/team": TEAM, "POST /clients/c1/seen": {},
};

afterEach(() => vi.unstubAllGlobals());

describe("a client's team section", () => {
  it("shows each detail with its source, who is who drawn, and who is still to come", async () => {
    const { screen } = await openScreen("/clients/c1/team", ANSWERS);
    await expect.element(screen.getByText("XPM 14 Nov 2026").first()).toBeVisible();
    await expect.element(screen.getByText("Entered here 14 Nov 2026")).toBeVisible();
    await expect.element(screen.getByRole("figure", { name: "Relationships of Aroha Ngata" })).toBeVisible();
    await expect.element(screen.getByRole("link", { name: "Kauri Holdings Limited" })).toHaveAttribute("href", "/clients/c2/team");
    await expect.element(screen.getByText("Pending")).toBeVisible();
    await expect.element(screen.getByText("Ngata Group, 3 clients")).toBeVisible();
    expect(await violations()).toEqual([]);
  });

  it("edits a group where it stands and sends only what changed", async () => {
    const { screen, calls } = await openScreen("/clients/c1/team", { ...ANSWERS, "PATCH /clients/c1/details": TEAM });
    await screen.getByRole("button", { name: "Edit telephone" }).click();
    await screen.getByRole("textbox", { name: "Telephone" }).fill("09 555 9999");
    expect(await violations()).toEqual([]);
    await screen.getByRole("button", { name: "Save", exact: true }).click();
    await expect.element(screen.getByRole("button", { name: "Edit telephone" })).toBeVisible();
    await expect.poll(() => calls.find(({ method }) => method === "PATCH")?.body).toEqual({ version: 5, fields: { phone: "09 555 9999" } });
  });

  it("shows both values when somebody else saved in between, and keeps mine when I say so", async () => {
    let n = 0;
    const theirs = { ...TEAM, version: 6, details: TEAM.details.map((one) => (one.field === "phone" ? { ...one, value: "09 777 7777" } : one)) };
    const { screen, calls } = await openScreen("/clients/c1/team", {
      ...ANSWERS,
      "GET /clients/c1/team": () => (n === 0 ? TEAM : theirs),
      "PATCH /clients/c1/details": () => (n++ === 0 ? new Refusal(412, { type: "/problems/stale", title: "Somebody else changed this", status: 412 }) : theirs),
    });
    await screen.getByRole("button", { name: "Edit telephone" }).click();
    await screen.getByRole("textbox", { name: "Telephone" }).fill("09 555 9999");
    await screen.getByRole("button", { name: "Save", exact: true }).click();
    await expect.element(screen.getByText("Telephone: yours “09 555 9999”, theirs “09 777 7777”.")).toBeVisible();
    await screen.getByRole("button", { name: "Keep mine" }).click();
    await expect.poll(() => calls.filter(({ method }) => method === "PATCH").map(({ body }) => body)).toEqual([
      { version: 5, fields: { phone: "09 555 9999" } },
      { version: 6, fields: { phone: "09 555 9999" } },
    ]);
  });

  it("lets a conflict be decided", async () => {
    const { screen, calls } = await openScreen("/clients/c1/team", { ...ANSWERS, "POST /xpm/conflicts/k1/resolution": { resolution: "remote" } });
    await screen.getByRole("button", { name: "Take XPM’s: Email" }).click();
    await expect.poll(() => calls.find(({ path }) => path === "/xpm/conflicts/k1/resolution")?.body).toEqual({ take: "remote" });
  });
});

describe("the link in a client's header", () => {
  it("opens in XPM, updates, and unlinks after asking", async () => {
    const { screen, calls } = await openScreen("/clients/c1", { ...ANSWERS, "POST /clients/c1/link/refresh": { outcome: "unchanged" }, "DELETE /clients/c1/link": "" });
    const open = () => screen.getByRole("button", { name: "Linked to Xero Practice Manager" }).click();
    await expect.element(screen.getByRole("heading", { name: "No books in Xero" })).toBeVisible();
    await open();
    await expect.element(screen.getByRole("menuitem", { name: /Open in Xero Practice Manager/ })).toHaveAttribute("href", "https://practicemanager.xero.com/Client/1");
    await expect.element(screen.getByText("Harbour & Co: Ngata, Aroha")).toBeVisible();
    await screen.getByRole("menuitem", { name: "Update from Xero Practice Manager" }).click();
    await expect.poll(() => calls.some(({ path }) => path === "/clients/c1/link/refresh")).toBe(true);
    await open();
    await screen.getByRole("menuitem", { name: "Unlink" }).click();
    await screen.getByRole("alertdialog").getByRole("button", { name: "Unlink" }).click();
    await expect.poll(() => calls.some(({ method, path }: Call) => method === "DELETE" && path === "/clients/c1/link")).toBe(true);
  });
});
