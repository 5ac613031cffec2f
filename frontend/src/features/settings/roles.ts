/** What each role may do, in one sentence. */
import type { Member } from "@/api/generated";

export type Role = Member["role"];

export const ROLES: readonly { value: Role; label: string; detail: string }[] = [
  { value: "owner", label: "Owner", detail: "Everything, and who else is an owner." },
  { value: "admin", label: "Administrator", detail: "Everything but owners." },
  { value: "manager", label: "Manager", detail: "Adds, configures and imports the clients they see." },
  { value: "staff", label: "Staff", detail: "Works on the clients they see." },
  { value: "viewer", label: "Viewer", detail: "Reads the clients they see." },
];

export const ROLE_WORD = Object.fromEntries(ROLES.map(({ value, label }) => [value, label])) as Record<Role, string>;
