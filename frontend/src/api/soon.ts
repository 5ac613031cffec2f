/** Operations the generated client does not have yet, in the shape it gives them; each leaves when the client has it. */
import { queryOptions } from "@tanstack/react-query";

import type { CheckInfo as OldCheck, CleanUp as OldCleanUp, Issue as OldIssue, Problem, Scorecard as OldScorecard, ScorePoint as OldPoint } from "./generated";
import { client } from "./generated/client.gen";

type Band = OldScorecard["band"];
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

// What a check is
export interface Threshold {
  value: number;
  default: number;
  least: number;
  most: number;
  unit: string;
  says: string;
}
export type CheckInfo = OldCheck & { scored: boolean; fixes: string[]; threshold: Threshold | null; resources: string[] };
export const listChecksOptions = () => read<Page<CheckInfo>>("listChecks", "/checks")({});
export type CleanUp = OldCleanUp & { snoozed: number; fixable: number };
export const listCleanUpOptions = read<Page<CleanUp>, { path: AtClient }>("listCleanUp", "/clients/{client_id}/checks");
export interface Suggestion {
  code: string;
  current: number;
  suggested: number | null;
  unit: string;
  because: string;
  would_hide: number;
  dismissed: number;
  seen: number;
}
export const readSuggestionOptions = read<Suggestion, { path: { code: string } }>("readSuggestion", "/checks/{code}/suggestion");

// The life of an issue
export type Scope = "item" | "contact" | "rule";
export type Issue = Omit<OldIssue, "state"> & {
  state: "open" | "snoozed" | "dismissed" | "fixed" | "resolved";
  snoozed_until: string | null;
  dismissed_reason: string | null;
  dismissed_by: string | null;
  dismissed_scope: Scope | null;
  set_aside_at: string | null;
  fix: { kind: string; says: string } | null;
  version: number;
};
export interface Changed {
  updated: number;
  also: number;
  undo: string;
}
export const dismissIssuesMutation = write<Changed, { path: AtClient; body: { issue_ids: string[]; reason: string; scope: Scope } }>("post", "/clients/{client_id}/dismissals");
export const snoozeIssuesMutation = write<Changed, { path: AtClient; body: { issue_ids: string[]; until: string } }>("post", "/clients/{client_id}/snoozes");
export const reopenIssuesMutation = write<Changed, { path: AtClient; body: { issue_ids: string[] } }>("post", "/clients/{client_id}/reopenings");
export const undoIssueChangeMutation = write<{ updated: number }, { path: AtClient & { undo: string } }>("post", "/clients/{client_id}/issue-undos/{undo}");
export interface Rule {
  id: string;
  code: string;
  title: string;
  contact: string | null;
  reason: string;
  by: string;
  made_at: string;
  hides: number;
}
export const listRulesOptions = () => read<Page<Rule>>("listRules", "/rules")({});
export const removeRuleMutation = write<unknown, { path: { rule_id: string } }>("delete", "/rules/{rule_id}");

// The score
export interface NotJudged {
  code: string;
  title: string;
  state: string;
  reason: string;
  remedy: string;
}
export type Scorecard = OldScorecard & { profile_id: string | null; not_judged: NotJudged[] };
export const readScoreOptions = read<Scorecard, { path: AtClient }>("readScore", "/clients/{client_id}/score");
export type ScorePoint = OldPoint & { id: string; profile: string; profile_version: number };
export interface MonthAverage {
  month: string;
  value: number;
  clients: number;
}
export type Scores = Page<ScorePoint> & { average: MonthAverage[] };
export const listScoresOptions = read<Scores, { path: AtClient }>("listScores", "/clients/{client_id}/scores");
export interface ScoreEnd {
  id: string;
  at: string;
  value: number;
}
export interface MovedIssue {
  id: string;
  title: string;
  detail: string;
  amount: string | null;
  currency: string | null;
}
export interface ChangePart {
  code: string;
  title: string;
  points: string;
  before: string;
  after: string;
  opened: number;
  gone: number;
  says: string;
  issues: MovedIssue[];
}
export interface ScoreChange {
  from: ScoreEnd;
  to: ScoreEnd;
  change: number;
  parts: ChangePart[];
  rounding: string;
}
export const explainChangeOptions = read<ScoreChange, { path: AtClient; query?: { from?: string; to?: string } }>("explainChange", "/clients/{client_id}/score/changes");
export interface WhatIf {
  value: number;
  band: Band;
  change: number;
  parts: { code: string; points: string }[];
}
export const whatIfMutation = write<WhatIf, { path: AtClient; body: { issue_ids: string[]; codes: string[] } }>("post", "/clients/{client_id}/score/what-if");

