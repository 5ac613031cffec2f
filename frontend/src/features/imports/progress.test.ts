import { describe, expect, it } from "vitest";

import type { Import, ImportRun, RunCounts } from "@/api/generated";

import { announce, keepLanes, LANES, lanesOf, segmentsOf, stageWords, statusWords, tabCount, tabTitle, type Told } from "./progress";

const NONE: RunCounts = { queued: 0, importing: 0, scoring: 0, waiting: 0, done: 0, failed: 0, needs_action: 0, cancelled: 0, total: 0 };
const counts = (some: Partial<RunCounts>): RunCounts => ({ ...NONE, ...some });
const one = (id: string, state: Import["state"], started = "2026-11-14T01:00:00Z") =>
  ({ id, state, started_at: started, stages: [], stage: null, waiting_until: null, problem: null }) as unknown as Import;
const run = (state: ImportRun["state"], some: Partial<RunCounts>) =>
  ({ id: "r", kind: "import", state, counts: counts({ total: 40, ...some }), seconds_left: null }) as unknown as ImportRun;

describe("lanes", () => {
  it("are always five: reading before scoring, the longest first", () => {
    const lanes = lanesOf([one("b", "importing", "2026-11-14T02:00:00Z"), one("s", "scoring"), one("a", "importing"), one("c", "queued")]);
    expect(lanes.map((lane) => lane?.id ?? null)).toEqual(["a", "b", "s", null, null]);
  });
  it("never show more than five", () => expect(lanesOf(Array.from({ length: 9 }, (_, i) => one(`${i}`, "importing")))).toHaveLength(LANES));
  it("keep their place when a neighbour finishes", () => {
    const [a, b, c, d] = ["a", "b", "c", "d"].map((id) => one(id, "importing"));
    const before = [a, b, c, null, null].map((lane) => lane ?? null);
    const after = keepLanes(before, lanesOf([a, c, d].filter((lane) => lane !== undefined)));
    expect(after.map((lane) => lane?.id ?? null)).toEqual(["a", "d", "c", null, null]);
  });
});

describe("counts", () => {
  it("add up to the whole in the tabs", () => {
    const all = counts({ total: 10, done: 3, failed: 1, needs_action: 2, importing: 1, scoring: 1, queued: 2 });
    expect([tabCount("all", all), tabCount("attention", all), tabCount("importing", all), tabCount("done", all)]).toEqual([10, 3, 2, 3]);
    expect(segmentsOf(all).map(({ value }) => value)).toEqual([3, 3, 0, 2, 0]);
  });
  it("stand in the tab's title", () => {
    expect(tabTitle(run("open", { done: 12 }))).toBe("(12/40) Importing");
    expect(tabTitle(run("finished", { done: 40 }))).toBe("Imported 40 clients");
    expect(tabTitle({ ...run("open", { done: 12 }), kind: "night" })).toBe("(12/40) Refreshing");
    expect(tabTitle({ ...run("finished", { done: 40 }), kind: "sync" })).toBe("Refreshed 40 clients");
  });
});

describe("status", () => {
  it("says until when Xero is waited for", () => {
    const waiting = { ...one("a", "waiting"), waiting_until: "2026-11-14T01:05:00Z" };
    expect(statusWords(waiting)).toMatch(/^Waiting for Xero until \d+:05 [ap]m$/);
    expect(statusWords(one("a", "waiting"))).toBe("Waiting for Xero");
  });
});

describe("a stage", () => {
  const stages = (...states: Import["stages"][number]["state"][]) => states.map((state, i) => ({ key: `k${i}`, label: `Stage ${i}`, done: 0, total: null, set_aside: 0, reasons: [], state }));
  it.each([
    [stages("done", "reading", "waiting"), "Stage 1"],
    [stages("done", "waiting"), "Reading"],
    [stages("done", "done"), "Finishing"],
    [stages("waiting"), "Connecting"],
    [[], "Connecting"],
  ])("of %j is told", (of, words) => expect(stageWords({ ...one("a", "importing"), stages: of })).toBe(words));
});

describe("announcements", () => {
  const listen = (runs: ImportRun[]) => {
    let told: Told = { quarter: 0, attention: false, state: null };
    return runs.map((now) => {
      const said = announce(now, told);
      told = said.told;
      return said.words;
    });
  };
  it("come at the start, each quarter, the first trouble and the end, and not between", () => {
    expect(
      listen([
        run("open", { done: 0 }),
        run("open", { done: 5 }),
        run("open", { done: 10 }),
        run("open", { done: 11 }),
        run("open", { done: 11, needs_action: 1 }),
        run("open", { done: 12, needs_action: 2 }),
        run("finished", { done: 38, needs_action: 2 }),
      ]),
    ).toEqual(["Importing 40 clients. 0 done.", null, "25% done.", null, "1 client needs action.", null, "Import finished. 38 clients scored."]);
  });
  it("stay silent over a run that was finished when the page opened", () => expect(listen([run("finished", { done: 40 })])).toEqual([null]));
});
