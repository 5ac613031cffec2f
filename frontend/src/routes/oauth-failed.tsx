import { createFileRoute, Link } from "@tanstack/react-router";

import { EntryPage } from "@/features/entry/EntryPage";
import { consentWords } from "@/features/entry/words";
import { Button } from "@/ui/Button";

export const Route = createFileRoute("/oauth-failed")({
  validateSearch: (search: Record<string, unknown>): { problem?: string } => (typeof search["problem"] === "string" ? { problem: search["problem"] } : {}),
  staticData: { title: "Xero was not connected" },
  component: OauthFailed,
});

function OauthFailed() {
  const { problem } = Route.useSearch();
  const { title, detail } = consentWords(problem);
  return (
    <EntryPage title={title}>
      <p className="m-0 text-13 text-muted">{detail}</p>
      <div className="flex flex-col gap-2">
        <Button look="primary" className="w-full" render={<Link to="/connect">Try again</Link>}>
          Try again
        </Button>
        <Button className="w-full" render={<Link to="/">Go to the practice</Link>}>
          Go to the practice
        </Button>
      </div>
    </EntryPage>
  );
}
