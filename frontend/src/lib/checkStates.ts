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
