/** Every key there is, and the switch that turns the single ones off. */
import { useState } from "react";

import { Dialog } from "@/ui/Dialog";
import { Kbd } from "@/ui/Kbd";
import { Switch } from "@/ui/Switch";

import { GO } from "./useShortcuts";

const GROUPS: readonly { title: string; keys: readonly (readonly [string, string])[] }[] = [
  {
    title: "Everywhere",
    keys: [
      ["Ctrl K", "Search or jump to"],
      ["/", "Filter what is on the page"],
      ...Object.entries(GO).map(([key, { words }]) => [`g ${key}`, words] as const),
      ["c", "Add clients"],
      ["[ ]", "Previous and next client"],
      ["?", "These shortcuts"],
    ],
  },
  {
    title: "In a grid",
    keys: [
      ["Space", "Select the row"],
      ["Shift ↓", "Select more rows"],
      ["Ctrl A", "Select all that match"],
      ["Enter", "Edit the cell"],
      ["Ctrl D", "Copy the cell to the selected rows"],
      ["Ctrl V", "Paste a value or a column"],
      ["Delete", "Clear the cell"],
      ["Ctrl Z", "Undo"],
      ["Ctrl Enter", "Save and continue"],
    ],
  },
  {
    title: "In the import from Xero Practice Manager",
    keys: [
      ["→ ←", "Open and close a row"],
      ["Enter", "Decide its match"],
      ["Space", "On a heading: choose all below it"],
    ],
  },
  { title: "In a list", keys: [["↑ ↓", "From a row's box or name to the next"]] },
];

export function ShortcutsDialog({ onClose }: { onClose: () => void }) {
  const [on, setOn] = useState(() => localStorage.getItem("shortcuts") !== "off");
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title="Keyboard shortcuts" width="lg">
      <div className="grid gap-x-8 gap-y-4 sm:grid-cols-2">
        {GROUPS.map((group) => (
          <section key={group.title}>
            <h3 className="m-0 mb-1 text-12 font-semibold text-muted">{group.title}</h3>
            <dl className="m-0">
              {group.keys.map(([keys, words]) => (
                <div key={keys} className="flex h-8 items-center gap-3 border-b border-line-subtle text-13">
                  <dt className="flex-1">{words}</dt>
                  <dd className="m-0">
                    <Kbd>{keys}</Kbd>
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
      <div className="mt-4">
        <Switch
          checked={on}
          onChange={(next) => {
            setOn(next);
            if (next) localStorage.removeItem("shortcuts");
            else localStorage.setItem("shortcuts", "off");
          }}
        >
          Shortcuts of a single key
        </Switch>
      </div>
    </Dialog>
  );
}
