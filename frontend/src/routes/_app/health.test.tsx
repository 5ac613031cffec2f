import { afterEach, describe, expect, it, vi } from "vitest";

import type { HealthRow } from "@/api/generated";
import { violations } from "@/testing/axe";
import { openScreen, Refusal, type Answers, type Call } from "@/testing/screen";

const page = <T,>(items: T[]) => ({ items, next_cursor: null, total: items.length });
const row = (id: string, name: string, some: Partial<HealthRow> = {}): HealthRow => ({
  client_id: id, name, tags: [], managers: ["Grace Murphy"], score: 74, band: "healthy", provisional: false, change: -8, coverage: 90, last_synced_at: null,
  checks: { DQ01: { open: 6, degree: "0.6400", state: "evaluated" }, DQ08: { open: 0, degree: "1.0000", state: "evaluated" }, DQ30: { open: 0, degree: null, state: "no_permission" } }, ...some,
});
const check = (code: string, title: string) => ({ code, title, group: "Bank", severity: "high", why: "", fix: "", definition: "", source: "own", scored: true, fixes: [], threshold: null, resources: [] });
const facets = { all: 2, mine: 0, new: 0, at_risk: 0, no_manager: 0, needs_action: 0, draft: 0, archived: 0, tags: ["retail"] };
const ANSWERS: Answers = {
  "GET /health": page([row("c1", "Kauri Plumbing"), row("c2", "Northside Cafe", { score: null, band: "unscored", change: null, checks: {} })]),
  "GET /health/summary": { clients: 2, average: 74, bands: { healthy: 1, unscored: 1 }, trend: [{ month: "2026-10-31", average: 70 }, { month: "2026-11-30", average: 74 }], worst_checks: [{ code: "DQ01", title: "Unreconciled bank items", clients: 1, open: 6, points: "9.00" }] },
  "GET /checks": page([check("DQ01", "Unreconciled bank items"), check("DQ08", "Duplicate contacts"), check("DQ17", "Never seen"), check("DQ30", "Fixed assets")]),
  "GET /clients": { ...page([]), facets },
  "GET /views": page([{ id: "v1", screen: "health", name: "Lowest first", params: { sort: "score", dir: "asc" } }]),
};
const lastAsked = (calls: readonly Call[]) => Object.fromEntries(calls.findLast(({ path }) => path === "/health")?.query ?? []);

afterEach(() => vi.unstubAllGlobals());

