/** Choosing people where the order matters: the first chosen leads. */
import { useMemo, useState } from "react";

import type { Person } from "@/api/generated";
import { Avatar } from "@/ui/Avatar";

export interface PeopleChecklistProps {
  label: string;
  people: readonly Person[];
  chosen: readonly string[];
  onChange: (ids: string[]) => void;
  /** What the first two are called, when their order means something. */
  ranks?: readonly string[];
}

export function PeopleChecklist({ label, people, chosen, onChange, ranks = [] }: PeopleChecklistProps) {
  const [q, setQ] = useState("");
  const shown = useMemo(() => people.filter(({ name }) => name.toLowerCase().includes(q.trim().toLowerCase())), [people, q]);
  const turn = (id: string, on: boolean) => onChange(on ? [...chosen, id] : chosen.filter((other) => other !== id));
  return (
    <fieldset className="min-w-0">
      <legend className="sr-only">{label}</legend>
      {people.length > 8 && (
        <input
          type="search"
          value={q}
          onChange={(event) => setQ(event.target.value)}
          aria-label="Find a person"
          placeholder="Find a person"
          className="mb-2 h-9 w-full rounded-md border border-line-strong bg-surface px-3 text-13"
        />
      )}
      <div className="max-h-72 overflow-y-auto rounded-lg border border-line">
        {shown.map(({ id, name }) => {
          const rank = chosen.indexOf(id);
          return (
            <label key={id} className="flex h-10 items-center gap-3 border-b border-line-subtle px-3 text-13 last:border-b-0 hover:bg-hover">
              <input type="checkbox" className="cbx" checked={rank >= 0} onChange={(event) => turn(id, event.target.checked)} />
              <Avatar id={id} name={name} />
              <span className="flex-1 truncate">{name}</span>
              {rank >= 0 && ranks[rank] && <span className="text-12 text-muted">{ranks[rank]}</span>}
            </label>
          );
        })}
        {shown.length === 0 && <p className="p-3 text-13 text-muted">Nobody matches “{q}”.</p>}
      </div>
    </fieldset>
  );
}
