import { describe, expect, it } from "vitest";
import { render } from "vitest-browser-react";

import { Distribution } from "./Distribution";
import { Gauge } from "./Gauge";
import { ScoreBar } from "./ScoreBar";
import { plotPoints } from "./ScoreHistory";
import { SegmentBar } from "./SegmentBar";
import { segmentWidths, type Segment } from "./segments";
import { Sparkline, sparkPoints } from "./Sparkline";
import { reach, signed, stepsOf } from "./Waterfall";

const parts = (...values: number[]): Segment[] => values.map((value, i) => ({ key: `${i}`, label: `part ${i}`, value, tone: "ok" }));

describe("segments", () => {
  it("are shares of the whole", () => expect(segmentWidths(parts(50, 25), 100)).toEqual([50, 25]));
  it("show even one of a thousand", () => expect(segmentWidths(parts(500, 1), 1000)[1]).toBeCloseTo(0.8));
  it("never overflow the bar", () => {
    const widths = segmentWidths(parts(995, 1, 2, 1, 1), 1000);
    expect(widths.reduce((a, b) => a + b, 0)).toBeCloseTo(100);
    expect(widths.slice(1).every((width) => width >= 0.2)).toBe(true);
  });
  it("of nothing are nothing", () => expect(segmentWidths(parts(0, 0), 0)).toEqual([0, 0]));
});

describe("lines", () => {
  it("run left to right and stay inside", () => {
    const points = sparkPoints([10, 90, 50], 72, 20);
    expect(points.map(([x]) => x)).toEqual([3, 36, 69]);
    expect(points.every(([, y]) => y >= 3 && y <= 17)).toBe(true);
  });
  it("do not make a cliff of one point", () => {
    const [first, second] = sparkPoints([70, 71], 72, 20);
    expect(Math.abs((first?.[1] ?? 0) - (second?.[1] ?? 0))).toBeLessThan(2);
  });
  it("place time by time, not by number", () => {
    const at = (day: string, value: number) => ({ at: `2026-11-${day}T00:00:00Z`, value, band: "healthy" as const });
    const xs = plotPoints([at("01", 10), at("02", 20), at("11", 30)], 144).map(([x]) => Math.round(x));
    expect(xs).toEqual([32, 42, 132]);
  });
});

describe("names", () => {
  it("say in words what the drawings show", async () => {
    const screen = await render(
      <>
        <Gauge value={72} band="healthy" />
        <Sparkline values={[60, 72]} />
        <SegmentBar label="Import" total={40} segments={parts(12, 3)} />
        <ScoreBar value={43} band="attention" />
        <Distribution bands={{ healthy: 3, at_risk: 1 }} />
      </>,
    );
    await expect.element(screen.getByRole("img", { name: "Health score 72 of 100, healthy" })).toBeVisible();
    await expect.element(screen.getByRole("img", { name: "From 60 to 72, up 12 over 2 imports" })).toBeVisible();
    await expect.element(screen.getByRole("img", { name: "Import: 12 part 0, 3 part 1, of 40 clients" })).toBeVisible();
    expect(screen.container.querySelectorAll("li").length).toBe(4);
  });
  it("say when there is no score", async () => {
    const screen = await render(<Gauge value={null} band="unscored" />);
    await expect.element(screen.getByRole("img", { name: "Health score: not scored" })).toBeVisible();
  });
});

describe("a waterfall", () => {
  const part = (key: string, points: number) => ({ key, title: key, points, says: "" });
  it("lets every part start where the one before ended, and ends at the end", () => {
    const steps = stepsOf(82, [part("a", -9.25), part("b", 1), part("c", 0.25)]);
    expect(steps.map(({ from, to }) => [from, to])).toEqual([[82, 72.75], [72.75, 73.75], [73.75, 74]]);
    const [low, high] = reach(82, 74, steps);
    expect(low).toBeLessThan(72.75);
    expect(high).toBeGreaterThan(82);
  });
  it("says a sign with every figure but nought", () => expect([signed(1.25), signed(-9.25), signed(0)]).toEqual(["+1.3", "\u22129.3", "0"]));
});
