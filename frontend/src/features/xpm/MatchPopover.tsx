/** Which of our clients a record in XPM is: the likely ones with why, another one by name, a new one, or none. */
import { useQuery } from "@tanstack/react-query";
import { Ban, Plus, SkipForward } from "lucide-react";
import { useState } from "react";

import type { XpmRow } from "@/api/generated";
import { listClientsOptions } from "@/api/generated/queries/clients.gen";
import { listMembersOptions } from "@/api/generated/queries/team.gen";
import { cx } from "@/lib/cx";
import { useDebounced } from "@/lib/useDebounced";
import { InlineError } from "@/ui/InlineError";
import { Popover } from "@/ui/Popover";
import { SearchInput } from "@/ui/SearchInput";

import { RoleSelect } from "./columns";
import type { Decision } from "./useRows";

const CHOICE = "flex w-full items-start gap-2.5 rounded-md px-2 py-1.5 text-left text-13 hover:bg-active aria-pressed:bg-selected coarse:min-h-11";

export interface MatchPopoverProps {
  row: XpmRow;
  trigger: React.ReactElement;
  onDecide: (row: XpmRow, change: Decision, said?: { name: string }) => void;
  onClose: () => void;
}

export function MatchPopover({ row, trigger, onDecide, onClose }: MatchPopoverProps) {
  const [words, setWords] = useState("");
  const asked = useDebounced(words.trim(), 200);
  const staff = row.kind === "staff";
  const choose = (change: Decision) => {
    onDecide(row, change);
    onClose();
  };
  const linked = row.action === "link" ? row.target?.id : undefined;
  const listed = row.target && !row.candidates.some(({ id }) => id === row.target?.id) ? [{ id: row.target.id, name: row.target.name, score: null, reasons: row.reasons }, ...row.candidates] : row.candidates;
  return (
    <Popover trigger={trigger} open onOpenChange={(open) => !open && onClose()} title={`Who is ${row.name}?`}>
      <div className="-mx-2 max-h-96 overflow-y-auto">
        {listed.length > 0 ? (
          <ul aria-label="Likely matches" className="m-0 list-none p-0">
            {listed.map((candidate) => (
              <li key={candidate.id}>
                <button type="button" className={CHOICE} aria-pressed={linked === candidate.id} onClick={() => choose({ action: "link", target_id: candidate.id, chosen: true })}>
                  <span aria-hidden className={cx("mt-1 size-3 shrink-0 rounded-full border", linked === candidate.id ? "border-4 border-accent" : "border-line-strong")} />
                  <span className="min-w-0 flex-1">
                    <span className="flex gap-2">
                      <span className="truncate font-medium">{candidate.name}</span>
                      {candidate.score === null ? null : <span className="num ml-auto shrink-0 text-12 text-subtle">{candidate.score}% alike</span>}
                    </span>
                    {candidate.reasons.map(({ code, text }) => (
                      <span key={code} className="block text-12 text-muted">
                        {text}
                      </span>
                    ))}
                  </span>
                </button>
              </li>
            ))}
          </ul>
        ) : (
          <p className="m-0 px-2 pb-1 text-12 text-muted">{row.reasons[0]?.text ?? "Nobody in your list is like it."}</p>
        )}
        <div className="px-2 py-1.5">
          <SearchInput label={staff ? "Find somebody in your team" : "Find another client"} value={words} onChange={setWords} shortcut={null} className="w-full" />
        </div>
        {asked ? staff ? <People asked={asked} onChoose={(id) => choose({ action: "link", target_id: id, chosen: true })} /> : <Clients asked={asked} onChoose={(id) => choose({ action: "link", target_id: id, chosen: true })} /> : null}
        {staff && row.action === "create" && row.fields["email"] ? (
          <div className="flex items-center gap-3 border-t border-line-subtle px-2 pt-2 pb-1">
            <span aria-hidden>Role</span>
            <RoleSelect name={row.name} role={row.role} onRole={(role) => onDecide(row, { role })} />
          </div>
        ) : null}
        <div className="mt-1 border-t border-line-subtle pt-1">
          <button type="button" className={CHOICE} aria-pressed={row.action === "create" && row.decided_at !== null} onClick={() => choose({ action: "create", chosen: true })}>
            <Plus size={14} aria-hidden className="mt-0.5 shrink-0 text-subtle" />
            {staff ? "Somebody new" : row.kind === "entity" ? "Make a new entity" : "Make a new client"}
          </button>
          <button type="button" className={CHOICE} aria-pressed={row.action === "skip"} onClick={() => choose({ action: "skip" })}>
            <SkipForward size={14} aria-hidden className="mt-0.5 shrink-0 text-subtle" />
            Skip this time
          </button>
          <button type="button" className={CHOICE} aria-pressed={row.action === "ignore"} onClick={() => choose({ action: "ignore" })}>
            <Ban size={14} aria-hidden className="mt-0.5 shrink-0 text-subtle" />
            <span>
              Ignore always
              <span className="block text-12 text-subtle">Not offered again in later imports.</span>
            </span>
          </button>
        </div>
      </div>
    </Popover>
  );
}

function Clients({ asked, onChoose }: { asked: string; onChoose: (id: string) => void }) {
  const { data, error } = useQuery(listClientsOptions({ query: { q: asked, limit: 6 } }));
  if (error) return <InlineError error={error} className="mx-2" />;
  return <Found items={data?.items} onChoose={onChoose} />;
}

function People({ asked, onChoose }: { asked: string; onChoose: (id: string) => void }) {
  const { data, error } = useQuery(listMembersOptions());
  if (error) return <InlineError error={error} className="mx-2" />;
  const like = asked.toLowerCase();
  return <Found items={data?.items.filter(({ name, email, state }) => state === "active" && `${name} ${email}`.toLowerCase().includes(like)).slice(0, 6)} onChoose={onChoose} />;
}

function Found({ items, onChoose }: { items: readonly { id: string; name: string }[] | undefined; onChoose: (id: string) => void }) {
  if (!items) return <p role="status" className="m-0 px-2 text-12 text-muted">Looking</p>;
  if (items.length === 0) return <p role="status" className="m-0 px-2 text-12 text-muted">Nothing matches.</p>;
  return (
    <ul aria-label="Found" className="m-0 list-none p-0">
      {items.map(({ id, name }) => (
        <li key={id}>
          <button type="button" className={CHOICE} onClick={() => onChoose(id)}>
            <span className="truncate">{name}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}
