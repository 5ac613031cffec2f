import { afterEach, describe, expect, it, vi } from "vitest";

import { violations } from "@/testing/axe";
import { openScreen, Refusal, type Call } from "@/testing/screen";
import { anImport, aRow, PEOPLE, practice, rowsPage, SUMMARY } from "@/testing/xpm";

const AT = "/configure/integrations/xpm/imports/i1";
const decisions = (calls: readonly Call[]) => calls.filter(({ method, path }) => method === "PATCH" && path.startsWith("/xpm/imports/i1/rows")).map(({ path, body }) => [path.replace("/xpm/imports/i1/rows", ""), body]);
const grid = (name = "Clients") => document.querySelector<HTMLElement>(`[role=treegrid][aria-label^="${name}"]`)!;
const press = (key: string, more: KeyboardEventInit = {}) => grid().dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more }));

afterEach(() => vi.unstubAllGlobals());

describe("the clients step", () => {
  it("shows what each record becomes, the steps with their figures, and nothing that axe finds", async () => {
    const { screen } = await openScreen(`${AT}/clients`, practice(PEOPLE));
    await expect.element(screen.getByRole("treegrid", { name: "Clients in Xero Practice Manager" })).toHaveAttribute("aria-rowcount", "4");
    await expect.element(screen.getByRole("button", { name: "New client" })).toBeVisible();
    await expect.element(screen.getByRole("button", { name: "Check match: 2 similar" })).toBeVisible();
    await expect.element(screen.getByRole("button", { name: "Updates Chloe Walker" })).toBeVisible();
    await expect.element(screen.getByText("1 of 412 chosen")).toBeVisible();
    expect(screen.getByRole("columnheader", { name: "Telephone" }).elements()).toHaveLength(0);
    expect(await violations()).toEqual([]);
  });

  it("shows more columns for all contact details, and keeps that choice", async () => {
    const { screen, calls } = await openScreen(`${AT}/clients`, practice(PEOPLE));
    await screen.getByRole("button", { name: "All contact details" }).click();
    await expect.element(screen.getByRole("columnheader", { name: "Telephone" })).toBeVisible();
    await expect.element(screen.getByText("1 Queen Street, Auckland").first()).toBeVisible();
    await expect.poll(() => calls.find(({ method, path }) => method === "PATCH" && path === "/xpm/imports/i1")?.body).toEqual({ details: "all", version: 3 });
  });

  it("works by keyboard: arrows move, space ticks, the right arrow opens, and each tick is saved with its row's version", async () => {
    const { screen, calls } = await openScreen(`${AT}/clients`, practice(PEOPLE));
    await expect.element(screen.getByRole("treegrid")).toBeVisible();
    grid().focus();
    press("ArrowDown");
    press("ArrowDown");
    press(" ");
    await expect.element(screen.getByRole("checkbox", { name: "Choose Chloe Walker" })).not.toBeChecked();
    press(" ");
    await expect.poll(() => decisions(calls)).toEqual([["/c", { chosen: false, version: 1 }], ["/c", { chosen: true, version: 2 }]]);
    press("ArrowRight");
    await expect.element(screen.getByText("Both changed: you decide")).toBeVisible();
    await expect.element(screen.getByText("old@example.com")).toBeVisible();
    expect(await violations()).toEqual([]);
    press("ArrowLeft");
    await expect.element(screen.getByText("Both changed: you decide")).not.toBeInTheDocument();
  });

  it("takes a span with shift, and all that the filter finds with Ctrl A", async () => {
    const { screen, calls } = await openScreen(`${AT}/clients?q=o`, practice(PEOPLE));
    await expect.element(screen.getByRole("treegrid")).toBeVisible();
    grid().focus();
    press("ArrowDown", { shiftKey: true });
    await expect.poll(() => decisions(calls)[0]).toEqual(["", { kind: "client", ids: ["b"], chosen: true }]);
    press("a", { ctrlKey: true });
    await expect.poll(() => decisions(calls).at(-1)).toEqual(["", { kind: "client", show: "all", q: "o", chosen: false }]);
  });

  it("asks which one it is: the likely ones with their reasons, then links", async () => {
    const { screen, calls } = await openScreen(`${AT}/clients`, practice(PEOPLE));
    await screen.getByRole("button", { name: "Check match: 2 similar" }).click();
    await expect.element(screen.getByText("Who is Ben O'Brien?")).toBeVisible();
    await expect.element(screen.getByText("The same email.")).toBeVisible();
    expect(await violations()).toEqual([]);
    await screen.getByRole("button", { name: /^Ben O’Brien/ }).click();
    await expect.element(screen.getByRole("button", { name: "Links to Ben O’Brien" })).toBeVisible();
    expect(decisions(calls)).toEqual([["/b", { action: "link", target_id: "c1", chosen: true, version: 1 }]]);
    await expect.poll(() => document.activeElement === grid()).toBe(true);
  });

  it("decides over a filter", async () => {
    const { screen, calls } = await openScreen(`${AT}/clients?show=check`, practice(PEOPLE));
    await screen.getByRole("button", { name: "For this one" }).click();
    await screen.getByRole("menuitem", { name: "Skip this time" }).click();
    await expect.poll(() => decisions(calls)).toEqual([["", { kind: "client", show: "check", action: "skip" }]]);
  });

  it("puts a row back and says so when somebody else was first", async () => {
    const stale = new Refusal(412, { type: "/problems/stale", title: "Somebody else changed this", status: 412 });
    const { screen } = await openScreen(`${AT}/clients`, { ...practice(PEOPLE), "PATCH /xpm/imports/i1/rows/a": () => stale });
    await screen.getByRole("checkbox", { name: "Choose Aroha Ngata" }).click();
    await expect.element(screen.getByText(/Somebody else changed this first/)).toBeVisible();
    await expect.element(screen.getByRole("checkbox", { name: "Choose Aroha Ngata" })).toBeChecked();
  });

  it("saves how far one came and goes on", async () => {
    const { screen, calls, router } = await openScreen(`${AT}/clients`, practice(PEOPLE, anImport({ step: "clients", also_editing: ["Ben Hall"] })));
    await expect.element(screen.getByText(/Ben Hall is also editing/)).toBeVisible();
    await screen.getByRole("button", { name: "Save and continue" }).click();
    await expect.poll(() => router.state.location.pathname).toBe(`${AT}/entities`);
    expect(calls.findLast(({ method, path }) => method === "PATCH" && path === "/xpm/imports/i1")?.body).toMatchObject({ step: "entities" });
  });

  it("tells nothing matching from failing", async () => {
    const none = await openScreen(`${AT}/clients?q=zzz`, practice(PEOPLE));
    await expect.element(none.screen.getByText("Nothing matches “zzz”.")).toBeVisible();
    const broken = await openScreen(`${AT}/clients`, { ...practice(PEOPLE), "GET /xpm/imports/i1/rows": () => new Refusal(500, { type: "/problems/broken", title: "Something broke", status: 500 }) });
    await expect.element(broken.screen.getByRole("button", { name: "Try again" }).first()).toBeVisible();
  });

  it("keeps fifteen thousand rows light, and fetches as one scrolls", async () => {
    const all = Array.from({ length: 15_000 }, (_, i) => aRow(`r${i}`, `Client ${String(i).padStart(5, "0")}`));
    const { screen, calls } = await openScreen(`${AT}/clients`, {
      ...practice([]),
      "GET /xpm/imports/i1/rows": ({ query }: Call) => {
        const from = Number(query.get("cursor") ?? 0);
        const limit = Number(query.get("limit"));
        return rowsPage(all.slice(from, from + limit), { total: all.length, next_cursor: from + limit < all.length ? String(from + limit) : null });
      },
    });
    const asked = () => calls.filter(({ path }) => path.endsWith("/rows")).length;
    screen.container.style.height = "800px";
    await expect.element(screen.getByRole("treegrid")).toHaveAttribute("aria-rowcount", "15001");
    expect(asked()).toBe(1);
    await expect.poll(() => screen.container.querySelectorAll("[role=treegrid] *").length).toBeLessThan(900);
    grid().scrollTop = 40 * 700;
    await expect.element(screen.getByText("Client 00700")).toBeVisible();
    expect(asked()).toBe(3);
    expect(screen.container.querySelectorAll("[role=treegrid] *").length).toBeLessThan(1200);
  });
});

