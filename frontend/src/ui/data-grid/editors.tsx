/** Editors for cells: a picker that is open from the start and hands its value back when it closes. */
import { useRef, useState, type ReactNode } from "react";

import { Combobox } from "../Combobox";
import { MultiCombobox } from "../MultiCombobox";
import type { Option } from "../options";
import type { EditorProps } from "./types";

const TRIGGER = "h-full w-full cursor-default truncate px-2.5 text-left text-13 outline-2 -outline-offset-2 outline-focus bg-surface";

export function PickOne<Row>({ row: _row, query, commit, cancel, label, options, value, children }: EditorProps<Row> & { label: string; options: readonly Option[]; value: string | null; children: ReactNode }) {
  const done = useRef(false);
  const end = (act: () => void) => {
    if (done.current) return;
    done.current = true;
    act();
  };
  return (
    <Combobox
      label={label}
      options={options}
      value={value}
      defaultOpen
      defaultQuery={query}
      onChange={(next) => end(() => commit(next))}
      onTab={(highlighted) => end(() => (highlighted === null ? cancel() : commit(highlighted, "right")))}
      onClose={() => end(cancel)}
      trigger={
        <button type="button" tabIndex={-1} className={TRIGGER}>
          {children}
        </button>
      }
    />
  );
}

export interface PickManyProps<Row> extends EditorProps<Row> {
  label: string;
  options: readonly Option[];
  value: readonly string[];
  first?: string;
  onCreate?: (word: string) => Option;
  toValue: (ids: readonly string[]) => unknown;
  footer?: ReactNode;
  show: (ids: readonly string[]) => ReactNode;
}

export function PickMany<Row>({ row: _row, query, commit, cancel, label, options, value, first, onCreate, toValue, footer, show }: PickManyProps<Row>) {
  const [chosen, setChosen] = useState<readonly string[]>(value);
  const done = useRef(false);
  const end = (then: "stay" | "right" | "cancel") => {
    if (done.current) return;
    done.current = true;
    if (then === "cancel" || chosen === value) cancel();
    else commit(toValue(chosen), then);
  };
  return (
    <MultiCombobox
      label={label}
      options={options}
      value={chosen}
      onChange={setChosen}
      first={first}
      onCreate={onCreate}
      defaultOpen
      defaultQuery={query}
      onTab={() => end("right")}
      onClose={(reason) => end(reason === "escape" ? "cancel" : "stay")}
      footer={footer}
      trigger={
        <button type="button" tabIndex={-1} className={TRIGGER}>
          {show(chosen)}
        </button>
      }
    />
  );
}
