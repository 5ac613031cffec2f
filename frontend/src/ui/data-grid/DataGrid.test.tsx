import { useMemo, useState } from "react";
import { expect, describe, it } from "vitest";
import { userEvent } from "vitest/browser";
import { render } from "vitest-browser-react";

import { violations } from "@/testing/axe";

import { DataGrid } from "./DataGrid";
import { PickMany, PickOne } from "./editors";
import type { GridColumn } from "./types";
import { useEdits } from "./useEdits";

interface Row {
  id: string;
  name: string;
  colour: string;
  people: string[];
}

const COLOURS = [
  { value: "red", label: "Red" },
  { value: "blue", label: "Blue" },
];
const PEOPLE = ["Ada", "Ben", "Cleo"].map((name) => ({ value: name, label: name }));
const label = (value: string) => COLOURS.find((colour) => colour.value === value)?.label ?? "";

const COLUMNS: GridColumn<Row>[] = [
  { id: "name", title: "Name", width: "1fr", names: true, cell: (row) => row.name, text: (row) => row.name },
  {
    id: "colour",
    title: "Colour",
    width: "1fr",
    cell: (row) => label(row.colour) || "–",
    text: (row) => label(row.colour),
    value: (row) => row.colour,
    parse: (text) => COLOURS.find((colour) => colour.label === text)?.value,
    cleared: "",
    editor: (props) => (
      <PickOne {...props} label={`Colour of ${props.row.name}`} options={COLOURS} value={props.row.colour}>
        {label(props.row.colour)}
      </PickOne>
    ),
  },
  {
    id: "people",
    title: "People",
    width: "1fr",
    cell: (row) => row.people.join(", ") || "–",
    text: (row) => row.people.join("; "),
    value: (row) => row.people,
    cleared: [],
    editor: (props) => <PickMany {...props} label={`People of ${props.row.name}`} options={PEOPLE} value={props.row.people} first="Lead" toValue={(ids) => [...ids]} show={(ids) => ids.join(", ")} />,
  },
];

function Host({ n }: { n: number }) {
  const base = useMemo<Row[]>(() => Array.from({ length: n }, (_, index) => ({ id: `r${index}`, name: `Client ${index}`, colour: "", people: [] })), [n]);
  const edits = useEdits(base);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  return (
    <div style={{ height: "30rem", display: "flex", flexDirection: "column" }}>
      <button type="button">before</button>
      <DataGrid label="Clients" rows={edits.rows} columns={COLUMNS} selected={selected} onSelect={setSelected} onEdit={edits.apply} onUndo={edits.undo} onRedo={edits.redo} isChanged={edits.isChanged} />
      <output>{selected.size} selected</output>
    </div>
  );
}

const grid = () => document.querySelector<HTMLElement>("[role=grid]")!;
const at = (row: number, column: number) => grid().querySelector<HTMLElement>(`[data-row="r${row}"] [data-column="${column}"]`);
const active = () => {
  const cell = document.activeElement?.closest<HTMLElement>("[data-column]");
  return cell ? `${cell.closest<HTMLElement>("[data-row]")?.dataset["row"]}:${cell.dataset["column"]}` : "outside";
};
const chosen = () => document.querySelector("output")?.textContent;
const settle = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(undefined))));

async function open(n = 20) {
  await render(<Host n={n} />);
  await expect.poll(() => at(0, 0)).toBeTruthy();
  document.querySelector<HTMLElement>("button")!.focus();
  await userEvent.keyboard("{Tab}");
}

async function keys(spec: string) {
  await userEvent.keyboard(spec);
  await settle();
}

describe("moving", () => {
  it.each([
    ["{ArrowDown}{ArrowDown}", "r2:0"],
    ["{ArrowRight}{ArrowRight}{ArrowRight}{ArrowRight}", "r0:3"],
    ["{End}", "r0:3"],
    ["{End}{Home}", "r0:0"],
    ["{Control>}{End}{/Control}", "r19:3"],
    ["{Control>}{End}{Home}{/Control}", "r0:0"],
    ["{ArrowUp}", "r0:0"],
  ])("%s ends at %s", async (spec, place) => {
    await open();
    expect(active()).toBe("r0:0");
    await keys(spec);
    await expect.poll(active).toBe(place);
  });

  it("is one tab stop, wherever one has been", async () => {
    await open();
    await keys("{ArrowDown}{ArrowRight}");
    expect(grid().querySelectorAll("[tabindex='0']")).toHaveLength(1);
    await keys("{Shift>}{Tab}{/Shift}");
    expect(active()).toBe("outside");
    await keys("{Tab}");
    expect(active()).toBe("r1:1");
  });

  it("keeps the active row in the page while scrolling away", async () => {
    await open(1000);
    await keys("{ArrowDown}");
    const scroller = grid().parentElement!;
    scroller.scrollTop = 20_000;
    scroller.dispatchEvent(new Event("scroll"));
    await expect.poll(() => at(505, 1)).toBeTruthy();
    expect(at(1, 0)?.tabIndex).toBe(0);
    expect(grid().querySelectorAll("[role=row]").length).toBeLessThan(60);
  });
});

