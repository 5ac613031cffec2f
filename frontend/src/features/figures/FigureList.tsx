/** Every figure that is kept, the latest day first, with who entered it and a way to take it out. */
import { Trash2 } from "lucide-react";
import { useMemo } from "react";

import type { BankAccount, Figure } from "@/api/generated";
import { count, day, dayAndTime, money, plural } from "@/lib/format";
import { EmptyState } from "@/ui/EmptyState";
import { IconButton } from "@/ui/IconButton";
import { ListTable, type Column } from "@/ui/ListTable";

import { SOURCE_WORD } from "./words";

const named = (figure: Figure) => (figure.kind === "tax_filed" ? "Tax filed" : (figure.account ?? "An account that is gone"));

export function FigureList({ figures, accounts, base, remove, removing }: { figures: readonly Figure[]; accounts: readonly BankAccount[]; base: string | null; remove: ((figure: Figure) => void) | null; removing: string | null }) {
  const columns = useMemo<Column<Figure>[]>(() => [
    { key: "date", title: "Day", cell: ({ date }) => <span className="num">{day(date)}</span> },
    { key: "what", title: "Figure", className: "w-full max-w-0 min-w-40", cell: (figure) => <span className="block truncate" title={named(figure)}>{named(figure)}</span> },
    { key: "amount", title: "Amount", align: "right", cell: ({ amount, account_id }) => money(amount, accounts.find(({ id }) => id === account_id)?.currency ?? base) },
    { key: "lines", title: "Lines not coded", align: "right", className: "max-lg:hidden", cell: ({ lines, earliest }) => (lines === null ? "–" : <span title={earliest ? `The oldest of ${day(earliest)}` : undefined}>{count(lines)}</span>) },
    { key: "source", title: "Source", cell: ({ source }) => SOURCE_WORD[source] },
    { key: "by", title: "Kept", className: "max-lg:hidden", cell: ({ by, at }) => <span className="text-muted">{by}, <time dateTime={at} className="num">{dayAndTime(at)}</time></span> },
    ...(remove ? [{ key: "remove", title: "Remove", quiet: true, align: "right" as const, cell: (figure: Figure) => figure.source !== "finance" && <IconButton size="sm" label={`Remove ${named(figure)} of ${day(figure.date)}`} icon={<Trash2 size={15} aria-hidden />} disabled={removing === figure.id} onClick={() => remove(figure)} /> }] : []),
  ], [accounts, base, remove, removing]);
  return (
    <section aria-labelledby="kept" className="overflow-hidden rounded-xl border border-line bg-surface">
      <div className="flex min-h-12 flex-wrap items-center gap-x-2 px-4 py-2">
        <h2 id="kept" className="text-13 font-semibold">Figures kept</h2>
        {figures.length > 0 && <span className="num text-13 text-muted">{plural(figures.length, "figure")}, the latest day first</span>}
      </div>
      {figures.length === 0
        ? <div className="border-t border-line"><EmptyState title="No figures yet">Enter a statement balance or the tax filed above, and it is kept here.</EmptyState></div>
        : <ListTable label="Figures" columns={columns} rows={figures} />}
    </section>
  );
}
