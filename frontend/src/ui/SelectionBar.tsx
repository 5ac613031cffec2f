/** Takes the toolbar's place, at the same height, while rows are selected. */
import { X } from "lucide-react";
import type { ReactNode } from "react";

import { Button } from "./Button";

export interface SelectionBarProps {
  count: number;
  /** Such as "40 selected, 12 not shown". */
  words?: ReactNode;
  children: ReactNode;
  /** What the last action did, with its way back. */
  result?: ReactNode;
  onClear: () => void;
}

export function SelectionBar({ count, words, children, result, onClear }: SelectionBarProps) {
  return (
    <div role="toolbar" aria-label="Selected rows" className="flex min-h-12 flex-wrap items-center gap-2 border-b border-line bg-selected px-2.5 py-2">
      <span className="num px-1 text-13 font-semibold">{words ?? `${count.toLocaleString("en-NZ")} selected`}</span>
      {children}
      <span className="flex-1" />
      {result ? <span className="text-13 text-muted">{result}</span> : null}
      <Button size="sm" look="ghost" icon={<X size={14} aria-hidden />} onClick={onClear}>
        Clear selection
      </Button>
    </div>
  );
}
