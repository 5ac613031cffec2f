/** A person as a coloured disc; the colour comes from their id, so that it is the same everywhere. */
import { cx } from "@/lib/cx";

function hue(id: string): number {
  let sum = 0;
  for (const letter of id) sum = (sum * 31 + letter.charCodeAt(0)) % 360;
  return sum;
}

export function initials(name: string): string {
  const words = name.trim().split(/\s+/);
  const first = words[0]?.[0] ?? "?";
  const last = words.length > 1 ? (words.at(-1)?.[0] ?? "") : "";
  return (first + last).toUpperCase();
}

export function Avatar({ id, name, size = "sm", className }: { id: string; name: string; size?: "sm" | "md"; className?: string }) {
  const h = hue(id);
  return (
    <span
      aria-hidden
      className={cx("inline-grid shrink-0 place-items-center rounded-full font-semibold", size === "sm" ? "size-5 text-[0.5625rem]" : "size-7 text-11", className)}
      style={{
        background: `oklch(var(--avatar-l) var(--avatar-c) ${h})`,
        color: `oklch(var(--avatar-fg-l) var(--avatar-fg-c) ${h})`,
      }}
    >
      {initials(name)}
    </span>
  );
}

/** Several people in one cell: discs, and the lead's name. */
export function AvatarStack({ people, empty = "Unassigned" }: { people: readonly { id: string; name: string }[]; empty?: string }) {
  const [lead, ...others] = people;
  if (!lead) return <span className="text-subtle">{empty}</span>;
  return (
    <span className="inline-flex min-w-0 items-center gap-2" title={people.map((person) => person.name).join(", ")}>
      <span className="inline-flex -space-x-1.5">
        {people.slice(0, 3).map((person) => (
          <Avatar key={person.id} id={person.id} name={person.name} className={others.length > 0 ? "ring-2 ring-surface" : undefined} />
        ))}
      </span>
      <span className="truncate">
        {lead.name}
        {others.length > 0 ? <span className="num text-muted"> +{others.length}</span> : null}
      </span>
    </span>
  );
}
