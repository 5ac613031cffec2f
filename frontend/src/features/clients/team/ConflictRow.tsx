/** A field that both sides changed to different values: a person says which one stands. */
import { useMutation, useQueryClient } from "@tanstack/react-query";

import { resolveConflictMutation } from "@/api/generated/queries/xpm.gen";
import { useMayDo } from "@/api/me";
import { ago } from "@/lib/format";
import { Button } from "@/ui/Button";
import { InlineError } from "@/ui/InlineError";
import { toast } from "@/ui/Toast";

export interface Conflict {
  id: string;
  label: string;
  base: string;
  local: string;
  remote: string;
  found_at: string;
}

const TOUCHED = ["listConflicts", "readTeam", "readXpm", "readClient", "listClients"];

export function ConflictRow({ conflict, who }: { conflict: Conflict; who?: React.ReactNode }) {
  const cache = useQueryClient();
  const may = useMayDo("resolveConflict");
  const decide = useMutation({
    ...resolveConflictMutation(),
    onSuccess: ({ resolution }) => {
      toast(resolution === "local" ? `${conflict.label}: yours is kept` : `${conflict.label}: taken from XPM`);
      return cache.invalidateQueries({ predicate: ({ queryKey }) => TOUCHED.includes((queryKey[0] as { _id?: string })?._id ?? "") });
    },
  });
  const take = (which: "local" | "remote") => decide.mutate({ path: { conflict_id: conflict.id }, body: { take: which } });
  const taking = decide.isPending ? decide.variables.body.take : null;
  return (
    <li className="flex flex-col gap-2 border-t border-line-subtle px-4 py-3 text-13 first:border-t-0">
      <p className="num m-0 flex flex-wrap gap-x-3">
        {who}
        <span className="font-medium">{conflict.label}</span>
        <span className="text-subtle">
          Was {conflict.base ? `“${conflict.base}”` : "blank"}, both changed it. Found {ago(conflict.found_at)}.
        </span>
      </p>
      <div className="grid gap-2 sm:grid-cols-2">
        <Side title="Here" value={conflict.local}>
          {may ? <Button size="sm" aria-label={`Keep yours: ${conflict.label}`} busy={taking === "local"} onClick={() => take("local")}>Keep yours</Button> : null}
        </Side>
        <Side title="In XPM" value={conflict.remote}>
          {may ? <Button size="sm" aria-label={`Take XPM’s: ${conflict.label}`} busy={taking === "remote"} onClick={() => take("remote")}>Take XPM’s</Button> : null}
        </Side>
      </div>
      {decide.error ? <InlineError error={decide.error} /> : null}
    </li>
  );
}

function Side({ title, value, children }: { title: string; value: string; children: React.ReactNode }) {
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1 rounded-lg border border-line px-3 py-2">
      <span className="min-w-0 flex-1 basis-32">
        <span className="block text-12 text-subtle">{title}</span>
        <span className="block wrap-break-word">{value || <span className="text-subtle">Blank</span>}</span>
      </span>
      {children}
    </div>
  );
}
