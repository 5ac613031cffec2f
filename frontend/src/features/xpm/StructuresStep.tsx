/** What the practice's own names of business structures mean, said once for each. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";

import type { XpmImport } from "@/api/generated";
import { mapXpmStructuresMutation } from "@/api/generated/queries/xpm.gen";
import { count, plural } from "@/lib/format";
import { Button } from "@/ui/Button";
import { EmptyState } from "@/ui/EmptyState";
import { InlineError } from "@/ui/InlineError";
import { Select } from "@/ui/Select";
import { SkeletonRows } from "@/ui/Skeleton";

import { useStructures } from "./useImport";
import { CLIENT_KINDS, kindWord, type ClientKind } from "./words";
import { XpmFrame } from "./XpmFrame";

const UNSAID = "unsaid";
const TOUCHED = ["listXpmStructures", "listXpmRows", "summariseXpmImport", "readXpmImport"];

export function StructuresStep({ one }: { one: XpmImport }) {
  const structures = useStructures(one.id);
  const cache = useQueryClient();
  const navigate = useNavigate();
  const [said, setSaid] = useState<ReadonlyMap<string, ClientKind>>(new Map());
  const [known, setKnown] = useState(false);
  const save = useMutation({
    ...mapXpmStructuresMutation(),
    onSuccess: () => cache.invalidateQueries({ predicate: ({ queryKey }) => TOUCHED.includes((queryKey[0] as { _id?: string })?._id ?? "") }),
  });
  const editable = one.state === "ready";
  // What nobody said begins with our guess, which counts once it is saved.
  const of = (structure: string, kind: ClientKind | null, suggested: ClientKind | null) => said.get(structure) ?? kind ?? suggested;
  const changed = structures.items.flatMap(({ structure, client_kind, suggested }) => {
    const kind = of(structure, client_kind, suggested);
    return kind !== null && kind !== client_kind ? [{ structure, client_kind: kind }] : [];
  });
  const go = (to: "next" | "exit") => {
    const leave = () => void (to === "next" ? navigate({ to: "/configure/integrations/xpm/imports/$importId/clients", params: { importId: one.id } }) : navigate({ to: "/configure/integrations/xpm" }));
    if (changed.length === 0 || !editable) return leave();
    save.mutate({ path: { snapshot_id: one.id }, body: { structures: changed } }, { onSuccess: leave });
  };
  const shown = structures.items.filter(({ structure, client_kind }) => known || client_kind === null || said.has(structure));
  const hidden = structures.items.length - shown.length;
  return (
    <XpmFrame
      one={one}
      step="structures"
      unmapped={structures.unmapped.length}
      fact="Your practice names its business structures itself. Say once what each means; it is kept for the imports to come."
      footer={
        <>
          <Button render={<Link to="/configure/integrations/xpm/imports/$importId/staff" params={{ importId: one.id }}>Back</Link>}>Back</Button>
          <span role="status" className="num text-13 text-muted max-sm:hidden">{save.isPending ? "Saving" : changed.length > 0 ? `${plural(changed.length, "structure")} to save` : "Saved"}</span>
          <span className="flex-1" />
          <Button look="ghost" onClick={() => go("exit")}>Save and exit</Button>
          <Button look="primary" busy={save.isPending} onClick={() => go("next")}>Save and continue</Button>
        </>
      }
    >
      {structures.error ? <InlineError error={structures.error} onRetry={() => void structures.refetch()} /> : null}
      {save.error ? <InlineError error={save.error} onRetry={() => go("next")} /> : null}
      <section aria-label="Business structures" className="min-h-0 flex-1 overflow-y-auto rounded-xl border border-line bg-surface">
        {structures.isPending ? <SkeletonRows rows={5} label="Reading structures" /> : null}
        {shown.length > 0 ? (
          <table className="w-full border-separate border-spacing-0 text-13">
            <thead>
              <tr className="text-left text-12 text-muted">
                <th scope="col" className="sticky top-0 border-b border-line bg-sunken px-3 py-2 font-semibold">Structure in XPM</th>
                <th scope="col" className="sticky top-0 border-b border-line bg-sunken px-3 py-2 text-right font-semibold max-sm:px-1">Records</th>
                <th scope="col" className="sticky top-0 border-b border-line bg-sunken px-3 py-2 font-semibold">What it is</th>
              </tr>
            </thead>
            <tbody>
              {shown.map(({ structure, rows, client_kind, suggested }) => {
                const kind = of(structure, client_kind, suggested);
                return (
                  <tr key={structure}>
                    <th scope="row" className="border-b border-line-subtle px-3 py-1.5 text-left font-medium">{structure || <span className="text-subtle">Blank</span>}</th>
                    <td className="num border-b border-line-subtle px-3 py-1.5 text-right max-sm:px-1">{count(rows)}</td>
                    <td className="border-b border-line-subtle px-3 py-1.5">
                      <span className="flex flex-wrap items-center gap-2">
                        <Select size="sm" label={`What ${structure || "a blank structure"} is`} value={kind ?? UNSAID} disabled={!editable} className="w-full max-w-48 min-w-28"
                          options={[...(kind === null ? [{ value: UNSAID, label: "Choose" }] : []), ...CLIENT_KINDS.map(([value, label]) => ({ value: value as string, label }))]}
                          onChange={(value) => setSaid((before) => new Map(before).set(structure, value as ClientKind))} />
                        {client_kind === null && suggested !== null && !said.has(structure) ? <span className="text-12 text-subtle">Our guess: {kindWord(suggested).toLowerCase()}</span> : null}
                      </span>
                    </td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        ) : structures.isPending || structures.error ? null : (
          <EmptyState title="Every structure is known" />
        )}
        {hidden > 0 ? (
          <p className="m-0 p-3">
            <Button size="sm" look="ghost" onClick={() => setKnown(true)}>Show {count(hidden)} known {hidden === 1 ? "structure" : "structures"}</Button>
          </p>
        ) : null}
      </section>
    </XpmFrame>
  );
}
