import { describe, expect, it } from "vitest";

import { commandOf, type Command } from "./keyboard";

const press = (spec: string) => {
  const parts = spec.split("+");
  const key = parts.at(-1) ?? "";
  return commandOf({ key: key === "Space" ? " " : key, ctrlKey: parts.includes("Ctrl"), metaKey: parts.includes("Meta"), shiftKey: parts.includes("Shift"), altKey: parts.includes("Alt") });
};

describe("keys of the grid", () => {
  const table: [string, Command | null][] = [
    ["ArrowDown", { do: "move", rows: 1, columns: 0, extend: false }],
    ["Shift+ArrowUp", { do: "move", rows: -1, columns: 0, extend: true }],
    ["ArrowRight", { do: "move", rows: 0, columns: 1 }],
    ["Home", { do: "edge", to: "row-start" }],
    ["Ctrl+End", { do: "edge", to: "last" }],
    ["PageDown", { do: "page", direction: 1 }],
    ["Space", { do: "toggle" }],
    ["Shift+Space", { do: "extend" }],
    ["Ctrl+a", { do: "all" }],
    ["Meta+A", { do: "all" }],
    ["Enter", { do: "edit", query: "" }],
    ["F2", { do: "edit", query: "" }],
    ["g", { do: "edit", query: "g" }],
    ["Ctrl+d", { do: "fill" }],
    ["Delete", { do: "clear" }],
    ["Ctrl+z", { do: "undo" }],
    ["Ctrl+Shift+Z", { do: "redo" }],
    ["Escape", { do: "leave" }],
    ["Ctrl+Enter", { do: "primary" }],
    ["/", null],
    ["?", null],
    ["Ctrl+c", null],
    ["Ctrl+v", null],
    ["Alt+d", null],
    ["Tab", null],
  ];
  it.each(table)("%s", (spec, command) => {
    expect(press(spec)).toEqual(command);
  });
});
