/** Who sees a client. Account managers, owners and administrators always do. */
import type { Client } from "@/api/generated";
import type { Option } from "@/ui/options";

export type Visibility = Client["visibility"];

export const VISIBILITY: readonly (Option<Visibility> & { detail: string })[] = [
  { value: "whole_team", label: "Whole team", detail: "Everyone in the practice" },
  { value: "xero_users", label: "Xero users only", detail: "People who are users of the organisation in Xero" },
  { value: "specific_people", label: "Specific people", detail: "The people you name" },
];

export const visibilityWord = (value: Visibility): string => VISIBILITY.find((option) => option.value === value)?.label ?? value;

/** A pasted word as a visibility, in capitals or not. */
export function visibilityOf(text: string): Visibility | undefined {
  const words = text.trim().toLowerCase();
  return VISIBILITY.find((option) => option.label.toLowerCase() === words || option.value === words)?.value;
}
