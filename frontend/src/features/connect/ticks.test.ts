import { describe, expect, it } from "vitest";

import type { Bundle, Tenant } from "@/api/generated";

import { remaining } from "./OneByOne";
import { lastTicked, room, tickedIds } from "./ticks";

const tenant = (id: string, standing: Tenant["standing"], in_latest_consent = true): Tenant => ({
  id, remote_id: id, name: id, kind: "organisation", country: null, currency: null, standing, in_latest_consent, linked_by: null, client_id: standing === "new" ? null : `c-${id}`,
  size: { state: "unknown", documents: null, calls: null, seconds: null, band: null }, last_imported_at: null,
});
const bundle = (limit: number, used: number): Bundle => ({ limit, used, drafts: 0, left: limit - used });
const all = [tenant("a", "new"), tenant("b", "new", false), tenant("c", "draft", false), tenant("d", "demo"), tenant("e", "client"), tenant("f", "disconnected")];

describe("ticks", () => {
  it("start with what this consent brought and what was chosen before", () => {
    expect([...tickedIds(all, new Map())]).toEqual(["a", "c"]);
  });
  it("never hold what cannot become a client", () => {
    expect([...tickedIds(all, new Map([["e", true], ["f", true], ["d", true], ["a", false]]))]).toEqual(["c", "d"]);
  });
});

describe("room in the bundle", () => {
  it("counts drafts as used already, and gives back an unticked one", () => {
    expect(room(all, new Set(["a", "b", "c"]), bundle(10, 5))).toEqual({ after: 7, over: 0 });
    expect(room(all, new Set(["a"]), bundle(10, 5))).toEqual({ after: 5, over: 0 });
  });
  it("says by how many it is over, and which to untick", () => {
    expect(room(all, new Set(["a", "b", "c"]), bundle(5, 5))).toEqual({ after: 7, over: 2 });
    expect(lastTicked(all, new Set(["a", "b", "c"]), 2)).toEqual(["b", "c"]);
  });
});

it("shortens the list of what is left to connect with each return", () => {
  expect(remaining(["A ", "x", "F"], all.map(({ name, standing }) => ({ name: name.toUpperCase(), standing })))).toEqual(["x", "F"]);
});