// Profiles
export interface ProfileEntry {
  code: string;
  codes: string[];
  title: string;
  weight: number;
  together: boolean;
}
export interface Profile {
  id: string;
  name: string;
  version: number;
  shipped: boolean;
  is_default: boolean;
  cap_critical: boolean;
  entries: ProfileEntry[];
  thresholds: Record<string, number>;
  tags: string[];
  clients: number;
  changed_at: string;
  changed_by: string | null;
}
export interface Weight {
  code: string;
  weight: number;
}
export interface ChangeProfile {
  name: string;
  entries: Weight[];
  cap_critical: boolean;
  thresholds: Record<string, number>;
  version: number;
}
type AtProfile = { path: { profile_id: string } };
export const listProfilesOptions = () => read<Page<Profile>>("listProfiles", "/profiles")({});
export const createProfileMutation = write<Profile, { body: { name: string; copy_of: string } }>("post", "/profiles");
export const changeProfileMutation = write<Profile, AtProfile & { body: ChangeProfile }>("put", "/profiles/{profile_id}");
export const removeProfileMutation = write<unknown, AtProfile>("delete", "/profiles/{profile_id}");
export const makeDefaultMutation = write<Profile, AtProfile>("put", "/profiles/{profile_id}/default");
export const assignProfileMutation = write<unknown, { body: { profile_id: string | null; tags: string[]; client_ids: string[] } }>("put", "/profiles/assignments");
export interface ProfilePreview {
  clients: number;
  bands_before: Partial<Record<Band, number>>;
  bands_after: Partial<Record<Band, number>>;
  average_before: number | null;
  average_after: number | null;
  moved: { client_id: string; name: string; before: number | null; after: number | null }[];
}
export const previewProfileMutation = write<ProfilePreview, { body: { entries: Weight[]; cap_critical: boolean } }>("post", "/profiles/preview");

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
  state: "written" | "failed" | "undone";
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

// The practice at a glance
export interface HealthCell {
  open: number;
  degree: string | null;
  state: string;
}
export interface HealthRow {
  client_id: string;
  name: string;
  tags: string[];
  managers: string[];
  score: number | null;
  band: Band;
  provisional: boolean;
  change: number | null;
  coverage: number | null;
  last_synced_at: string | null;
  checks: Record<string, HealthCell>;
}
export interface HealthQuery {
  q?: string;
  tag?: string;
  manager?: string;
  band?: Band;
  sort?: string;
  dir?: "asc" | "desc";
  cursor?: string;
  limit?: number;
}
export const listHealth = async (query: HealthQuery, signal: AbortSignal): Promise<Page<HealthRow>> => (await client.get({ url: "/api/v1/health", query, signal, throwOnError: true } as never)).data as Page<HealthRow>;
export interface HealthSummary {
  clients: number;
  average: number | null;
  bands: Partial<Record<Band, number>>;
  trend: { month: string; average: number }[];
  worst_checks: { code: string; title: string; clients: number; open: number; points: string }[];
}
export const readHealthSummaryOptions = () => read<HealthSummary>("readHealthSummary", "/health/summary")({});
export interface View {
  id: string;
  screen: string;
  name: string;
  params: Record<string, unknown>;
}
export const listViewsOptions = read<Page<View>, { query: { screen: string } }>("listViews", "/views");
export const saveViewMutation = write<View, { body: { screen: string; name: string; params: Record<string, unknown> } }>("post", "/views");
export const removeViewMutation = write<unknown, { path: { view_id: string } }>("delete", "/views/{view_id}");
export interface Export {
  id: string;
  kind: string;
  state: "queued" | "ready" | "failed";
  name: string;
  bytes: number | null;
  created_at: string;
  problem: Problem | null;
}
export const requestExportMutation = write<Export, { body: { kind: "health_xlsx" | "health_report_pdf" | "issues_xlsx"; params: Record<string, unknown> }; headers?: Record<string, string> }>("post", "/exports");
export const readExportOptions = read<Export, { path: { export_id: string } }>("readExport", "/exports/{export_id}");
