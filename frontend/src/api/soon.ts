/** Operations the generated client does not have yet, in the shape it gives them; each leaves when the client has it. */
import { queryOptions } from "@tanstack/react-query";

import type { Issue, Problem } from "./generated";
import { client } from "./generated/client.gen";

export interface Page<T> {
  items: T[];
  next_cursor: string | null;
  total: number;
}
type Params = { path?: object; query?: object; body?: unknown; headers?: Record<string, string> };

function read<Data, P extends Params = Params>(id: string, url: string) {
  return (params: P) =>
    queryOptions({
      queryKey: [{ _id: id, ...params }] as const,
      queryFn: async ({ signal }) => (await client.get({ url: `/api/v1${url}`, ...params, signal, throwOnError: true } as never)).data as Data,
    });
}

function write<Data, P extends Params = Params>(method: "post" | "put" | "delete", url: string) {
  return () => ({
    mutationFn: async (params: P): Promise<Data> =>
      (await client[method]({ url: `/api/v1${url}`, ...params, headers: { ...(params.body === undefined ? {} : { "Content-Type": "application/json" }), ...params.headers }, throwOnError: true } as never)).data as Data,
  });
}

type AtClient = { client_id: string };

// Putting right what a check found
export interface FieldChange {
  field: string;
  label: string;
  before: string | null;
  after: string | null;
}
export interface FixPreview {
  kind: string;
  title: string;
  changes: FieldChange[];
  choices: { value: string; label: string }[];
  warnings: string[];
  behind_lock: boolean;
  can_undo: boolean;
}
export interface Fix {
  id: string;
  issue_id: string;
  state: "writing" | "written" | "failed" | "undoing" | "undone";
  kind: string;
  changes: FieldChange[];
  written_at: string | null;
  by: string;
  can_undo: boolean;
  problem: Problem | null;
}
type AtIssue = { path: AtClient & { issue_id: string } };
export const previewFixOptions = read<FixPreview, AtIssue>("previewFix", "/clients/{client_id}/issues/{issue_id}/fix");
export const applyFixMutation = write<Fix, AtIssue & { body: { value: string | null }; headers: Record<string, string> }>("post", "/clients/{client_id}/issues/{issue_id}/fix");
export const undoFixMutation = write<Fix, { path: AtClient & { fix_id: string } }>("post", "/clients/{client_id}/fixes/{fix_id}/undo");
export const listFixesOptions = read<Page<Fix>, { path: AtClient }>("listFixes", "/clients/{client_id}/fixes");
export const rereadIssueMutation = write<{ changed: boolean; state: Issue["state"] }, AtIssue>("post", "/clients/{client_id}/issues/{issue_id}/re-read");

// Closed periods
export interface Seal {
  id: string;
  period_end: string;
  sealed_at: string;
  by: string;
  note: string | null;
  documents: number;
  total: string;
  changed: number;
}
export interface SealChange {
  kind: "added" | "changed" | "removed";
  resource: string;
  id: string;
  number: string | null;
  contact: string | null;
  date: string | null;
  fields: { field: string; before: string | null; after: string | null }[];
  updated_at: string | null;
  href: string | null;
}
export const listSealsOptions = read<Page<Seal>, { path: AtClient }>("listSeals", "/clients/{client_id}/seals");
export const sealPeriodMutation = write<Seal, { path: AtClient; body: { period_end: string; note: string | null } }>("post", "/clients/{client_id}/seals");
export const listSealChangesOptions = read<Page<SealChange>, { path: AtClient & { seal_id: string } }>("listSealChanges", "/clients/{client_id}/seals/{seal_id}/changes");

// Figures that are not in Xero
export interface Figure {
  id: string;
  kind: "statement" | "tax_filed";
  account_id: string | null;
  account: string | null;
  date: string;
  amount: string;
  lines: number | null;
  earliest: string | null;
  by: string;
  at: string;
}
export const listFiguresOptions = read<Page<Figure>, { path: AtClient }>("listFigures", "/clients/{client_id}/figures");
export const setFigureMutation = write<Figure, { path: AtClient; body: { kind: Figure["kind"]; account_id: string | null; date: string; amount: string; lines: number | null; earliest: string | null } }>("put", "/clients/{client_id}/figures");
export const removeFigureMutation = write<unknown, { path: AtClient & { figure_id: string } }>("delete", "/clients/{client_id}/figures/{figure_id}");
