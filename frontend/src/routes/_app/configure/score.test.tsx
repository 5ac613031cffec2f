import { afterEach, describe, expect, it, vi } from "vitest";
import { userEvent } from "vitest/browser";

import type { Profile } from "@/api/generated";
import { violations } from "@/testing/axe";
import { openScreen, Refusal, type Answers } from "@/testing/screen";

const entry = (code: string, title: string, weight: number) => ({ code, codes: [code], title, weight, together: false });
const PROFILE: Profile = {
  id: "p2", name: "Ours", version: 3, shipped: false, is_default: true, cap_critical: false, entries: [entry("DQ01", "Unreconciled bank items", 40), entry("DQ08", "Duplicate contacts", 30), entry("DQ09", "Old bills", 10), entry("DQ10", "Old invoices", 10), entry("DQ11", "Lock date", 10)],
  thresholds: { DQ01: 60 }, tags: ["retail"], clients: 12, own_clients: [{ id: "c9", name: "Tui Bakery" }], changed_at: "2026-11-20T00:00:00Z", changed_by: "Grace Murphy",
};
const SHIPPED: Profile = { ...PROFILE, id: "p1", name: "Bulkhead", shipped: true, is_default: false, tags: [], own_clients: [] };
const page = <T,>(items: T[]) => ({ items, next_cursor: null, total: items.length });
const check = (code: string, title: string) => ({ code, title, group: "Bank", severity: "high", why: "", fix: "", definition: "", source: "own", scored: true, fixes: [], threshold: null, resources: [] });
const ANSWERS: Answers = {
  "GET /profiles": page([SHIPPED, PROFILE]),
  "GET /checks": page([{ ...check("DQ01", "Unreconciled bank items"), threshold: { value: 60, default: 30, least: 1, most: 365, unit: "days", says: "Older counts." } }, check("DQ08", "Duplicate contacts"), check("DQ17", "Stale invoices")]),
  "GET /checks/DQ01/suggestion": { code: "DQ01", current: 60, suggested: 120, unit: "days", because: "You set aside 34 of 40 younger than 120 days.", would_hide: 34, dismissed: 34, seen: 40 },
  "POST /profiles/preview": { clients: 3, bands_before: { healthy: 2, attention: 1 }, bands_after: { healthy: 1, attention: 2 }, average_before: 72, average_after: 66, moved: [{ client_id: "c1", name: "Kauri Plumbing", before: 74, after: 62 }] },
  "GET /rules": page([{ id: "r1", code: "DQ01", title: "Unreconciled bank items", contact: null, about: "Bank fee", reason: "Never matters", by: "Grace", made_at: "2026-11-20T00:00:00Z", hides: 31 }]),
};

const WEIGHTS = [{ code: "DQ01", weight: 43 }, { code: "DQ08", weight: 27 }, { code: "DQ09", weight: 10 }, { code: "DQ10", weight: 10 }, { code: "DQ11", weight: 10 }];

afterEach(() => vi.unstubAllGlobals());

