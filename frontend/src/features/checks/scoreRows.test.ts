import { describe, expect, it } from "vitest";

import { isRun, rowsOf, stepsOf } from "./scoreRows";

const points = (...values: number[]) => values.map((value, i) => ({ id: `s${i}`, at: `2026-11-${String(i + 1).padStart(2, "0")}T00:00:00Z`, value, band: "attention" as const, profile: "first", profile_version: 1 }));
const told = (values: number[], opened: string[] = []) => rowsOf(stepsOf(points(...values)), new Set(opened)).map((row) => (isRun(row) ? `${row.id} x${row.n} since ${row.since.slice(8, 10)}` : `${row.id} ${row.change}`));

describe("a list of scores", () => {
  it("tells what each changed, the newest first", () => {
    expect(told([60, 64, 61])).toEqual(["s2 -3", "s1 4", "s0 null"]);
  });

  it("makes one row of several that changed nothing, wherever they stand", () => {
    expect(told([60, 60, 60, 64, 64, 64, 64])).toEqual(["run-s4 x3 since 05", "s3 4", "run-s1 x2 since 02", "s0 null"]);
  });

  it("leaves a single one as it is", () => {
    expect(told([60, 60, 61])).toEqual(["s2 1", "s1 0", "s0 null"]);
  });

  it("shows the scores of a run that was opened below it, and keeps it open when another joins", () => {
    expect(told([60, 60, 60], ["run-s1"])).toEqual(["run-s1 x2 since 02", "s2 0", "s1 0", "s0 null"]);
    expect(told([60, 60, 60, 60], ["run-s1"])).toEqual(["run-s1 x3 since 02", "s3 0", "s2 0", "s1 0", "s0 null"]);
  });

  it("has nothing to tell of no scores", () => {
    expect(told([])).toEqual([]);
  });
});
