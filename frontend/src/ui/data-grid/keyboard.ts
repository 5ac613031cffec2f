/** From a key to what the grid does about it: one table, no state. */

export type Command =
  | { do: "move"; rows: number; columns: number; extend?: boolean }
  | { do: "edge"; to: "row-start" | "row-end" | "first" | "last" }
  | { do: "page"; direction: 1 | -1 }
  | { do: "toggle" }
  | { do: "extend" }
  | { do: "all" }
  | { do: "edit"; query: string }
  | { do: "fill" }
  | { do: "clear" }
  | { do: "undo" }
  | { do: "redo" }
  | { do: "leave" }
  | { do: "primary" };

export interface Key {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  shiftKey: boolean;
  altKey: boolean;
}

export function commandOf(event: Key): Command | null {
  const { key, shiftKey: shift } = event;
  const ctrl = event.ctrlKey || event.metaKey;
  if (event.altKey) return null;
  switch (key) {
    case "ArrowDown":
      return ctrl ? null : { do: "move", rows: 1, columns: 0, extend: shift };
    case "ArrowUp":
      return ctrl ? null : { do: "move", rows: -1, columns: 0, extend: shift };
    case "ArrowRight":
      return ctrl ? null : { do: "move", rows: 0, columns: 1 };
    case "ArrowLeft":
      return ctrl ? null : { do: "move", rows: 0, columns: -1 };
    case "Home":
      return { do: "edge", to: ctrl ? "first" : "row-start" };
    case "End":
      return { do: "edge", to: ctrl ? "last" : "row-end" };
    case "PageDown":
      return { do: "page", direction: 1 };
    case "PageUp":
      return { do: "page", direction: -1 };
    case " ":
      return ctrl ? null : { do: shift ? "extend" : "toggle" };
    case "Enter":
      return ctrl ? { do: "primary" } : { do: "edit", query: "" };
    case "F2":
      return { do: "edit", query: "" };
    case "Delete":
    case "Backspace":
      return { do: "clear" };
    case "Escape":
      return { do: "leave" };
  }
  if (ctrl) {
    switch (key.toLowerCase()) {
      case "a":
        return { do: "all" };
      case "d":
        return { do: "fill" };
      case "z":
        return { do: shift ? "redo" : "undo" };
      case "y":
        return { do: "redo" };
    }
    return null;
  }
  // `/` belongs to the filter, `?` to the list of shortcuts.
  if (key.length === 1 && key !== "/" && key !== "?") return { do: "edit", query: key };
  return null;
}
