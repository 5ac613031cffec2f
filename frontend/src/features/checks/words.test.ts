import { describe, expect, it } from "vitest";

import type { CleanUp } from "@/api/generated";

import { aim, firstToFix, gain, grouped, inUnit, ranked, toClean } from "./words";

const row = (code: string, some: Partial<CleanUp>): CleanUp => ({
  code, title: code, group: "Bank", severity: "medium", reason: "", open: 1, dismissed: 0, snoozed: 0, fixable: 0, amount: null, currency: null, oldest: null, points_to_gain: null, state: "evaluated", ...some,
});

describe("clean-up", () => {
  it("puts the most to gain first, then the severest", () => {
    const rows = [row("a", { points_to_gain: "2" }), row("b", { points_to_gain: "9" }), row("c", { severity: "high" }), row("d", {})];
    expect(ranked(rows).map(({ code }) => code)).toEqual(["b", "a", "c", "d"]);
  });
  it("leaves out what has nothing open or was not judged", () => {
    expect(toClean([row("a", { open: 0 }), row("b", { state: "no_permission" }), row("c", {})]).map(({ code }) => code)).toEqual(["c"]);
  });
  it("keeps groups in order", () => {
    expect(grouped([row("a", {}), row("b", { group: "Tax" }), row("c", {})]).map(([name, rows]) => [name, rows.length])).toEqual([["Bank", 2], ["Tax", 1]]);
  });
  it("names what to put right first, and what that reaches as the server counts it", () => {
    const high = [row("a", { severity: "high", points_to_gain: "9.2" }), row("b", { severity: "high", points_to_gain: "8" }), row("c", { points_to_gain: "20" })];
    expect(gain(high)).toBeCloseTo(37.2);
    expect(firstToFix(high).map(({ code }) => code)).toEqual(["a", "b"]);
    expect(firstToFix([row("Bills", { points_to_gain: "3" }), row("d", { points_to_gain: "1" })]).map(({ code }) => code)).toEqual(["Bills"]);
    expect(aim(72, 89, firstToFix(high))).toBe("Clear the 2 high severity checks to reach 89.");
    expect(aim(72, 75, [row("Bills", {})])).toBe("Clear “Bills” to reach 75.");
    expect(aim(72, 72, high)).toBeNull();
    expect(aim(null, 89, high)).toBeNull();
    expect(aim(72, 89, [])).toBeNull();
  });
  it("writes a threshold in its unit", () => {
    expect([inUnit(92, "days"), inUnit(1, "months"), inUnit(5, "percent"), inUnit(120, "money")]).toEqual(["92 days", "1 month", "5%", "$120"]);
  });
});