describe("the other steps", () => {
  it("lets staff be ticked with a role, and says who cannot sign in", async () => {
    const staff = [aRow("s1", "Liam Ngata", { kind: "staff", chosen: true }), aRow("s2", "Temp", { kind: "staff", fields: {} })];
    const { screen, calls } = await openScreen(`${AT}/staff`, practice(staff));
    await expect.element(screen.getByRole("button", { name: "No email: cannot sign in" })).toBeVisible();
    await screen.getByRole("combobox", { name: "Role of Liam Ngata" }).selectOptions("manager");
    await expect.poll(() => decisions(calls)).toEqual([["/s1", { role: "manager", version: 1 }]]);
    await screen.getByRole("checkbox", { name: /Send an invitation/ }).click();
    await expect.poll(() => calls.findLast(({ method, path }) => method === "PATCH" && path === "/xpm/imports/i1")?.body).toMatchObject({ invite: true });
    expect(await violations()).toEqual([]);
  });

  it("gives somebody a role by keyboard, where Enter decides who they are", async () => {
    const { screen, calls } = await openScreen(`${AT}/staff`, practice([aRow("s1", "Liam Ngata", { kind: "staff", chosen: true })]));
    await expect.element(screen.getByRole("treegrid")).toBeVisible();
    grid("Staff").focus();
    grid("Staff").dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }));
    await screen.getByRole("dialog").getByRole("combobox", { name: "Role of Liam Ngata" }).selectOptions("viewer");
    await expect.poll(() => decisions(calls)).toEqual([["/s1", { role: "viewer", version: 1 }]]);
    expect(await violations()).toEqual([]);
  });

  it("draws who is who around an entity", async () => {
    const relation = { type: "Director", other_remote_id: "r-a", other_name: "Aroha Ngata", shares: null, percentage: null, direction: "from" as const, ended_on: null, in_snapshot: true, chosen: true };
    const entity = aRow("e1", "Kauri Holdings Limited", { kind: "entity", structure: "Company", client_kind: "company", relations: [relation, { ...relation, type: "Shareholder", percentage: "50.00" }, { ...relation, other_remote_id: "x", other_name: "Ngata Family Trust", direction: "to", type: "Trustee", in_snapshot: false, chosen: false }] });
    const { screen } = await openScreen(`${AT}/entities`, practice([entity]));
    await screen.getByRole("button", { name: "Open Kauri Holdings Limited" }).click();
    await expect.element(screen.getByRole("figure", { name: "Relationships of Kauri Holdings Limited" })).toBeVisible();
    await expect.element(screen.getByText("Aroha Ngata: Director · Shareholder 50%").first()).toBeInTheDocument();
    await expect.element(screen.getByText(/Dashed: not chosen in this import/)).toBeVisible();
    expect(await violations()).toEqual([]);
  });

  it("stands entities under whose they are, ticks a family at once, and lists them by name on demand", async () => {
    const all = [aRow("e1", "Kauri Holdings Limited"), aRow("e2", "Ngata Family Trust", { chosen: true }), aRow("e3", "Odd Body")].map((row) => ({ ...row, kind: "entity" as const }));
    const answers = practice(all);
    const list = answers["GET /xpm/imports/i1/rows"] as (call: Call) => ReturnType<typeof rowsPage>;
    const families = [{ key: "g1", name: "Ngata Family", kind: "group" as const, rows: 2, ids: ["e1", "e2"] }];
    const { screen, calls, router } = await openScreen(`${AT}/entities`, { ...answers, "GET /xpm/imports/i1/rows": (call: Call) => ({ ...list(call), families: call.query.get("by") === "family" ? families : [] }) });
    const named = () => screen.getByRole("rowheader").elements().map((cell) => [cell.closest("[role=row]")?.getAttribute("aria-level"), cell.textContent]);
    await expect.element(screen.getByRole("rowheader", { name: "Ngata Family Group · 2 entities" })).toBeVisible();
    expect(named()).toEqual([
      ["1", "Ngata FamilyGroup · 2 entities"], ["2", "Kauri Holdings Limited"], ["2", "Ngata Family Trust"],
      ["1", "In no group and nobody’sNobody in XPM is related to them"], ["2", "Odd Body"],
    ]);
    expect(await violations()).toEqual([]);
    // From within the family back to its heading, which ticks what is not ticked yet.
    grid("Entities").focus();
    for (const key of ["ArrowRight", "ArrowDown", "ArrowLeft", " "]) grid("Entities").dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
    await expect.poll(() => decisions(calls)).toEqual([["", { kind: "entity", ids: ["e1"], chosen: true }]]);
    await expect.element(screen.getByRole("checkbox", { name: "Choose all of Ngata Family" })).toBeChecked();
    await screen.getByRole("button", { name: "By name" }).click();
    await expect.poll(named).toEqual([["1", "Kauri Holdings Limited"], ["1", "Ngata Family Trust"], ["1", "Odd Body"]]);
    expect(router.state.location.search).toMatchObject({ by: "name" });
  });

  it("asks what an unknown structure is, beginning with a guess, before the clients", async () => {
    const structures = { items: [{ structure: "Company", rows: 3, client_kind: "company", suggested: "company" }, { structure: "Look-through", rows: 7, client_kind: null, suggested: "company" }], next_cursor: null, total: 2 };
    const { screen, calls, router } = await openScreen(`${AT}/staff`, { ...practice([aRow("s1", "Liam", { kind: "staff" })]), "GET /xpm/imports/i1/structures": structures, "PUT /xpm/imports/i1/structures": structures });
    await expect.element(screen.getByText("1 to explain")).toBeVisible();
    await screen.getByRole("button", { name: "Save and continue" }).click();
    await expect.poll(() => router.state.location.pathname).toBe(`${AT}/structures`);
    await expect.element(screen.getByText("Our guess: company")).toBeVisible();
    expect(await violations()).toEqual([]);
    await screen.getByRole("button", { name: "Save and continue" }).click();
    await expect.poll(() => router.state.location.pathname).toBe(`${AT}/clients`);
    expect(calls.find(({ method }) => method === "PUT")?.body).toEqual({ structures: [{ structure: "Look-through", client_kind: "company" }] });
  });
});

