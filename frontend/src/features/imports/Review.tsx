/** What a finished run leaves to look at: the scores it found, the lowest first, and where the mail about it went. */
import { Link } from "@tanstack/react-router";
import { Mail } from "lucide-react";

import { useMe } from "@/api/me";
import type { ImportRun } from "@/api/generated";
import { safeHref } from "@/lib/url";
import { Distribution } from "@/viz/Distribution";
import { ScoreBar } from "@/viz/ScoreBar";

const CARD = "rounded-xl border border-line bg-surface p-4";

function Lowest({ run }: { run: ImportRun }) {
  return (
    <section aria-labelledby="lowest" className={CARD}>
      <h2 id="lowest" className="mb-2 text-13 font-semibold">
        Lowest scores
      </h2>
      {run.lowest.length === 0 ? (
        <p className="text-13 text-muted">No client of this import has a score.</p>
      ) : (
        <ol className="grid gap-x-8 text-13 md:grid-cols-2">
          {run.lowest.map((one) => (
            <li key={one.id} className="flex min-w-0 items-center gap-3 border-b border-line-subtle py-1.5">
              <Link to="/clients/$clientId" params={{ clientId: one.client_id }} className="min-w-0 flex-1 truncate font-medium hover:underline">
                {one.client_name}
              </Link>
              <ScoreBar value={one.score?.value ?? null} band={one.score?.band ?? "unscored"} provisional={one.score?.provisional} />
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}

function MailNote({ to }: { to: string }) {
  const mailbox = safeHref(useMe().mailbox_url);
  return (
    <p className="flex items-center gap-2 text-13 text-muted">
      <Mail size={15} aria-hidden className="shrink-0" />
      The summary went to {to}.
      {mailbox && (
        <a href={mailbox} target="_blank" rel="noreferrer" className="font-medium text-link hover:underline">
          Open the sandbox mailbox<span className="sr-only"> in a new tab</span>
        </a>
      )}
    </p>
  );
}

export function Review({ run }: { run: ImportRun }) {
  return (
    <>
      {run.mailed_to && <MailNote to={run.mailed_to} />}
      <div className="grid items-start gap-3 md:grid-cols-[20rem_minmax(0,1fr)]">
        <section aria-labelledby="bands" className={CARD}>
          <h2 id="bands" className="mb-3 text-13 font-semibold">
            Health scores
          </h2>
          <Distribution bands={run.bands} />
        </section>
        <Lowest run={run} />
      </div>
    </>
  );
}
