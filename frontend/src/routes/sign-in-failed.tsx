import { createFileRoute, Link } from "@tanstack/react-router";

import { EntryPage } from "@/features/entry/EntryPage";
import { signInWords } from "@/features/entry/words";
import { Button } from "@/ui/Button";

export const Route = createFileRoute("/sign-in-failed")({
  validateSearch: (search: Record<string, unknown>): { problem?: string } => (typeof search["problem"] === "string" ? { problem: search["problem"] } : {}),
  staticData: { title: "Sign in" },
  component: SignInFailed,
});

function SignInFailed() {
  const { problem } = Route.useSearch();
  const { title, detail } = signInWords(problem);
  return (
    <EntryPage title={title}>
      <p className="m-0 text-13 text-muted">{detail}</p>
      <Button look="primary" className="w-full" render={<Link to="/login">Sign in again</Link>}>
        Sign in again
      </Button>
    </EntryPage>
  );
}
