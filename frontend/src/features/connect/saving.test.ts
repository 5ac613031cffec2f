import { describe, expect, it } from "vitest";

import type { Client } from "@/api/generated";
import { ApiProblem } from "@/lib/problem";

import { peopleNamed } from "./columns";
import { changesOf, rowErrors, withConsequences } from "./saving";
import { visibilityOf } from "./visibility";

const TEAM = [
  { id: "1", name: "Grace Murphy" },
  { id: "2", name: "Ben Ngata" },
  { id: "3", name: "Ben Hall" },
];
const client = (id: string): Client => ({ id, name: id, version: 4, visibility: "whole_team", managers: [TEAM[1]!, TEAM[0]!], viewers: [], tags: ["x"] }) as unknown as Client;

describe("what is sent", () => {
  it("is what changed, people as ids in their order, with the version they saw", () => {
    expect(changesOf([client("a"), client("b")], new Map([["b", { managers: [], tags: [] }]]))).toEqual([{ id: "b", version: 4, manager_ids: ["2", "1"], tags: ["x"] }]);
  });
  it("makes a client visible to the people just named", () => {
    expect(withConsequences([{ row: "a", column: "viewers", value: [TEAM[0]] }])).toEqual([
      { row: "a", column: "viewers", value: [TEAM[0]] },
      { row: "a", column: "visibility", value: "specific_people" },
    ]);
    expect(withConsequences([{ row: "a", column: "viewers", value: [] }])).toHaveLength(1);
  });
});

it("puts each of the server's words at the row it means", () => {
  const problem = new ApiProblem({ title: "Some fields need a look", errors: [{ pointer: "/changes/1/manager_ids", detail: "Not in your team." }, { pointer: "/changes/1/tags", detail: "Too many." }] }, 422);
  expect(rowErrors(problem, [{ id: "a" }, { id: "b" }])).toEqual(new Map([["b", "Not in your team. Too many."]]));
});

describe("pasted words", () => {
  it.each([
    ["Grace Murphy", ["1"]],
    ["grace", ["1"]],
    ["ben ngata; Grace Murphy", ["2", "1"]],
    ["Ben", undefined],
    ["Nobody", undefined],
    ["", undefined],
  ])("%s as people", (text, ids) => {
    expect(peopleNamed(text, TEAM)?.map((person) => person.id)).toEqual(ids);
  });
  it.each([
    ["Whole team", "whole_team"],
    ["XERO USERS ONLY", "xero_users"],
    ["everyone", undefined],
  ])("%s as visibility", (text, value) => {
    expect(visibilityOf(text)).toBe(value);
  });
});
