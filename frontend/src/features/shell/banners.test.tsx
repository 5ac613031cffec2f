import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import type { Connection, ConnectionCause, Grant } from "@/api/generated";
import { violations } from "@/testing/axe";
import { ME, openScreen, type Answers } from "@/testing/screen";

const REVOKED: ConnectionCause = {
  cause: "consent_revoked", breaks: true, title: "Xero no longer accepts a sign-in", detail: "The consent of Ada was withdrawn.", connections: 40,
  names: ["Kauri Cafe", "Tui Motors", "Fern Dental", "Rata Law", "Nikau Build"], clients: 38, grant_id: "g1", action: { label: "Reconnect", operation: "reconnect", href: null, until: null },
};
const NARROW: ConnectionCause = { ...REVOKED, cause: "scope_missing", breaks: false, title: "Permissions are missing", detail: "Consent once more.", connections: 2, names: ["Kauri Cafe", "Tui Motors"], action: { ...REVOKED.action!, label: "Update permissions" } };
const GRANT: Grant = {
  id: "g1", name: "Ada Lim", email: "ada@harbour.example", member_id: null, connected_by: "Ada Lim", status: "active", scopes: [], missing_scopes: [], consented_at: "2026-11-01T00:00:00Z",
  last_refreshed_at: "2026-11-20T00:00:00Z", lapses_at: "2027-01-19T00:00:00Z", connections: 40, only_link: 2, only_link_names: ["Kauri Cafe", "Tui Motors"],
};
const LINK: Connection = {
  id: "n1", tenant_id: "t1", tenant_name: "Kauri Cafe", kind: "organisation", status: "degraded", client_id: "c1", client_name: "Kauri Cafe", connected_at: "2026-11-01T00:00:00Z",
  grants: [
    { id: "g1", name: "Ada Lim", email: null, status: "reauth_required", connected_by: "Ada Lim", last_refreshed_at: null },
    { id: "g2", name: "Ben Oka", email: null, status: "active", connected_by: "Ben Oka", last_refreshed_at: null },
  ],
  day_calls_left: 4812, day_limit: 5000, minute_calls_left: 60, cause: "fallback_in_use", detail: "Another sign-in is used.", missing_scopes: [], ends_at: null, checked_at: null, action: null,
};
const answers = (causes: ConnectionCause[], more: Answers = {}): Answers => ({
  "GET /connections/health": { total: 42, working: 0, degraded: 2, broken: 40, causes },
  "GET /connections": { items: [LINK], next_cursor: null, total: 1 },
  "GET /grants": { items: [GRANT], next_cursor: null, total: 1 },
  ...more,
});

beforeEach(() => sessionStorage.clear());
afterEach(() => vi.unstubAllGlobals());

describe("the banner of a cause", () => {
  it("is one for forty organisations, names some, and leads to what helps", async () => {
    const { screen, calls } = await openScreen("/configure/connections", answers([REVOKED], { "POST /connections": { authorize_url: "#xero" } }));
    await expect.element(screen.getByText("Xero no longer accepts a sign-in: 40 organisations.")).toBeVisible();
    await expect.element(screen.getByText(/Kauri Cafe, Tui Motors, Fern Dental and 37 more/)).toBeVisible();
    expect(screen.getByRole("button", { name: "Dismiss" }).elements()).toHaveLength(0);
    expect(await violations()).toEqual([]);
    await screen.getByRole("button", { name: "Reconnect", exact: true }).click();
    await expect.poll(() => calls.find(({ method, path }) => method === "POST" && path === "/connections")?.body).toEqual({ provider: "xero", return_to: "connections" });
  });

  it("can be hidden while things still work, until it grows", async () => {
    const { screen } = await openScreen("/configure/connections", answers([NARROW]));
    await screen.getByRole("button", { name: "Dismiss" }).click();
    await expect.element(screen.getByText("Permissions are missing: 2 organisations.")).not.toBeInTheDocument();
    const again = await openScreen("/configure/connections", answers([{ ...NARROW, connections: 3 }]));
    await expect.element(again.screen.getByText("Permissions are missing: 3 organisations.")).toBeVisible();
  });

  it("offers nothing to who may not connect, and says who can", async () => {
    const { screen } = await openScreen("/configure/connections", answers([REVOKED], { "GET /me": { ...ME, role: "staff", permissions: [] } }));
    await expect.element(screen.getByText(/An owner or administrator can mend it/)).toBeVisible();
    expect(screen.getByRole("button", { name: "Reconnect", exact: true }).elements()).toHaveLength(0);
  });
});

describe("sign-ins", () => {
  it("say what would be left without them", async () => {
    const { screen } = await openScreen("/configure/connections", answers([]));
    await screen.getByText("2 organisations depend on this sign-in alone").click();
    await expect.element(screen.getByText(/Kauri Cafe, Tui Motors\./)).toBeVisible();
    await expect.element(screen.getByText("has left the firm")).toBeVisible();
  });

  it("stand in an order that can be changed", async () => {
    const { screen, calls } = await openScreen("/configure/connections", answers([], { "PUT /connections/n1/grants": LINK }));
    await screen.getByRole("button", { name: /Order the sign-ins for Kauri Cafe/ }).click();
    const dialog = screen.getByRole("dialog");
    await dialog.getByRole("button", { name: "Ask Ben Oka earlier" }).click();
    await dialog.getByRole("button", { name: "Save order" }).click();
    await expect.poll(() => calls.find(({ method }) => method === "PUT")?.body).toEqual({ grant_ids: ["g2", "g1"] });
  });
});
