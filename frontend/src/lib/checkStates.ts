/** Why a check could not be judged, in words. */
export const STATE_WORD = {
  not_applicable: "Does not apply",
  no_permission: "No permission",
  not_synced: "Not read yet",
  error: "Could not be computed",
} as const;

export function stateWord(state: string): string {
  return STATE_WORD[state as keyof typeof STATE_WORD] ?? "Not judged";
}

/** Checks that compare the books with a figure of somebody else, and what that figure is called. */
export const NEEDS_FIGURE: Readonly<Record<string, string>> = {
  DQ02: "Enter statement lines",
  DQ03: "Enter statement balances",
  DQ39: "Enter the tax filed",
};
