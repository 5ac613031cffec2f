import { describe, expect, it } from "vitest";

import { bandOf, trendInWords } from "./bands";
import { ariaSort, nextSort, oneOf, safeHref, without } from "./url";

describe("the address bar", () => {
  it("takes only what is allowed", () => {
    expect(oneOf("new", ["all", "new"])).toBe("new");
    expect(oneOf("drop table", ["all", "new"])).toBeUndefined();
  });
  it("keeps defaults out of it", () => {
    expect(without({ view: "all", q: "", tag: "retail" }, { view: "all" })).toEqual({ tag: "retail" });
  });
  it("turns a column asc, desc, none", () => {
    const allowed = ["score", "-score"] as const;
    expect(nextSort("score", undefined, allowed)).toBe("score");
    expect(nextSort("score", "score", allowed)).toBe("-score");
    expect(nextSort("score", "-score", allowed)).toBeUndefined();
    expect(nextSort("score", undefined, allowed, true)).toBe("-score");
    expect(ariaSort("score", "-score")).toBe("descending");
  });
  it("refuses links that are not web addresses", () => {
    expect(safeHref("javascript:alert(1)")).toBeUndefined();
    expect(safeHref("//evil.example")).toBeUndefined();
    expect(safeHref("https://go.xero.com/x")).toBe("https://go.xero.com/x");
    expect(safeHref("/configure")).toBe("/configure");
  });
});

describe("bands", () => {
  it("turns at 36 and 71", () => {
    expect([35, 36, 70, 71].map(bandOf)).toEqual(["at_risk", "attention", "attention", "healthy"]);
    expect(bandOf(null)).toBe("unscored");
  });
  it("tells a trend in words", () => {
    expect(trendInWords([60, 66, 72])).toBe("From 60 to 72, up 12 over 3 imports");
    expect(trendInWords([])).toBe("No trend yet");
  });
});
