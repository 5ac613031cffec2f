import { afterEach, describe, expect, it, vi } from "vitest";
import { userEvent } from "vitest/browser";

import type { Client, ClientList, Facets } from "@/api/generated";
import { violations } from "@/testing/axe";
import { openScreen } from "@/testing/screen";

const FACETS: Facets = { all: 3, mine: 1, new: 1, at_risk: 1, no_manager: 2, needs_action: 0, linked: 1, not_linked: 2, draft: 0, archived: 0, tags: ["retail"] };

const client = (id: string, name: string, value: number | null, some: Partial<Client> = {}): Client => ({
  id, name, state: "active", visibility: "whole_team", managers: [], viewers: [], tags: [], tenant_id: `t${id}`, country: "NZ", currency: "NZD",
  size: { state: "known", documents: 10, calls: 15, seconds: 2, band: "small" },
  score: { value, band: value === null ? "unscored" : value > 70 ? "healthy" : value > 35 ? "attention" : "at_risk", provisional: false, scored_at: null, trend: value === null ? [] : [value - 4, value], change: null },
  issues: 3, is_new: false, last_imported_at: value === null ? null : "2026-11-20T00:00:00Z", last_synced_at: null, next_sync_at: null, stale: false, importing: null, connection: "active", documents: 10, kind: null, linked_to_xpm: false, updated_fields: [], version: 4, ...some,
});
const ALL = [client("c1", "Ardern Plumbing", 28, { is_new: true }), client("c2", "Kauri Cafe", 72), client("c3", "Tui Motors", null)];
const list = (items: Client[], facets = FACETS): ClientList => ({ items, next_cursor: null, total: items.length, facets });

afterEach(() => vi.unstubAllGlobals());

describe("the client list", () => {
  it("shows each client with its score in words, and holds the accessibility rules", async () => {
    const { screen } = await openScreen("/clients", { "GET /clients": list(ALL) });
    await expect.element(screen.getByRole("link", { name: "Ardern Plumbing" })).toBeVisible();
    await expect.element(screen.getByRole("row", { name: /Ardern Plumbing New 28 At risk/ })).toBeVisible();
    await expect.element(screen.getByRole("row", { name: /Tui Motors Not scored/ })).toBeVisible();
    expect(await violations()).toEqual([]);
  });

  it("keeps view, filter and sort in the address and asks the server for them", async () => {
    const { screen, calls, router } = await openScreen("/clients?view=at_risk", { "GET /clients": list(ALL.slice(0, 1)) });
    await expect.element(screen.getByRole("button", { name: "At risk 1" })).toHaveAttribute("aria-pressed", "true");
    await screen.getByRole("button", { name: "Health score" }).click();
    await expect.element(screen.getByRole("columnheader", { name: "Health score" })).toHaveAttribute("aria-sort", "ascending");
    await screen.getByRole("button", { name: "Health score" }).click();
    await expect.poll(() => router.state.location.search).toMatchObject({ view: "at_risk", sort: "-score" });
    await expect.poll(() => calls.filter(({ path }) => path === "/clients").at(-1)?.query.toString()).toContain("sort=-score");
  });

  it("sets account managers for what is ticked, and can put back what was there", async () => {
    const { screen, calls } = await openScreen("/clients", {
      "GET /clients": list(ALL),
      "GET /members": { items: [{ id: "m1", name: "Liam Ngata", email: "l@x.example", role: "staff", state: "active", is_me: false, clients_managed: 0, last_seen_at: null, version: 1 }], next_cursor: null, total: 1 },
      "PATCH /clients/bulk": { updated: 2 },
    });
    await screen.getByRole("checkbox", { name: "Select Ardern Plumbing" }).click();
    await screen.getByRole("checkbox", { name: "Select Kauri Cafe" }).click();
    await expect.element(screen.getByText("2 clients selected")).toBeVisible();
    await screen.getByRole("button", { name: "Set account managers" }).click();
    await screen.getByRole("checkbox", { name: /Liam Ngata/ }).click();
    await screen.getByRole("dialog").getByRole("button", { name: "Set account managers" }).click();
    await expect.poll(() => calls.find(({ method }) => method === "PATCH")?.body).toEqual({
      changes: [{ id: "c1", manager_ids: ["m1"] }, { id: "c2", manager_ids: ["m1"] }], ready: false,
    });
    await expect.poll(() => screen.getByRole("dialog", { name: "Set account managers" }).elements().length).toBe(0);
    await userEvent.keyboard("{Escape}");
    await expect.element(screen.getByRole("searchbox", { name: "Filter clients" })).toBeVisible();
    await screen.getByRole("button", { name: "Undo" }).click();
    await expect.poll(() => calls.filter(({ method }) => method === "PATCH").at(-1)?.body).toEqual({
      changes: [{ id: "c1", manager_ids: [] }, { id: "c2", manager_ids: [] }], ready: false,
    });
  });

  it("ticks a range with Shift and lets go with Escape", async () => {
    const { screen } = await openScreen("/clients", { "GET /clients": list(ALL) });
    await screen.getByRole("checkbox", { name: "Select Ardern Plumbing" }).click();
    await userEvent.keyboard("{Shift>}");
    await screen.getByRole("checkbox", { name: "Select Tui Motors" }).click();
    await userEvent.keyboard("{/Shift}");
    await expect.element(screen.getByText("3 clients selected")).toBeVisible();
    await userEvent.keyboard("{Escape}");
    await expect.element(screen.getByRole("searchbox", { name: "Filter clients" })).toBeVisible();
  });

  it("says why it is empty: nothing matches, or nothing is there yet", async () => {
    const none = { ...FACETS, all: 0 };
    const { screen } = await openScreen("/clients?q=kauri", { "GET /clients": list([]) });
    await expect.element(screen.getByRole("heading", { name: "Nothing matches “kauri”." })).toBeVisible();
    await screen.unmount();
    const first = await openScreen("/clients", { "GET /clients": list([], none) });
    await expect.element(first.screen.getByRole("heading", { name: "Add your first clients" })).toBeVisible();
  });
});
