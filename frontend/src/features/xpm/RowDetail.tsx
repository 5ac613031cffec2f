/** All that is known of one row: why it is matched, what would change, what to look at, and who is who around it. */
import { CircleAlert, Info, TriangleAlert } from "lucide-react";

import type { XpmRow } from "@/api/generated";
import { cx } from "@/lib/cx";
import { moment } from "@/lib/format";
import { RelationGraph } from "@/viz/RelationGraph";
import { neighboursOf } from "@/viz/relations";

import { byLevel, kindWord, LEVEL_WORD, type Warning } from "./words";

const ICON = { blocker: CircleAlert, warning: TriangleAlert, note: Info };
const COLOUR = { blocker: "text-bad-fg", warning: "text-warn-fg", note: "text-muted" };

export function Warnings({ warnings }: { warnings: readonly Warning[] }) {
  if (warnings.length === 0) return null;
  return (
    <ul aria-label="Worth a look" className="m-0 flex list-none flex-col gap-1 p-0 text-13">
      {byLevel(warnings).map(({ code, level, text, remedy }) => {
        const Icon = ICON[level];
        return (
          <li key={`${code}${text}`} className="flex items-start gap-2">
            <Icon size={14} aria-label={LEVEL_WORD[level]} className={cx("mt-0.75 shrink-0", COLOUR[level])} />
            <span>
              {text} <span className="text-muted">{remedy}</span>
            </span>
          </li>
        );
      })}
    </ul>
  );
}

const RESULT: Record<string, string> = { take: "Taken from XPM", converge: "The same now", keep: "Yours is kept", conflict: "Both changed: you decide", off: "Not brought across" };

function Changes({ changes }: { changes: XpmRow["changes"] }) {
  const told = changes.filter(({ result }) => result !== "same");
  if (told.length === 0) return null;
  return (
    <section>
      <h2 className="m-0 mb-1 text-12 font-semibold text-muted">What changes</h2>
      <dl className="m-0 grid grid-cols-[minmax(5rem,auto)_minmax(0,1fr)] gap-x-4 gap-y-1 text-13">
        {told.map(({ field, label, before, after, result }) => (
          <div key={field} className="contents">
            <dt className="text-muted">{label}</dt>
            <dd className="m-0 min-w-0 wrap-break-word">
              <del className={cx("no-underline", result === "keep" ? "text-fg" : "text-subtle line-through")}>{before || "blank"}</del>
              <span aria-hidden> → </span>
              <span className="sr-only"> becomes </span>
              <ins className={cx("no-underline", result === "keep" ? "text-subtle" : "font-medium")}>{after || "blank"}</ins>
              {RESULT[result] ? <span className={cx("ml-2 text-12", result === "conflict" ? "font-medium text-warn-fg" : "text-subtle")}>{RESULT[result]}</span> : null}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

const LABELS: Readonly<Record<string, string>> = {
  email: "Email", phone: "Telephone", mobile: "Mobile", address: "Address", title: "Title", first_name: "First name", last_name: "Last name", other_name: "Other name",
  city: "City", region: "Region", postcode: "Postcode", country: "Country", postal_address: "Postal address", postal_city: "Postal city", postal_region: "Postal region", postal_postcode: "Postal postcode", postal_country: "Postal country",
};

const PLACE = ["address", "city", "region", "postcode", "country"] as const;

/** An address as one line. */
export function addressOf(fields: Readonly<Record<string, string>>, prefix = ""): string {
  return PLACE.map((part) => fields[prefix === "" ? part : part === "address" ? `${prefix}_address` : `${prefix}_${part}`] ?? "").filter(Boolean).join(", ");
}

function Facts({ row }: { row: XpmRow }) {
  const { fields } = row;
  const facts: [string, string][] = [
    ...(row.kind === "staff" ? [] : ([["Structure in XPM", `${row.structure || "Blank"}, ${kindWord(row.client_kind).toLowerCase()} here`]] as [string, string][])),
    ...["email", "phone", "mobile"].map((field) => [LABELS[field] ?? field, fields[field] ?? ""] as [string, string]),
    ["Address", addressOf(fields)],
    ["Postal address", addressOf(fields, "postal")],
    ["Groups", row.groups.join(", ")],
    ["Managers in XPM", row.managers.map(({ name, member }) => (member ? `${name}, here ${member.name}` : `${name}, not in your team yet`)).join("; ")],
    ["Contacts", row.contacts.map(({ name, position, email }) => [name, position, email].filter(Boolean).join(", ")).join("; ")],
    ["Decided", row.decided_by && row.decided_at ? `${row.decided_by}, ${moment(row.decided_at)}` : ""],
  ];
  return (
    <dl className="m-0 grid grid-cols-[minmax(5rem,auto)_minmax(0,1fr)] gap-x-4 gap-y-1 text-13">
      {facts.map(([label, value]) =>
        value ? (
          <div key={label} className="contents">
            <dt className="text-muted">{label}</dt>
            <dd className="num m-0 min-w-0 wrap-break-word">{value}</dd>
          </div>
        ) : null,
      )}
    </dl>
  );
}

export function RowDetail({ row }: { row: XpmRow }) {
  const now = row.relations.filter(({ ended_on }) => ended_on === null);
  const neighbours = neighboursOf(now.map((one) => ({ ...one, other_id: one.other_remote_id, stub: !one.in_snapshot || !one.chosen })));
  const fact = row.structure || kindWord(row.client_kind);
  return (
    <div className="flex flex-col gap-3 pt-2">
      {row.changed_since ? <p className="m-0 text-13 font-medium text-warn-fg">It changed in XPM after it was reviewed.</p> : null}
      {row.problem ? (
        <p className="m-0 text-13 text-bad-fg">
          <strong className="font-semibold">{row.problem.title}.</strong> {row.problem.detail}
        </p>
      ) : null}
      <Warnings warnings={row.warnings} />
      {neighbours.length > 0 ? (
        <section>
          <h2 className="m-0 mb-2 text-12 font-semibold text-muted">Relationships</h2>
          <RelationGraph name={row.name} fact={fact} neighbours={neighbours} dashed="Dashed: not chosen in this import; known by name only unless it is a client already." />
        </section>
      ) : null}
      {row.reasons.length > 0 ? (
        <p className="m-0 text-13">
          <span className="text-muted">Why: </span>
          {row.reasons.map(({ text }) => text).join(" ")}
        </p>
      ) : null}
      <div className="grid gap-4 md:grid-cols-2">
        <Facts row={row} />
        <Changes changes={row.changes} />
      </div>
    </div>
  );
}
