/** Narrowing the list: by who manages, by tag, by band. */
import { X } from "lucide-react";

import { BAND_WORD } from "@/lib/bands";
import { Button } from "@/ui/Button";
import { Combobox } from "@/ui/Combobox";
import { Select } from "@/ui/Select";

import { BAND_KEYS, filtered, type ClientSearch } from "./list";
import { usePeople } from "./useClients";

const ANY = "any";
const BOX = "inline-flex h-7.5 max-w-44 items-center gap-2 rounded-md border border-line-strong bg-surface px-2.5 text-13 hover:bg-hover coarse:min-h-11";

export function Filters({ search, tags, change }: { search: ClientSearch; tags: readonly string[]; change: (next: Partial<ClientSearch>) => void }) {
  const people = usePeople();
  const pick = (value: string) => (value === ANY ? undefined : value);
  return (
    <>
      <Combobox label="Account manager" value={search.manager ?? ANY}
        options={[{ value: ANY, label: "Any manager" }, ...people.map(({ id, name }) => ({ value: id, label: name }))]}
        onChange={(value) => change({ manager: pick(value) })}
        trigger={
          <button type="button" className={BOX}>
            <span className="truncate">{people.find(({ id }) => id === search.manager)?.name ?? "Any manager"}</span>
            <span aria-hidden className="chevron text-subtle" />
          </button>
        } />
      {(tags.length > 0 || search.tag) && (
        <Select size="sm" label="Tag" value={search.tag ?? ANY} className="max-w-36"
          options={[{ value: ANY, label: "Any tag" }, ...new Set([...tags, ...(search.tag ? [search.tag] : [])])].map((tag) => (typeof tag === "string" ? { value: tag, label: tag } : tag))}
          onChange={(value) => change({ tag: pick(value) })} />
      )}
      <Select size="sm" label="Score band" value={search.band ?? ANY} className="max-w-40"
        options={[{ value: ANY, label: "Any score" }, ...BAND_KEYS.map((band) => ({ value: band as string, label: BAND_WORD[band] }))]}
        onChange={(value) => change({ band: BAND_KEYS.find((band) => band === value) })} />
      {filtered(search) && (
        <Button size="sm" look="ghost" icon={<X size={14} aria-hidden />} onClick={() => change({ q: undefined, manager: undefined, tag: undefined, band: undefined })}>
          Clear filters
        </Button>
      )}
    </>
  );
}
