/** Which part of a list is shown: one choice of a few, each with how many it holds. */
import { count } from "@/lib/format";
import { cx } from "@/lib/cx";

export interface View<Key extends string> {
  key: Key;
  label: string;
  count?: number;
}

export function ViewTabs<Key extends string>({ label, views, current, onChange }: { label: string; views: readonly View<Key>[]; current: Key; onChange: (key: Key) => void }) {
  return (
    <div role="group" aria-label={label} className="flex min-w-0 flex-wrap items-center gap-0.5">
      {views.map((view) => (
        <button
          key={view.key}
          type="button"
          aria-pressed={view.key === current}
          onClick={() => onChange(view.key)}
          className={cx(
            "inline-flex h-7.5 items-center gap-1.5 rounded-md px-2.5 text-13 font-medium whitespace-nowrap coarse:h-11",
            view.key === current ? "bg-accent-soft text-accent-soft-fg" : "text-muted hover:bg-hover hover:text-fg",
          )}
        >
          {view.label}
          {view.count !== undefined && <span className={cx("num text-12", view.key === current ? "" : "text-subtle")}>{count(view.count)}</span>}
        </button>
      ))}
    </div>
  );
}