describe("the confirmation", () => {
  it("counts the consequences and imports once", async () => {
    let now = anImport({ step: "confirm", chosen: { staff: 0, clients: 316, entities: 40 } });
    const { screen, calls, router } = await openScreen(`${AT}/confirm`, {
      ...practice(PEOPLE, now),
      "GET /xpm/imports/i1": () => now,
      "POST /xpm/imports/i1/confirmation": () => (now = { ...now, state: "applying", progress: { stage: "Importing clients", done: 20, total: 356 } }),
    });
    await expect.element(screen.getByRole("heading", { name: "316 clients" })).toBeVisible();
    await expect.element(screen.getByText("Managers to come")).toBeVisible();
    expect(await violations()).toEqual([]);
    await screen.getByRole("button", { name: "Confirm and import data" }).click();
    await expect.poll(() => router.state.location.pathname).toBe(AT);
    await expect.element(screen.getByRole("progressbar")).toBeVisible();
    await expect.element(screen.getByText("20 of 356")).toBeVisible();
    expect(calls.filter(({ method }) => method === "POST").map(({ path, body }) => [path, body])).toEqual([["/xpm/imports/i1/confirmation", { version: 3 }]]);
  });

  it("says what stops it, with the way to those rows", async () => {
    const one = anImport({ step: "confirm", blockers: 1 });
    const { screen, calls, router } = await openScreen(`${AT}/confirm`, { ...practice(PEOPLE, one), "GET /xpm/imports/i1/summary": { ...SUMMARY, blockers: [{ code: "undecided", text: "Several of your clients may be the one in XPM.", remedy: "Say which one it is, or make a new one.", rows: 1 }] } });
    await screen.getByRole("button", { name: "Confirm and import data" }).click();
    await expect.element(screen.getByText("Put right what stops the import first.")).toBeVisible();
    expect(calls.some(({ method }) => method === "POST")).toBe(false);
    await screen.getByRole("link", { name: "Show clients" }).click();
    await expect.poll(() => router.state.location.href).toBe(`${AT}/clients?show=check`);
  });

  it("reads what changed when the review is old", async () => {
    const { screen, calls } = await openScreen(`${AT}/confirm`, { ...practice(PEOPLE), "GET /xpm/imports/i1/summary": { ...SUMMARY, stale: true }, "POST /xpm/imports/i1/refresh": anImport({ state: "fetching" }) });
    await screen.getByRole("button", { name: "Read what changed" }).click();
    await expect.poll(() => calls.some(({ method, path }) => method === "POST" && path === "/xpm/imports/i1/refresh")).toBe(true);
  });
});