describe("the practice's health", () => {
  it("shows every client against every check, by number and in words", async () => {
    const { screen } = await openScreen("/health", ANSWERS);
    await expect.element(screen.getByRole("grid", { name: "Clients by check" })).toHaveAttribute("aria-colcount", "6");
    await expect.element(screen.getByRole("link", { name: "Unreconciled bank items: 6 open, 64% kept" })).toHaveAttribute("href", "/clients/c1/checks/DQ01");
    await expect.element(screen.getByText("No permission")).toBeInTheDocument();
    await expect.element(screen.getByRole("link", { name: "Down 8" })).toHaveAttribute("href", "/clients/c1/history");
    expect(screen.getByRole("columnheader", { name: "Never seen" }).elements().length).toBe(0);
    expect(await violations()).toEqual([]);
  });

  it("sorts by any check, the most issues first, and says it in the address", async () => {
    const { screen, calls, router } = await openScreen("/health", ANSWERS);
    await screen.getByRole("columnheader", { name: "Unreconciled bank items" }).getByRole("button").click();
    await expect.poll(() => lastAsked(calls)).toMatchObject({ sort: "DQ01", dir: "desc" });
    await expect.element(screen.getByRole("columnheader", { name: "Unreconciled bank items" })).toHaveAttribute("aria-sort", "descending");
    expect(router.state.location.search).toEqual({ sort: "DQ01", dir: "desc" });
  });

  it("works by keyboard: one stop, arrows move, Enter sorts and opens", async () => {
    const { screen, calls, router } = await openScreen("/health", ANSWERS);
    const grid = screen.getByRole("grid", { name: "Clients by check" });
    await expect.element(grid).toBeVisible();
    const press = (key: string) => grid.element().dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
    (grid.element() as HTMLElement).focus();
    press("ArrowRight");
    await expect.element(grid).toHaveAttribute("aria-activedescendant", expect.stringMatching(/--1-1$/));
    press("Enter");
    await expect.poll(() => lastAsked(calls)).toMatchObject({ sort: "score", dir: "asc" });
    press("ArrowDown");
    press("End");
    await expect.poll(() => document.getElementById(grid.element().getAttribute("aria-activedescendant") ?? "")?.getAttribute("aria-colindex")).toBe("6");
    press("ArrowLeft");
    press("ArrowLeft");
    await expect.poll(() => document.getElementById(grid.element().getAttribute("aria-activedescendant") ?? "")?.getAttribute("aria-colindex")).toBe("4");
    press("Enter");
    await expect.poll(() => router.state.location.pathname).toBe("/clients/c1/checks/DQ01");
  });

  it("brings back a saved view, and saves one under a name", async () => {
    const { screen, calls, router } = await openScreen("/health?band=at_risk", { ...ANSWERS, "POST /views": { id: "v2", screen: "health", name: "Trouble", params: {} } });
    await screen.getByRole("button", { name: "Save view" }).click();
    const dialog = screen.getByRole("dialog", { name: "Save view" });
    await dialog.getByLabelText("Name").fill("Trouble");
    await dialog.getByRole("button", { name: "Save view" }).click();
    await expect.poll(() => calls.find(({ method, path }) => method === "POST" && path === "/views")?.body).toEqual({ screen: "health", name: "Trouble", params: { band: "at_risk" } });
    await screen.getByRole("combobox", { name: "Saved view" }).click();
    await screen.getByRole("option", { name: "Lowest first" }).click();
    await expect.poll(() => router.state.location.search).toEqual({ sort: "score", dir: "asc" });
  });

  it("asks for the spreadsheet, waits, and says what went wrong", async () => {
    const made = { id: "e1", kind: "health_xlsx", state: "queued", name: "health.xlsx", bytes: null, created_at: "2026-11-20T00:00:00Z", problem: null };
    const { screen, calls } = await openScreen("/health?tag=retail", { ...ANSWERS, "POST /exports": made, "GET /exports/e1": { ...made, state: "failed", problem: { type: "/problems/export", title: "The file could not be made", status: 500, detail: null, instance: "r", action: null, errors: null } } });
    await screen.getByRole("button", { name: "Export XLSX" }).click();
    await expect.poll(() => calls.find(({ method, path }) => method === "POST" && path === "/exports")?.body).toEqual({ kind: "health_xlsx", params: { tag: "retail" } });
    await expect.element(screen.getByText("The file could not be made.")).toBeVisible();
  });

  it("tells nothing there from nothing matching from failing", async () => {
    const none = await openScreen("/health", { ...ANSWERS, "GET /health": page([]) });
    await expect.element(none.screen.getByRole("heading", { name: "No clients yet" })).toBeVisible();
    const narrow = await openScreen("/health?tag=retail", { ...ANSWERS, "GET /health": page([]) });
    await expect.element(narrow.screen.getByRole("heading", { name: "No client matches these filters." })).toBeVisible();
    const broken = await openScreen("/health", { ...ANSWERS, "GET /health": () => new Refusal(500, { type: "/problems/broken", title: "Something broke", status: 500 }) });
    await expect.element(broken.screen.getByRole("button", { name: "Try again" })).toBeVisible();
  });

  it("keeps a thousand clients by fifty checks light", async () => {
    const codes = Array.from({ length: 47 }, (_, i) => `DQ${String(i + 1).padStart(2, "0")}`);
    const checks = Object.fromEntries(codes.map((code) => [code, { open: 3, degree: "0.5000", state: "evaluated" as const }]));
    const { screen } = await openScreen("/health", { ...ANSWERS, "GET /checks": page(codes.map((code) => check(code, code))), "GET /health": page(Array.from({ length: 1000 }, (_, i) => row(`c${i}`, `Client ${i}`, { checks }))) });
    await expect.element(screen.getByRole("grid", { name: "Clients by check" })).toHaveAttribute("aria-rowcount", "1001");
    screen.container.style.height = "800px";
    await expect.poll(() => screen.container.querySelectorAll("[role=grid] *").length).toBeLessThan(2000);
  });
});
