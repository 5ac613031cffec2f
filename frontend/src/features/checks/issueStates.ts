/** The states an issue can be in, and their words. Apart from the reading of issues, because addresses need them before any screen does. */
import type { ListIssuesData } from "@/api/generated";

export type IssueState = NonNullable<NonNullable<ListIssuesData["query"]>["state"]>;
export const ISSUE_STATES: readonly IssueState[] = ["open", "dismissed", "resolved"];
export const ISSUE_STATE_WORD: Record<IssueState, string> = { open: "Open", dismissed: "Dismissed", resolved: "Resolved" };
