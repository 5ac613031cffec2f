/** Files that take the server a while: asked for, waited for, and handed over when they are ready. */
import { useMutation, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";

import { idempotencyKey } from "@/api/client";
import type { RequestExport } from "@/api/generated";
import { download } from "@/api/download";
import { asProblem } from "@/api/problems";
import { readExportOptions, requestExportMutation } from "@/api/generated/queries/exports.gen";
import { toast } from "@/ui/Toast";

type Wanted = RequestExport & { kind: "health_xlsx" | "health_report_pdf" | "issues_xlsx" };
const EVERY_MS = 1000;

export function useExport() {
  const [id, setId] = useState<string | null>(null);
  const [failed, setFailed] = useState<unknown>(null);
  const request = useMutation(requestExportMutation());
  const { data, error } = useQuery({
    ...readExportOptions({ path: { export_id: id ?? "" } }),
    enabled: id !== null,
    refetchInterval: ({ state }) => (state.data?.state === "queued" || !state.data ? EVERY_MS : false),
    gcTime: 0,
  });
  useEffect(() => {
    if (!id) return;
    if (error) {
      setFailed(error);
      setId(null);
    } else if (data?.id === id && data.state === "failed") {
      setFailed(data.problem);
      setId(null);
    } else if (data?.id === id && data.state === "ready") {
      setId(null);
      void download(`/api/v1/exports/${id}/file`, "*/*", data.name ?? "export").then(() => toast(`${data.name ?? "The file"} is downloaded`), setFailed);
    }
  }, [id, data, error]);
  return {
    start: (body: Wanted, words: string) => {
      setFailed(null);
      request.mutate({ body, headers: { "Idempotency-Key": idempotencyKey() } }, {
        onSuccess: (made) => { toast(words, { detail: "It is saved here when it is ready. You can keep working." }); setId(made.id); },
        onError: setFailed,
      });
    },
    busy: request.isPending || id !== null,
    error: failed === null ? null : asProblem(failed),
  };
}
