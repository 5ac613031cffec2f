/** The states an issue can be in, and their words. Apart from the reading of issues, because addresses need them before any screen does. */
import type { Issue } from "@/api/generated";

export type IssueState = Issue["state"];
export const ISSUE_STATES: readonly IssueState[] = ["open", "snoozed", "dismissed", "fixed", "resolved"];
export const ISSUE_STATE_WORD: Record<IssueState, string> = { open: "Open", snoozed: "Snoozed", dismissed: "Set aside", fixed: "Fixed here", resolved: "Resolved" };

export const ISSUE_SORTS = ["date", "-date", "amount", "-amount", "contact", "-contact"] as const;
export type IssueSort = (typeof ISSUE_SORTS)[number];
