import { useMutation, useQuery } from "@tanstack/react-query";
import { createFileRoute, Link } from "@tanstack/react-router";
import { ArrowRight } from "lucide-react";

import { beginConnectionMutation } from "@/api/generated/queries/connections.gen";
import { readBundleOptions } from "@/api/generated/queries/firm.gen";
import { useMe } from "@/api/me";
import { useTenants } from "@/features/connect/lists";
import { OneByOne } from "@/features/connect/OneByOne";
import { WizardFrame } from "@/features/connect/WizardFrame";
import { count, plural } from "@/lib/format";
import { Banner } from "@/ui/Banner";
import { Button } from "@/ui/Button";
import { InlineError } from "@/ui/InlineError";
import { Meter } from "@/ui/Meter";
import { Skeleton } from "@/ui/Skeleton";

export const Route = createFileRoute("/_app/connect/")({ component: Connect });

function Connect() {
  const me = useMe();
  const bundle = useQuery(readBundleOptions());
  const { tenants, bulk, error } = useTenants();
  const begin = useMutation({
    ...beginConnectionMutation(),
    onSuccess: ({ authorize_url }) => window.location.assign(authorize_url),
  });
  const leave = () => begin.mutate({ body: { provider: "xero", return_to: "tenants" } });
  const use = bundle.data;
  const waiting = tenants.filter((tenant) => tenant.standing === "new").length;
  const drafts = use?.drafts ?? 0;
  return (
    <WizardFrame
      step={0}
      fact="Nothing is imported before you have chosen and confirmed."
      footer={
        <>
          <Button look="ghost" render={<Link to="/clients">Back to clients</Link>}>
            Back to clients
          </Button>
          <span className="flex-1" />
          {waiting > 0 ? (
            <Button render={<Link to="/connect/tenants">Choose from {count(waiting)} connected</Link>}>Choose from {count(waiting)} connected</Button>
          ) : null}
          <Button look="primary" icon={<ArrowRight size={16} aria-hidden />} busy={begin.isPending || begin.isSuccess} onClick={leave}>
            Continue with Xero
          </Button>
        </>
      }
    >
      {drafts > 0 ? (
        <Banner
          tone="info"
          title={`${plural(drafts, "organisation")} chosen and not imported yet.`}
          action={
            <Button size="sm" render={<Link to="/connect/configure">Continue where you stopped</Link>}>
              Continue where you stopped
            </Button>
          }
        >
          They wait for visibility and account managers.
        </Banner>
      ) : null}
      {begin.error ? <InlineError error={begin.error} onRetry={leave} /> : null}
      {error ? <InlineError error={error} /> : null}
      <div className="grid min-h-0 flex-1 content-start gap-4 overflow-y-auto md:grid-cols-[minmax(0,1fr)_20rem]">
        <section className="rounded-xl border border-line bg-surface p-5">
          <h2 className="m-0 text-16 font-semibold">You are going to Xero</h2>
          <p className="m-0 mt-1 max-w-[72ch] text-14 text-muted">
            {bulk
              ? "Tick every organisation you want to add, then allow access. One consent can carry your whole book."
              : "Xero asks for one organisation at a time here. Choose one, allow access, and you come straight back for the next."}
          </p>
          <ol className="m-0 mt-4 flex list-none flex-col gap-3 p-0 text-13">
            {[
              ["Sign in to Xero", "Use the login that sees the organisations. Others can be added afterwards."],
              [bulk ? "Tick organisations and allow access" : "Choose an organisation and allow access", "Bulkhead only reads; nothing is written to Xero."],
              ["Choose here what becomes a client", "Then set visibility and account managers for all of them together."],
            ].map(([title, detail], index) => (
              <li key={title} className="flex gap-3">
                <span aria-hidden className="num grid size-6 shrink-0 place-items-center rounded-full bg-active text-12 font-semibold text-muted">
                  {index + 1}
                </span>
                <span>
                  <span className="block font-medium">{title}</span>
                  <span className="block text-muted">{detail}</span>
                </span>
              </li>
            ))}
          </ol>
          {bulk || !me.firm ? null : <OneByOne firm={me.firm.id} tenants={tenants} onNext={leave} busy={begin.isPending || begin.isSuccess} />}
        </section>
        <section className="self-start rounded-xl border border-line bg-surface p-4">
          <h2 className="m-0 text-13 font-semibold">Client bundle</h2>
          {use ? (
            <>
              <p className="num m-0 mt-2 text-24 font-semibold">
                {count(use.used)} <span className="text-13 font-normal text-muted">of {count(use.limit)} used</span>
              </p>
              <Meter label="Client bundle" value={use.used} max={use.limit} over={use.left <= 0} className="mt-2" />
              <p className="num m-0 mt-2 text-13 text-muted">
                {use.left > 0 ? `Room for ${plural(use.left, "more client")}.` : "No room left. Archive clients or change your bundle in settings."}
                {use.drafts > 0 ? ` ${plural(use.drafts, "draft")} included.` : ""}
              </p>
            </>
          ) : bundle.error ? (
            <InlineError error={bundle.error} onRetry={() => void bundle.refetch()} className="mt-2" />
          ) : (
            <Skeleton className="mt-3 h-12" />
          )}
        </section>
      </div>
    </WizardFrame>
  );
}
