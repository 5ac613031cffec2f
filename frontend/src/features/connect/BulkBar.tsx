/** What can be set for the selected rows; it takes the toolbar's place. */
import { useState } from "react";

import type { Client, Person } from "@/api/generated";
import { Button } from "@/ui/Button";
import { Combobox } from "@/ui/Combobox";
import { MultiCombobox } from "@/ui/MultiCombobox";
import { SelectionBar } from "@/ui/SelectionBar";

import { byIds, peopleOptions, tagOptions } from "./columns";
import { VISIBILITY, type Visibility } from "./visibility";

export interface BulkBarProps {
  rows: readonly Client[];
  words: string;
  people: readonly Person[];
  tags: readonly string[];
  onVisibility: (value: Visibility) => void;
  onManagers: (people: Person[]) => void;
  onTags: (tags: string[]) => void;
  result: React.ReactNode;
  onClear: () => void;
}

export function BulkBar({ rows, words, people, tags, onVisibility, onManagers, onTags, result, onClear }: BulkBarProps) {
  const [managers, setManagers] = useState<string[]>([]);
  const [labels, setLabels] = useState<string[]>([]);
  const shared = rows.every((row) => row.visibility === rows[0]?.visibility) ? (rows[0]?.visibility ?? null) : null;
  return (
    <SelectionBar count={rows.length} words={words} result={result} onClear={onClear}>
      <Combobox label="Set visibility" options={VISIBILITY} value={shared} onChange={onVisibility} trigger={<Button size="sm">Set visibility</Button>} />
      <MultiCombobox
        label="Set account managers"
        options={peopleOptions(people)}
        value={managers}
        onChange={setManagers}
        first="Lead"
        onClose={(reason) => {
          if (reason !== "escape" && managers.length > 0) onManagers(byIds(managers, people));
          setManagers([]);
        }}
        footer="Replaces the account managers of all selected clients."
        trigger={<Button size="sm">Set account managers</Button>}
      />
      <MultiCombobox
        label="Add tags"
        options={tagOptions([...new Set([...tags, ...labels])])}
        value={labels}
        onChange={setLabels}
        onCreate={(word) => ({ value: word, label: word })}
        onClose={(reason) => {
          if (reason !== "escape" && labels.length > 0) onTags(labels);
          setLabels([]);
        }}
        trigger={<Button size="sm">Add tags</Button>}
      />
    </SelectionBar>
  );
}
