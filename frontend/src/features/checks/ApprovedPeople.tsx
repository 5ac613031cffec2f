/** The people outside the practice whom somebody approved for one client's books, each of whom can be taken back. */
import { UserCheck } from "lucide-react";
import { useState, type FormEvent } from "react";

import { asProblem } from "@/api/problems";
import { day } from "@/lib/format";
import { Button } from "@/ui/Button";
import { Field } from "@/ui/Field";
import { InlineError } from "@/ui/InlineError";
import { Skeleton } from "@/ui/Skeleton";
import { TextInput } from "@/ui/TextInput";

import type { Approvals } from "./useApprovals";

function Add({ approvals }: { approvals: Approvals }) {
  const [email, setEmail] = useState("");
  const [wrong, setWrong] = useState<unknown>(null);
  const problem = wrong ? asProblem(wrong) : null;
  const refused = problem?.fieldError("email");
  const approve = (event: FormEvent) => {
    event.preventDefault();
    setWrong(null);
    void approvals.approveAll([email.trim()]).then(() => setEmail(""), setWrong);
  };
  return (
    <form noValidate onSubmit={approve} className="mt-3 flex flex-col gap-2">
      <div className="flex flex-wrap items-start gap-2">
        <Field label="E-mail address" hint="As Xero lists its users." error={refused} className="min-w-0 max-w-80 flex-1 basis-52">
          <TextInput type="email" size="sm" autoComplete="off" value={email} onValueChange={setEmail} />
        </Field>
        <Button type="submit" size="sm" className="mt-6" busy={approvals.busy} disabled={!email.trim()}>Approve</Button>
      </div>
      {problem && !refused ? <InlineError error={problem} /> : null}
    </form>
  );
}

export function ApprovedPeople({ approvals, mayApprove, mayWithdraw }: { approvals: Approvals; mayApprove: boolean; mayWithdraw: boolean }) {
  const { people, loaded, error } = approvals;
  return (
    <section aria-labelledby="approved" className="rounded-xl border border-line bg-surface p-4">
      <h2 id="approved" className="m-0 mb-1 text-13 font-semibold">Approved for this client</h2>
      {error && <InlineError error={error} onRetry={() => void approvals.refetch()} />}
      {!loaded && !error && <div role="status" aria-label="Reading who is approved"><Skeleton className="h-10" /></div>}
      {loaded && people.length === 0 && <p className="m-0 text-13 text-muted">Nobody outside the practice is approved. The practice’s own people need no approval.</p>}
      {people.length > 0 && (
        <ul className="m-0 list-none p-0">
          {people.map((one) => (
            <li key={one.id} className="flex min-h-9 flex-wrap items-center gap-x-3 border-t border-line-subtle py-1 text-13 first:border-t-0">
              <UserCheck size={14} aria-hidden className="flex-none text-muted" />
              <span className="min-w-0 font-medium wrap-anywhere">{one.email}</span>
              <span className="num min-w-0 flex-1 text-12 text-muted">Approved{one.by ? ` by ${one.by}` : ""} on {day(one.at)}</span>
              {mayWithdraw && <Button size="sm" look="ghost" busy={approvals.takingBack(one)} onClick={() => approvals.takeBack(one)}>Take back<span className="sr-only"> the approval of {one.email}</span></Button>}
            </li>
          ))}
        </ul>
      )}
      {mayApprove && loaded && <Add approvals={approvals} />}
    </section>
  );
}
