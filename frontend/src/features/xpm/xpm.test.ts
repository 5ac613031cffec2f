import { describe, expect, it } from "vitest";

import type { XpmRows } from "@/api/generated";
import { anImport, aRow, rowsPage } from "@/testing/xpm";

import { presetOf } from "./policies";
import { missing, twice } from "./reportFields";
import { decided, shifted, withRows } from "./useRows";
import { filtersOf, furthest, nextStep, outcomeWords, percentOf, reachable, standingOf, worst } from "./words";

const pages = (...items: XpmRows[]) => ({ pages: items, pageParams: [] });

describe("what a row becomes", () => {
  it.each([
    [aRow("a", "A"), "New client"],
    [aRow("a", "A", { kind: "entity" }), "New entity"],
    [aRow("a", "A", { kind: "staff", fields: {} }), "No email: cannot sign in"],
    [aRow("a", "A", { proposal: "check", action: "link" }), "Check match"],
    [aRow("a", "A", { proposal: "check", action: "create", decided_at: "2026-11-20T00:00:00Z" }), "New client"],
    [aRow("a", "A", { action: "link" }), "Choose a client"],
    [aRow("a", "A", { action: "link", proposal: "linked", target: { id: "c", name: "B" } }), "Updates B"],
    [aRow("a", "A", { action: "link", proposal: "match", target: { id: "c", name: "B" } }), "Links to B"],
    [aRow("a", "A", { kind: "staff", action: "link", proposal: "linked", target: { id: "u", name: "B" }, reasons: [{ code: "staff_gone", text: "" }] }), "Left XPM, here B"],
    [aRow("a", "A", { action: "skip", archived: true }), "Archived, skipped"],
    [aRow("a", "A", { action: "ignore", proposal: "check" }), "Ignored always"],
  ])("%#", (row, words) => {
    expect(standingOf(row).words).toBe(words);
  });

  it("warns of the worst first", () => {
    const of = (level: "note" | "warning" | "blocker") => ({ code: level, level, text: "", remedy: "" });
    expect(worst([of("note"), of("blocker"), of("warning")])).toBe("blocker");
    expect(worst([])).toBeNull();
  });
});

describe("a decision before the server has answered", () => {
  const row = aRow("a", "A", { candidates: [{ id: "c1", name: "B", rank: 4, score: 90, reasons: [] }] });
  it("chooses what is brought across, and lets go of what is not", () => {
    expect(decided(row, { action: "link", target_id: "c1" })).toMatchObject({ chosen: true, target: { id: "c1", name: "B" } });
    expect(decided({ ...row, chosen: true }, { action: "skip" })).toMatchObject({ chosen: false });
    expect(decided({ ...row, target: { id: "c1", name: "B" } }, { action: "create" }).target).toBeNull();
    expect(decided({ ...row, chosen: true }, { role: "manager" })).toMatchObject({ chosen: true, role: "manager" });
  });

  it("leaves untouched rows and pages the very same, and moves the figures", () => {
    const data = pages(rowsPage([row, aRow("b", "B")]), rowsPage([aRow("c", "C")]));
    const next = withRows(data, (one) => (one.id === "a" ? { ...one, chosen: true } : one));
    expect(next.pages[0]?.items[1]).toBe(data.pages[0]?.items[1]);
    expect(next.pages[1]).toBe(data.pages[1]);
    expect(withRows(data, (one) => one)).toBe(data);
    expect(shifted(data, 2).pages[0]?.counts).toMatchObject({ chosen: 2, not_chosen: 0 });
  });
});

describe("the steps", () => {
  it("open once the one before was saved, and a look back loses nothing", () => {
    expect(reachable("clients", "staff")).toBe(false);
    expect(reachable("staff", "entities")).toBe(true);
    expect(furthest("entities", "clients")).toBe("entities");
    expect(nextStep("entities")).toBe("confirm");
    expect(nextStep("confirm")).toBe("confirm");
  });

  it("offer a filter for what there is, and the one that is on", () => {
    const counts = { all: 9, new: 2, updates: 0, check: 0, warnings: 0, chosen: 4, archived: 3 };
    expect(filtersOf(counts, "all").map(({ value }) => value)).toEqual(["all", "new", "updates", "check", "archived"]);
    expect(filtersOf(counts, "not_chosen").map(({ value }) => value)).toContain("not_chosen");
  });
});

it("tells outcomes of what there is", () => {
  expect(outcomeWords({ created: 1851, staff: 14, conflict: 0, failed: 2 })).toBe("1,851 created, 2 failed");
  expect(percentOf({ done: 5, total: null })).toBeNull();
  expect(percentOf({ ...anImport().progress, done: 5, total: 4 })).toBe(100);
});

it("knows a preset only where all groups follow it", () => {
  expect(presetOf({ name: "ask", email: "ask", phone: "ask", address: "ask" })).toBe("ask");
  expect(presetOf({ name: "ask", email: "ask", phone: "off", address: "ask" })).toBeNull();
});

describe("a report's columns", () => {
  it("need a name, or both parts of one", () => {
    expect(missing({ first_name: "First", last_name: "Last" })).toBeNull();
    expect(missing({ first_name: "First" })).toMatch(/name/);
  });
  it("are one field each", () => {
    expect(twice({ name: "Client", email: "Client", phone: "Phone" })).toEqual(["Client"]);
  });
});
