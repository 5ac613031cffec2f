import { describe, expect, it } from "vitest";

import { clientQuery, clientSearch, exportPath, filtered } from "./list";

describe("the client list's address", () => {
  it("takes what the server knows and drops the rest", () => {
    expect(clientSearch({ view: "at_risk", sort: "-score", band: "purple", q: "  " })).toEqual({
      view: "at_risk", sort: "-score", band: undefined, q: undefined, manager: undefined, tag: undefined,
    });
  });
  it("asks the server for the same thing", () => {
    expect(clientQuery({ view: "mine", manager: "m1", q: "kauri" })).toEqual({ view: "mine", manager_id: "m1", q: "kauri", limit: 200 });
  });
  it("exports what is shown, all of it", () => {
    expect(exportPath({ view: "new", q: "a b" })).toBe("/api/v1/clients?view=new&q=a+b");
    expect(exportPath({})).toBe("/api/v1/clients");
  });
  it("counts a filter as one, a view not", () => {
    expect([filtered({ view: "new" }), filtered({ tag: "retail" })]).toEqual([false, true]);
  });
});