describe("score settings", () => {
  it("lists profiles and rules, and removes a rule only after asking", async () => {
    const { screen, calls } = await openScreen("/configure/score", { ...ANSWERS, "DELETE /rules/r1": {} });
    await expect.element(screen.getByRole("link", { name: "Ours" })).toHaveAttribute("href", "/configure/score/p2");
    await expect.element(screen.getByText("Bank fee")).toBeVisible();
    expect(await violations()).toEqual([]);
    await screen.getByRole("button", { name: "Remove the rule for Bank fee" }).click();
    await screen.getByRole("alertdialog").getByRole("button", { name: "Remove" }).click();
    await expect.poll(() => calls.some(({ method, path }) => method === "DELETE" && path === "/rules/r1")).toBe(true);
  });

  it("copies a profile that comes with the product", async () => {
    const { screen, calls, router } = await openScreen("/configure/score", { ...ANSWERS, "POST /profiles": { ...PROFILE, id: "p3" } });
    await screen.getByRole("button", { name: "Actions for Bulkhead" }).click();
    await screen.getByRole("menuitem", { name: "Copy…" }).click();
    await screen.getByRole("button", { name: "Copy the profile" }).click();
    await expect.poll(() => calls.find(({ method, path }) => method === "POST" && path === "/profiles")?.body).toEqual({ name: "Bulkhead (copy)", copy_of: "p1" });
    await expect.poll(() => router.state.location.pathname).toBe("/configure/score/p3");
  });

  it("chooses for whom a profile holds, and takes away what is no longer ticked", async () => {
    const facets = { tags: ["retail", "farming"], managers: [] };
    const { screen, calls } = await openScreen("/configure/score", { ...ANSWERS, "GET /clients": { ...page([{ id: "c1", name: "Kauri Plumbing" }]), facets }, "PUT /profiles/assignments": {} });
    await screen.getByRole("button", { name: "Actions for Ours" }).click();
    await screen.getByRole("menuitem", { name: "Choose who it is for…" }).click();
    await screen.getByRole("combobox", { name: "Clients with these tags" }).click();
    await screen.getByRole("option", { name: "retail" }).click();
    await screen.getByRole("option", { name: "farming" }).click();
    await userEvent.keyboard("{Escape}");
    // A client that has it for itself, and is not among those listed first.
    await screen.getByRole("combobox", { name: "Single clients" }).click();
    await screen.getByRole("option", { name: "Tui Bakery" }).click();
    await screen.getByRole("option", { name: "Kauri Plumbing" }).click();
    await userEvent.keyboard("{Escape}");
    await screen.getByRole("button", { name: "Set the profile" }).click();
    await expect.poll(() => calls.filter(({ path }) => path === "/profiles/assignments").map(({ body }) => body)).toEqual([
      { profile_id: null, tags: ["retail"], client_ids: ["c9"] },
      { profile_id: "p2", tags: ["farming"], client_ids: ["c1"] },
    ]);
  });

  it("shows what weights do to all clients, but only when they sum to 100, and saves only then", async () => {
    const { screen, calls } = await openScreen("/configure/score/p2", { ...ANSWERS, "PUT /profiles/p2": { ...PROFILE, version: 4 } });
    await expect.element(screen.getByText("72 → 66")).toBeVisible();
    await expect.element(screen.getByText("\u221212")).toBeVisible();
    expect(await violations()).toEqual([]);
    const previews = () => calls.filter(({ path }) => path === "/profiles/preview").length;
    const before = previews();
    await screen.getByLabelText("Unreconciled bank items").first().fill("43");
    await expect.element(screen.getByText("103 of 100. 3 too many: the weights must add up to 100.")).toBeVisible();
    await screen.getByRole("button", { name: "Save changes" }).click();
    await expect.element(screen.getByRole("alert")).toBeVisible();
    expect(calls.some(({ method }) => method === "PUT")).toBe(false);
    expect(previews()).toBe(before);
    await screen.getByLabelText("Duplicate contacts").fill("27");
    await expect.poll(() => calls.findLast(({ path }) => path === "/profiles/preview")?.body).toEqual({ entries: WEIGHTS, cap_critical: false });
    await screen.getByRole("button", { name: /Use 120 days/ }).click();
    expect(calls.find(({ path }) => path === "/checks/DQ01/suggestion")?.query.get("profile_id")).toBe("p2");
    await screen.getByRole("button", { name: "Save changes" }).click();
    await expect.poll(() => calls.find(({ method }) => method === "PUT")?.body).toEqual({ name: "Ours", entries: WEIGHTS, cap_critical: false, thresholds: { DQ01: 120 }, version: 3 });
  });

  it("keeps what was typed when someone else saved first, and asks whose holds", async () => {
    let refused = false;
    const answers: Answers = {
      ...ANSWERS,
      "GET /profiles": () => page([refused ? { ...PROFILE, version: 4, changed_by: "Ben Ngata" } : PROFILE]),
      "PUT /profiles/p2": ({ body }: { body: unknown }) => {
        if ((body as { version: number }).version === 4) return { ...PROFILE, version: 5 };
        refused = true;
        return new Refusal(412, { type: "/problems/stale", title: "Someone else changed it", status: 412 });
      },
    };
    const { screen, calls } = await openScreen("/configure/score/p2", answers);
    await screen.getByLabelText("Name").fill("Ours, stricter");
    await screen.getByRole("button", { name: "Save changes" }).click();
    await expect.element(screen.getByText("Someone else saved version 4.")).toBeVisible();
    await expect.element(screen.getByLabelText("Name")).toHaveValue("Ours, stricter");
    await screen.getByRole("button", { name: "Keep mine" }).click();
    await expect.poll(() => calls.findLast(({ method }) => method === "PUT")?.body).toMatchObject({ version: 4, name: "Ours, stricter" });
  });

  it("lets nobody change what comes with the product", async () => {
    const { screen } = await openScreen("/configure/score/p1", ANSWERS);
    await expect.element(screen.getByText("This profile comes with Bulkhead and cannot be changed.")).toBeVisible();
    expect(screen.getByRole("button", { name: "Save changes" }).elements().length).toBe(0);
  });
});
