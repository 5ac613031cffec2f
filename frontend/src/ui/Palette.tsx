/** One search box over everything: arrows choose, Enter goes, Escape leaves. */
import { Dialog as Kit } from "@base-ui/react/dialog";
import { Search } from "lucide-react";
import { useId, useState, type KeyboardEvent, type ReactNode } from "react";

import { Spinner } from "./Spinner";

export interface PaletteItem {
  id: string;
  label: string;
  icon?: ReactNode;
  hint?: ReactNode;
  run: () => void;
}

export interface PaletteGroup {
  label: string;
  items: PaletteItem[];
}

export interface PaletteProps {
  label: string;
  words: string;
  onWords: (words: string) => void;
  groups: PaletteGroup[];
  busy?: boolean;
  empty: ReactNode;
  onClose: () => void;
}

export function Palette({ label, words, onWords, groups, busy = false, empty, onClose }: PaletteProps) {
  const id = useId();
  const [at, setAt] = useState(0);
  const shown = groups.filter((group) => group.items.length > 0);
  const flat = shown.flatMap((group) => group.items);
  const current = Math.min(at, flat.length - 1);
  const optionId = (item: PaletteItem) => `${id}-${item.id}`;

  const move = (event: KeyboardEvent) => {
    const last = flat.length - 1;
    if (event.key === "ArrowDown") setAt(current >= last ? 0 : current + 1);
    else if (event.key === "ArrowUp") setAt(current <= 0 ? last : current - 1);
    else if (event.key === "Enter") flat[current]?.run();
    else return;
    event.preventDefault();
  };

  const active = flat[current];
  return (
    <Kit.Root open onOpenChange={(open) => !open && onClose()}>
      <Kit.Portal>
        <Kit.Backdrop className="fixed inset-0 z-40 bg-scrim" />
        <Kit.Popup aria-label={label} className="fixed top-[12vh] left-1/2 z-40 flex max-h-[70vh] w-145 max-w-[calc(100vw-2rem)] -translate-x-1/2 flex-col overflow-hidden rounded-2xl bg-surface shadow-float outline-none">
          <div className="flex h-12 shrink-0 items-center gap-3 border-b border-line px-4">
            <Search size={16} aria-hidden className="shrink-0 text-subtle" />
            <input
              autoFocus
              role="combobox"
              aria-expanded={flat.length > 0}
              aria-controls={`${id}-list`}
              aria-activedescendant={active ? optionId(active) : undefined}
              aria-label={label}
              placeholder={label}
              value={words}
              onChange={(event) => {
                onWords(event.target.value);
                setAt(0);
              }}
              onKeyDown={move}
              className="h-full min-w-0 flex-1 bg-transparent text-14 text-fg outline-none"
            />
            {busy ? <Spinner className="text-subtle" /> : null}
          </div>
          <div id={`${id}-list`} role="listbox" aria-label="Results" className="min-h-0 flex-1 overflow-y-auto p-2">
            {shown.map((group) => (
              <div key={group.label} role="group" aria-label={group.label} className="pb-1">
                <div aria-hidden className="px-2 pt-2 pb-1 text-11 font-semibold text-subtle">
                  {group.label}
                </div>
                {group.items.map((item) => (
                  <div
                    key={item.id}
                    id={optionId(item)}
                    role="option"
                    aria-selected={item === active}
                    ref={item === active ? (node) => node?.scrollIntoView({ block: "nearest" }) : undefined}
                    onClick={item.run}
                    onMouseMove={() => setAt(flat.indexOf(item))}
                    className="flex h-9 cursor-default items-center gap-2.5 rounded-md px-2 text-13 text-fg aria-selected:bg-active coarse:h-11"
                  >
                    <span className="text-subtle">{item.icon}</span>
                    <span className="min-w-0 flex-1 truncate">{item.label}</span>
                    {item.hint}
                  </div>
                ))}
              </div>
            ))}
          </div>
          {flat.length === 0 ? <p role="status" className="m-0 px-4 pb-6 text-center text-13 text-muted">{empty}</p> : null}
        </Kit.Popup>
      </Kit.Portal>
    </Kit.Root>
  );
}
