import { describe, expect, it, vi } from "vitest";
import { userEvent } from "vitest/browser";
import { cleanup, render } from "vitest-browser-react";

import { violations } from "@/testing/axe";

import { ListTable, type Column, type Ticks } from "./ListTable";

interface Row {
  id: string;
  name: string;
}
const rows = (n: number): Row[] => Array.from({ length: n }, (_, i) => ({ id: `r${i}`, name: `Row ${i}` }));
const columns = (turn = () => {}): Column<Row>[] => [
  { key: "name", title: "Name", sort: { direction: "ascending", turn }, cell: ({ name }) => name },
  { key: "go", title: "Action", quiet: true, align: "right", cell: ({ name }) => <button type="button">Open {name}</button> },
];
const ticksOf = (set: Ticks["set"], on: string[] = []): Ticks => ({ has: (id) => on.includes(id), count: on.length, set, name: (id) => id });

describe("a list table", () => {
  it("says how it is sorted, names its rows' boxes, and holds the accessibility rules", async () => {
    await cleanup();
    const turn = vi.fn();
    const screen = await render(<ListTable label="Rows" columns={columns(turn)} rows={rows(3)} ticks={ticksOf(vi.fn(), ["r1"])} />);
    await expect.element(screen.getByRole("columnheader", { name: "Name" })).toHaveAttribute("aria-sort", "ascending");
    await screen.getByRole("button", { name: "Name", exact: true }).click();
    expect(turn).toHaveBeenCalledOnce();
    await expect.element(screen.getByRole("checkbox", { name: "Select r1" })).toBeChecked();
    expect((screen.getByRole("checkbox", { name: "Select all 3" }).element() as HTMLInputElement).indeterminate).toBe(true);
    expect(await violations()).toEqual([]);
  });

  it("ticks all, and a range from the last one with Shift", async () => {
    await cleanup();
    const set = vi.fn();
    const screen = await render(<ListTable label="Rows" columns={columns()} rows={rows(6)} ticks={ticksOf(set)} />);
    await screen.getByRole("checkbox", { name: "Select all 6" }).click();
    expect(set).toHaveBeenLastCalledWith(["r0", "r1", "r2", "r3", "r4", "r5"], true);
    await screen.getByRole("checkbox", { name: "Select r1" }).click();
    await userEvent.keyboard("{Shift>}");
    await screen.getByRole("checkbox", { name: "Select r4" }).click();
    await userEvent.keyboard("{/Shift}");
    expect(set).toHaveBeenLastCalledWith(["r1", "r2", "r3", "r4"], true);
  });

  it("goes from a row's box or link to those above and below with the arrows, also where rows come as they are reached", async () => {
    await cleanup();
    const linked: Column<Row>[] = [{ key: "name", title: "Name", cell: ({ name }) => <a href={`#${name}`}>{name}</a> }];
    const screen = await render(
      <div style={{ display: "flex", flexDirection: "column", height: 400 }}>
        <ListTable label="Rows" columns={linked} rows={rows(2000)} ticks={ticksOf(vi.fn())} fill />
      </div>,
    );
    await expect.element(screen.getByRole("link", { name: "Row 0", exact: true })).toBeVisible();
    screen.getByRole("checkbox", { name: "Select r0", exact: true }).element().focus();
    for (let at = 1; at <= 30; at += 1) {
      await userEvent.keyboard("{ArrowDown}");
      await expect.element(screen.getByRole("checkbox", { name: `Select r${at}`, exact: true })).toHaveFocus();
    }
    await userEvent.keyboard("{Tab}{ArrowUp}");
    await expect.element(screen.getByRole("link", { name: "Row 29", exact: true })).toHaveFocus();
  });

  it("keeps a long list out of the page but for what is in view, and asks for more at its end", async () => {
    await cleanup();
    const more = vi.fn();
    const screen = await render(
      <div style={{ display: "flex", flexDirection: "column", height: 400 }}>
        <ListTable label="Rows" columns={columns()} rows={rows(2000)} total={2500} onEnd={more} fill />
      </div>,
    );
    await expect.element(screen.getByRole("row", { name: /^Row 0 / })).toBeVisible();
    expect(screen.container.querySelectorAll("tbody tr").length).toBeLessThan(60);
    await expect.element(screen.getByRole("table", { name: "Rows" })).toHaveAttribute("aria-rowcount", "2501");
    expect(more).not.toHaveBeenCalled();
    const box = screen.getByRole("region", { name: "Rows" }).element();
    box.scrollTop = box.scrollHeight;
    await expect.element(screen.getByRole("row", { name: /^Row 1999 / })).toBeVisible();
    await expect.poll(() => more.mock.calls.length).toBeGreaterThan(0);
  });
});
