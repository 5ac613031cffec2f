import { QueryClient } from "@tanstack/react-query";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { Changes, patched } from "./stream";

const list = (...states: string[]) => ({ items: states.map((state, index) => ({ id: `i${index}`, state })), next_cursor: null, total: states.length });
const key = (id: string) => [{ _id: id, baseUrl: "" }];

describe("a patch", () => {
  it("changes its row and leaves every other the very same object", () => {
    const before = list("queued", "queued");
    const after = patched(before, "i1", { state: "done" }) as typeof before;
    expect(after.items[1]).toEqual({ id: "i1", state: "done" });
    expect(after.items[0]).toBe(before.items[0]);
  });
  it("returns the very same data when the row is not in it, or says nothing new", () => {
    const before = list("queued");
    expect(patched(before, "i9", { state: "done" })).toBe(before);
    expect(patched(before, "i0", { state: "queued" })).toBe(before);
  });
  it("finds a row in the pages of a long list", () => {
    const before = { pages: [list("queued"), { ...list("queued"), items: [{ id: "z", state: "queued" }] }], pageParams: [] };
    const after = patched(before, "z", { state: "done" }) as typeof before;
    expect(after.pages[1]?.items[0]?.state).toBe("done");
    expect(after.pages[0]).toBe(before.pages[0]);
  });
  it("reaches the entity itself", () => {
    expect(patched({ id: "i0", state: "queued" }, "i0", { state: "done" })).toEqual({ id: "i0", state: "done" });
  });
});

describe("changes", () => {
  let cache: QueryClient;
  let changes: Changes;
  const stale = (id: string) => cache.getQueryState(key(id))?.isInvalidated;

  beforeEach(() => {
    vi.useFakeTimers({ now: 1_000_000 });
    cache = new QueryClient();
    for (const id of ["listImports", "listClients", "readScore", "listMembers"]) cache.setQueryData(key(id), list("queued", "queued"));
    changes = new Changes(cache);
  });
  afterEach(() => {
    changes.close();
    vi.useRealTimers();
  });

  it("wait a quarter of a second, then patch once and re-read what shows the resource", () => {
    changes.add({ resource: "import", id: "i0", patch: { state: "importing" } });
    changes.add({ resource: "import", id: "i0", patch: { state: "done" } });
    expect(stale("listImports")).toBe(false);
    vi.advanceTimersByTime(250);
    expect((cache.getQueryData(key("listImports")) as ReturnType<typeof list>).items[0]?.state).toBe("done");
    expect(stale("listImports")).toBe(true);
    expect(stale("listMembers")).toBe(false);
  });

  it("re-read what only quotes the resource, too", () => {
    changes.add({ resource: "score", id: "s", patch: null });
    vi.advanceTimersByTime(250);
    expect([stale("readScore"), stale("listClients"), stale("listImports")]).toEqual([true, true, false]);
  });

  it("re-read a resource at most once a second under a storm, and never lose the last", () => {
    const invalidate = vi.spyOn(cache, "invalidateQueries");
    for (let tick = 0; tick < 12; tick += 1) {
      changes.add({ resource: "import", id: "i0", patch: { state: String(tick) } });
      vi.advanceTimersByTime(250);
    }
    expect(invalidate.mock.calls.length).toBeLessThanOrEqual(4);
    vi.advanceTimersByTime(2000);
    expect((cache.getQueryData(key("listImports")) as ReturnType<typeof list>).items[0]?.state).toBe("11");
    const calls = invalidate.mock.calls.length;
    vi.advanceTimersByTime(5000);
    expect(invalidate.mock.calls.length).toBe(calls);
  });
});
