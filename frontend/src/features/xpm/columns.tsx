/** The columns of each step. Plain elements only: a component of the kit in every row makes thousands of rows slow. */
import { CircleAlert, TriangleAlert } from "lucide-react";

import type { XpmRow } from "@/api/generated";
import { cx } from "@/lib/cx";
import { count, listed } from "@/lib/format";

import { addressOf } from "./RowDetail";
import type { RowsColumn } from "./RowsGrid";
import { standingOf, worst, type Details, type Kind, type Tone } from "./words";

const TONES: Record<Tone, string> = {
  accent: "rounded-full bg-accent-soft px-2 text-12 font-medium text-accent-soft-fg",
  warn: "rounded-full bg-warn-bg px-2 text-12 font-medium text-warn-fg",
  bad: "rounded-full bg-bad-bg px-2 text-12 font-medium text-bad-fg",
  plain: "text-muted",
  quiet: "text-subtle",
};

/** Roles that an import may hand out; owners are made by owners, one at a time. */
export const IMPORT_ROLES = [["admin", "Administrator"], ["manager", "Manager"], ["staff", "Staff"], ["viewer", "Viewer"]] as const;

export interface ColumnTools {
  /** The row whose match is being decided: it alone holds the popover. */
  deciding: string | null;
  onDecide: (id: string) => void;
  match: (row: XpmRow, trigger: React.ReactElement) => React.ReactNode;
  onRole: (row: XpmRow, role: string) => void;
}

function Muted({ children }: { children: string }) {
  return (
    <span className={cx("num truncate", children ? "text-muted" : "text-subtle")} title={children}>
      {children || "–"}
    </span>
  );
}

function Name({ row }: { row: XpmRow }) {
  const level = worst(row.warnings);
  const words = row.warnings.map(({ text }) => text).join(" ");
  return (
    <>
      <span className="truncate font-medium" title={row.name}>{row.name}</span>
      {level === "blocker" ? <CircleAlert size={14} aria-label={words} className="shrink-0 text-bad-fg" /> : null}
      {level === "warning" ? <TriangleAlert size={14} aria-label={words} className="shrink-0 text-warn-fg" /> : null}
      {row.changed_since ? <span className={TONES.warn}>Changed</span> : null}
      {row.archived ? <span className="rounded-full bg-active px-2 text-12 font-medium text-muted">Archived</span> : null}
    </>
  );
}

function Standing({ row, tools }: { row: XpmRow; tools: ColumnTools }) {
  const { tone, words } = standingOf(row);
  const button = (
    <button type="button" tabIndex={-1} onClick={() => tools.onDecide(row.id)} title={words} className={cx("flex h-6 max-w-full min-w-0 items-center gap-1 hover:underline", TONES[tone])}>
      <span className="truncate">{words}</span>
      <span aria-hidden className="chevron" />
    </button>
  );
  return tools.deciding === row.id ? tools.match(row, button) : button;
}

/** In the grid it is for the mouse; the keyboard finds it where the row is decided. */
export function RoleSelect({ name, role, onRole, tabIndex }: { name: string; role: string | null; onRole: (role: string) => void; tabIndex?: number }) {
  return (
    <select tabIndex={tabIndex} aria-label={`Role of ${name}`} value={role ?? "staff"} onChange={(event) => onRole(event.target.value)} className="h-7 w-full rounded-md border border-line bg-surface px-1.5 text-13 text-fg coarse:min-h-11">
      {IMPORT_ROLES.map(([value, label]) => (
        <option key={value} value={value}>
          {label}
        </option>
      ))}
    </select>
  );
}

function managersIn(row: XpmRow): string {
  return listed(row.managers.map(({ name, member }) => (member && member.name !== name ? `${name} → ${member.name}` : name)));
}

function related(row: XpmRow): string {
  const names = [...new Set(row.relations.map(({ other_name }) => other_name))];
  return names.length > 2 ? `${names[0] ?? ""} and ${count(names.length - 1)} more` : names.join(", ");
}

const field = (id: string, title: string, width: string, from: number): RowsColumn => ({ id, title, width, from, cell: (row) => <Muted>{row.fields[id] ?? ""}</Muted> });

export function columnsOf(kind: Kind, details: Details, tools: ColumnTools): RowsColumn[] {
  const name: RowsColumn = { id: "name", title: kind === "staff" ? "Name" : kind === "client" ? "Client in XPM" : "Entity in XPM", width: "minmax(7rem,1.6fr)", names: true, cell: (row) => <Name row={row} /> };
  const ours: RowsColumn = { id: "ours", title: kind === "staff" ? "In your practice" : "In your client list", width: "minmax(7rem,1.5fr)", cell: (row) => <Standing row={row} tools={tools} /> };
  const email = field("email", "Email", "minmax(0,1.6fr)", 44);
  const managers: RowsColumn = { id: "managers", title: "Manager in XPM", width: "minmax(0,1.1fr)", from: details === "all" ? 70 : 52, cell: (row) => <Muted>{managersIn(row)}</Muted> };
  const contact: RowsColumn[] =
    details === "all"
      ? [
          { id: "phone", title: "Telephone", width: "minmax(0,1fr)", from: 52, cell: (row) => <Muted>{row.fields["phone"] || row.fields["mobile"] || ""}</Muted> },
          { id: "address", title: "Address", width: "minmax(0,1.4fr)", from: 56, cell: (row) => <Muted>{addressOf(row.fields) || addressOf(row.fields, "postal")}</Muted> },
        ]
      : [];
  if (kind === "staff") {
    return [
      name,
      email,
      {
        id: "role",
        title: "Role",
        width: "minmax(7.5rem,.7fr)",
        from: 36,
        cell: (row) =>
          row.action === "create" && row.fields["email"] ? (
            <RoleSelect name={row.name} role={row.role} onRole={(role) => tools.onRole(row, role)} tabIndex={-1} />
          ) : (
            <span className="text-subtle">–</span>
          ),
      },
      ours,
    ];
  }
  if (kind === "client") return [name, ours, email, ...contact, managers];
  return [
    name,
    { id: "structure", title: "Type", width: "minmax(0,.9fr)", from: 36, cell: (row) => (row.client_kind === null ? <span className={TONES.warn}>{row.structure || "Blank"}</span> : <Muted>{row.structure}</Muted>) },
    ours,
    { id: "related", title: "Related to", width: "minmax(0,1.4fr)", from: 54, cell: (row) => <Muted>{related(row)}</Muted> },
    ...(details === "all" ? contact : [email]),
    ...(details === "all" ? [] : [managers]),
  ];
}
