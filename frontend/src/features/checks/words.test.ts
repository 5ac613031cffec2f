import { describe, expect, it } from "vitest";

import type { CleanUp } from "@/api/generated";

import { aim, gain, grouped, ranked, toClean } from "./words";

const row = (code: string, some: Partial<CleanUp>): CleanUp => ({
  code, title: code, group: "Bank", severity: "medium", reason: "", open: 1, dismissed: 0, amount: null, currency: null, oldest: null, points_to_gain: null, state: "evaluated", ...some,
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
  it("says what can be reached, and never more than there is", () => {
    const high = [row("a", { severity: "high", points_to_gain: "9.2" }), row("b", { severity: "high", points_to_gain: "8" })];
    expect(gain(high)).toBeCloseTo(17.2);
    expect(aim(72, high)).toBe("Clear the 2 high severity checks to reach 89.");
    expect(aim(99, high)).toBe("Clear the 2 high severity checks to reach 100.");
    expect(aim(72, [row("Bills", { points_to_gain: "3" })])).toBe("Clear “Bills” to reach 75.");
    expect(aim(null, high)).toBeNull();
    expect(aim(72, [])).toBeNull();
  });
});
