import { afterEach, describe, expect, it, vi } from "vitest";

import type { Import, ImportRun, Problem } from "@/api/generated";
import { violations } from "@/testing/axe";
import { openScreen, type Call } from "@/testing/screen";

const EXPIRED: Problem = {
  type: "/problems/consent-revoked", title: "Xero sign-in expired", status: 409, detail: "Reconnect Xero and it continues where it stopped.", instance: "r1", errors: null,
  action: { label: "Reconnect Xero", operation: "reconnect", href: null, until: null },
};
const BROKEN: Problem = { ...EXPIRED, type: "/problems/unexpected", title: "Something went wrong on our side", action: { label: "Try again", operation: "retry", href: null, until: null } };

const one = (id: string, client_name: string, state: Import["state"], some: Partial<Import> = {}): Import => ({
  id, run_id: "r", client_id: `c-${id}`, client_name, state, stage: null, documents: 40, documents_total: 100, calls: 9, calls_left: 4000, percent: 40, seconds_left: 20,
  started_at: state === "queued" ? null : new Date(Date.now() - 72_000).toISOString(), finished_at: null, took_seconds: state === "done" ? 33 : null, waiting_until: null,
  problem: null, score: state === "done" ? { value: 64, band: "attention", provisional: false, scored_at: null, trend: [], change: null } : null, attempts: 1,
  stages: [{ key: "contacts", label: "Contacts", done: 12, total: 30, set_aside: 2, reasons: ["no date (k1)"], state: state === "done" ? "done" : "reading" }], ...some,
});
const IMPORTS = [
  one("i1", "Redwood", "needs_action", { problem: EXPIRED }), one("i2", "Kauri", "importing"), one("i3", "Tui", "done"), one("i4", "Fern", "queued"), one("i5", "Ember", "failed", { problem: BROKEN }),
];
const run = (some: Partial<ImportRun> = {}): ImportRun => ({
  id: "r", kind: "import", state: "open", started_at: new Date(Date.now() - 300_000).toISOString(), finished_at: null, started_by: "Grace Murphy",
  counts: { queued: 1, importing: 1, scoring: 0, waiting: 0, done: 1, failed: 1, needs_action: 1, cancelled: 0, total: 5 },
  documents: 160, documents_total: 500, calls: 36, percent: 40, seconds_left: 2270, documents_per_second: 12.4,
  causes: [{ problem: EXPIRED, clients: 1, import_ids: ["i1"] }, { problem: BROKEN, clients: 1, import_ids: ["i5"] }], lowest: [], bands: {}, mailed_to: null, under_way: [], ...some,
});
const answers = (of = run()) => ({
  "GET /import-runs/r": of,
  "GET /import-runs/r/imports": ({ query }: Call) => {
    const items = IMPORTS.filter(({ state }) => !query.get("state") || state === query.get("state"));
    return { items, next_cursor: null, total: items.length };
  },
  "GET /imports/i2": IMPORTS[1],
  "POST /import-runs/r/retry": of,
  "POST /import-runs/r/cancellation": run({ state: "finished" }),
});

afterEach(() => vi.unstubAllGlobals());

describe("an import that runs", () => {
  it("says how far it is, what stands in the way and what is at work", async () => {
    const { screen } = await openScreen("/imports/r", answers());
    await expect.element(screen.getByRole("heading", { level: 1, name: "Importing 5 clients" })).toBeVisible();
    await expect.element(screen.getByText("About 38 minutes left")).toBeVisible();
    await expect.element(screen.getByRole("img", { name: "Import progress: 1 scored, 2 need action, 1 importing, of 5 clients" })).toBeVisible();
    await expect.element(screen.getByText(/Xero sign-in expired\. Reconnect Xero and it continues/)).toBeVisible();
    await expect.element(screen.getByRole("progressbar", { name: "Kauri: Contacts" })).toHaveAttribute("aria-valuenow", "40");
    expect(screen.getByText("Free", { exact: true }).elements()).toHaveLength(4);
    expect(document.title).toBe("(1/5) Importing · Bulkhead");
    expect(await violations()).toEqual([]);
  });

  it("retries exactly the imports a cause names", async () => {
    const { screen, calls } = await openScreen("/imports/r", answers());
    await screen.getByRole("button", { name: "Try again: 1 client" }).click();
    await expect.poll(() => calls.find(({ path }) => path.endsWith("/retry"))?.body).toEqual({ import_ids: ["i5"] });
  });

  it("shows in a tab only what is in its states", async () => {
    const { screen } = await openScreen("/imports/r?tab=attention", answers());
    await expect.element(screen.getByRole("row", { name: /Redwood/ })).toBeVisible();
    await expect.element(screen.getByRole("row", { name: /Ember/ })).toBeVisible();
    expect(screen.getByRole("row", { name: /Fern/ }).elements()).toHaveLength(0);
  });

  it("opens one import with its stages, at an address of its own", async () => {
    const { screen, router } = await openScreen("/imports/r", answers());
    await screen.getByRole("row", { name: /Kauri/ }).getByRole("button", { name: "Kauri" }).click();
    await expect.element(screen.getByRole("dialog", { name: "Kauri" })).toBeVisible();
    await expect.element(screen.getByRole("dialog").getByText("12 of 30")).toBeVisible();
    expect(router.state.location.search).toMatchObject({ import: "i2" });
  });

  it("asks before it cancels what has not begun", async () => {
    const { screen, calls } = await openScreen("/imports/r", answers());
    await screen.getByRole("button", { name: "Cancel remaining" }).click();
    await expect.element(screen.getByRole("alertdialog").getByText(/1 in progress finishes; 1 waiting client is taken out\./)).toBeVisible();
    expect(calls.some(({ path }) => path.endsWith("/cancellation"))).toBe(false);
    await screen.getByRole("alertdialog").getByRole("button", { name: "Cancel remaining" }).click();
    await expect.poll(() => calls.some(({ path }) => path.endsWith("/cancellation"))).toBe(true);
  });
});

describe("an import that is over", () => {
  it("becomes its review", async () => {
    const over = run({
      state: "finished", finished_at: new Date().toISOString(), seconds_left: null, causes: [], mailed_to: "grace@harbour.example", bands: { healthy: 3, at_risk: 1 }, lowest: [IMPORTS[2] ?? one("i3", "Tui", "done")],
      counts: { queued: 0, importing: 0, scoring: 0, waiting: 0, done: 5, failed: 0, needs_action: 0, cancelled: 0, total: 5 },
    });
    const { screen } = await openScreen("/imports/r", answers(over));
    await expect.element(screen.getByRole("heading", { level: 1, name: "Imported 5 clients" })).toBeVisible();
    await expect.element(screen.getByText("The summary went to grace@harbour.example.")).toBeVisible();
    await expect.element(screen.getByRole("heading", { name: "Lowest scores" })).toBeVisible();
    expect(screen.getByRole("button", { name: "Pause import" }).elements()).toHaveLength(0);
    expect(await violations()).toEqual([]);
  });
});
