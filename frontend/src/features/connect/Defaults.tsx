/** One row above the grid: set once for all, adjust the exceptions below. */
import { useState } from "react";

import type { Person } from "@/api/generated";
import { AvatarStack } from "@/ui/Avatar";
import { Button } from "@/ui/Button";
import { Combobox } from "@/ui/Combobox";
import { MultiCombobox } from "@/ui/MultiCombobox";

import { byIds, peopleOptions } from "./columns";
import { VISIBILITY, visibilityWord, type Visibility } from "./visibility";

export interface DefaultsProps {
  people: readonly Person[];
  onApply: (what: { visibility?: Visibility; managers?: Person[] }, to: "empty" | "all") => void;
}

const BOX = "inline-flex h-7.5 items-center gap-2 rounded-md border border-line-strong bg-surface px-2.5 text-left text-13 hover:bg-hover coarse:min-h-11";

export function Defaults({ people, onApply }: DefaultsProps) {
  const [visibility, setVisibility] = useState<Visibility | null>(null);
  const [managers, setManagers] = useState<string[]>([]);
  const nothing = visibility === null && managers.length === 0;
  const apply = (to: "empty" | "all") =>
    onApply({ ...(visibility && { visibility }), ...(managers.length > 0 && { managers: byIds(managers, people) }) }, to);
  return (
    <div role="group" aria-label="For all clients" className="flex flex-wrap items-center gap-2 border-b border-line bg-sunken px-2.5 py-2 text-13">
      <span className="px-1 font-medium">For all:</span>
      <Combobox
        label="Visibility for all"
        options={VISIBILITY}
        value={visibility}
        onChange={setVisibility}
        trigger={
          <button type="button" className={`${BOX} w-40`}>
            <span className="min-w-0 flex-1 truncate">{visibility ? visibilityWord(visibility) : "Visibility"}</span>
            <span aria-hidden className="chevron text-subtle" />
          </button>
        }
      />
      <MultiCombobox
        label="Account managers for all"
        options={peopleOptions(people)}
        value={managers}
        onChange={setManagers}
        first="Lead"
        trigger={
          <button type="button" className={`${BOX} w-56`}>
            <span className="min-w-0 flex-1 truncate">{managers.length > 0 ? <AvatarStack people={byIds(managers, people)} /> : "Account managers"}</span>
            <span aria-hidden className="chevron text-subtle" />
          </button>
        }
      />
      <Button size="sm" disabled={nothing} onClick={() => apply("empty")}>
        Apply to empty
      </Button>
      <Button size="sm" disabled={nothing} onClick={() => apply("all")}>
        Apply to all
      </Button>
    </div>
  );
}
