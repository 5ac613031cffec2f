/** The words for who wins, and the presets. Pure. */
import type { XpmPolicy } from "@/api/generated";

export type Policy = XpmPolicy["name"];

export const POLICY_GROUPS = [
  { key: "name", label: "Name" },
  { key: "email", label: "Email" },
  { key: "phone", label: "Telephone" },
  { key: "address", label: "Address" },
] as const;

export const POLICIES: readonly { value: Policy; label: string; detail: string }[] = [
  { value: "ask", label: "Ask me", detail: "A difference waits until somebody decides." },
  { value: "xpm_wins", label: "XPM wins", detail: "A blank in XPM still erases nothing." },
  { value: "portal_wins", label: "Bulkhead wins", detail: "What stands here stays." },
  { value: "mirror", label: "Mirror XPM", detail: "XPM wins, and a blank there erases yours." },
  { value: "off", label: "Do not import", detail: "This detail is left out of imports." },
];

export const PRESETS = [
  { key: "ask", label: "Ask me", policy: "ask" },
  { key: "xpm", label: "XPM is master", policy: "xpm_wins" },
  { key: "here", label: "Bulkhead is master", policy: "portal_wins" },
] as const satisfies readonly { key: string; label: string; policy: Policy }[];

/** The preset that all groups follow, or null where they differ. */
export function presetOf(policies: Pick<XpmPolicy, "name" | "email" | "phone" | "address">): (typeof PRESETS)[number]["key"] | null {
  return PRESETS.find(({ policy }) => POLICY_GROUPS.every(({ key }) => policies[key] === policy))?.key ?? null;
}