describe("what came of it", () => {
  const applied = anImport({ state: "applied", applied_at: "2026-11-20T02:00:00Z", can_undo: true, counts: { created: 2, failed: 1 } });

  it("tells the outcome, retries what failed, and undoes after asking", async () => {
    const rows = [aRow("a", "Aroha Ngata", { chosen: true, outcome: "created", client_id: "c9" }), aRow("b", "Ben O'Brien", { chosen: true, outcome: "failed", problem: { type: "/problems/x", title: "The client is archived", status: 409, detail: "Restore it first.", instance: "b", action: null, errors: null } })];
    const { screen, calls } = await openScreen(AT, { ...practice(rows, applied), "POST /xpm/imports/i1/retry": { ...applied, state: "applying" }, "DELETE /xpm/imports/i1/confirmation": { ...applied, state: "undoing", can_undo: false } });
    await expect.element(screen.getByRole("heading", { name: "2 created, 1 failed" })).toBeVisible();
    await expect.element(screen.getByText("The client is archived. Restore it first.")).toBeVisible();
    expect(await violations()).toEqual([]);
    await screen.getByRole("button", { name: "Undo import" }).click();
    await screen.getByRole("alertdialog").getByRole("button", { name: "Undo import" }).click();
    await expect.poll(() => calls.some(({ method }) => method === "DELETE")).toBe(true);
    await expect.element(screen.getByRole("progressbar", { name: "Undoing" })).toBeVisible();
  });

  it("says why it stopped and starts again", async () => {
    const stopped = anImport({ state: "failed", problem: { type: "/problems/consent", title: "Xero ended the consent", status: 409, detail: "Connect again.", instance: "i1", action: null, errors: null } });
    const { screen } = await openScreen(AT, practice([], stopped));
    await expect.element(screen.getByText("Xero ended the consent.")).toBeVisible();
    await expect.element(screen.getByRole("button", { name: "Start again" })).toBeVisible();
  });
});