describe("selecting", () => {
  it.each([
    [" ", "1 selected"],
    ["  ", "0 selected"],
    ["{Shift>}{ArrowDown}{ArrowDown}{/Shift}", "3 selected"],
    ["{Control>}a{/Control}", "20 selected"],
    ["{Control>}a{/Control}{Escape}", "0 selected"],
    ["{Control>}aa{/Control}", "0 selected"],
    [" {ArrowDown}{ArrowDown}{Shift>} {/Shift}", "3 selected"],
  ])("%s leaves %s", async (spec, words) => {
    await open();
    await keys(spec);
    await expect.poll(chosen).toBe(words);
  });
  it("selects a thousand at once", async () => {
    await open(1000);
    await keys("{Control>}a{/Control}");
    await expect.poll(chosen).toBe("1000 selected");
    expect(document.querySelector("[role=status]")?.textContent).toBe("1,000 rows selected");
  });
});

describe("editing", () => {
  it("opens with Enter, takes a choice, marks the cell and stays there", async () => {
    await open();
    await keys("{ArrowRight}{ArrowRight}{Enter}");
    await expect.poll(() => document.querySelector("[role=listbox]")).toBeTruthy();
    expect(await violations(grid())).toEqual([]);
    await keys("{ArrowDown}{Enter}");
    await expect.poll(() => at(0, 2)?.textContent).toMatch(/^(Red|Blue)Changed$/);
    await expect.poll(active).toBe("r0:2");
  });

  it("opens on the value it has: Enter twice changes nothing", async () => {
    await open();
    await keys("{ArrowRight}{ArrowRight}b");
    await expect.poll(() => document.querySelectorAll("[role=option]").length).toBe(1);
    await keys("{Enter}");
    await expect.poll(() => at(0, 2)?.textContent).toBe("BlueChanged");
    await keys("{Enter}");
    await expect.poll(() => document.querySelectorAll("[role=option]").length).toBe(2);
    await keys("{Enter}");
    await expect.poll(() => document.querySelectorAll("[role=option]").length).toBe(0);
    await expect.poll(active).toBe("r0:2");
    expect(at(0, 2)?.textContent).toBe("BlueChanged");
  });

  it("finds by typing, commits with Tab and goes right", async () => {
    await open();
    await keys("{ArrowRight}{ArrowRight}{ArrowRight}");
    await keys("b");
    await expect.poll(() => document.querySelectorAll("[role=option]").length).toBe(1);
    await keys("{Enter}{Tab}");
    await expect.poll(() => at(0, 3)?.textContent).toBe("BenChanged");
  });

  it("keeps the order in which people were chosen, and Escape changes nothing", async () => {
    await open();
    await keys("{ArrowRight}{ArrowRight}{ArrowRight}{Enter}");
    await expect.poll(() => document.querySelectorAll("[role=option]").length).toBe(3);
    await userEvent.click(document.querySelectorAll("[role=option]")[2]!);
    await userEvent.click(document.querySelectorAll("[role=option]")[0]!);
    await keys("{Tab}");
    await expect.poll(() => at(0, 3)?.textContent).toBe("Cleo, AdaChanged");
    await keys("{Enter}");
    await expect.poll(() => document.querySelectorAll("[role=option]").length).toBe(3);
    await userEvent.click(document.querySelectorAll("[role=option]")[1]!);
    await keys("{Escape}");
    await expect.poll(() => at(0, 3)?.textContent).toBe("Cleo, AdaChanged");
    await expect.poll(active).toBe("r0:3");
  });

  it("fills the selected rows, clears, undoes and redoes", async () => {
    await open();
    await keys("{ArrowRight}{ArrowRight}{Enter}");
    await expect.poll(() => document.querySelector("[role=listbox]")).toBeTruthy();
    await keys("{Enter}");
    await expect.poll(() => at(0, 2)?.textContent).toBe("RedChanged");
    await keys("{Shift>}{ArrowDown}{ArrowDown}{/Shift}{ArrowUp}{ArrowUp}{Control>}d{/Control}");
    await expect.poll(() => at(2, 2)?.textContent).toBe("RedChanged");
    expect(at(3, 2)?.textContent).toBe("–");
    await keys("{Delete}");
    await expect.poll(() => at(2, 2)?.textContent).toBe("–");
    await keys("{Control>}z{/Control}");
    await expect.poll(() => at(2, 2)?.textContent).toBe("RedChanged");
    await keys("{Control>}{Shift>}z{/Shift}{/Control}");
    await expect.poll(() => at(2, 2)?.textContent).toBe("–");
  });

  it("pastes a column from the active cell down", async () => {
    await open();
    await keys("{ArrowRight}{ArrowRight}");
    const data = new DataTransfer();
    data.setData("text/plain", "Blue\r\nRed\r\n");
    document.activeElement!.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
    await expect.poll(() => at(1, 2)?.textContent).toBe("RedChanged");
    expect(at(0, 2)?.textContent).toBe("BlueChanged");
  });
});

it("breaks no accessibility rule", async () => {
  await open();
  await keys(" ");
  expect(await violations(grid())).toEqual([]);
});
