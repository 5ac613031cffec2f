/** Ways to sign in, as the server offers them. There are no passwords. */
import { useQuery } from "@tanstack/react-query";

import { withQuery } from "@/lib/url";
import { signInOptionsOptions } from "@/api/generated/queries/sign-in.gen";
import { Button } from "@/ui/Button";
import { InlineError } from "@/ui/InlineError";
import { Skeleton } from "@/ui/Skeleton";
import { EntryPage } from "./EntryPage";

export function SignIn({ returnTo, invitation, setup }: { returnTo?: string; invitation?: string; setup?: string }) {
  const ways = useQuery(signInOptionsOptions(invitation ? { query: { invitation } } : undefined));
  const data = ways.data;
  const title = invitation ? (data?.firm_name ? `Join ${data.firm_name}` : "Accept your invitation") : "Sign in";
  return (
    <EntryPage
      title={title}
      foot="Signing in reads your name and email address from Xero. Organisations are connected later, one consent at a time."
    >
      {ways.error ? <InlineError error={ways.error} onRetry={() => void ways.refetch()} /> : null}
      {invitation && data && !data.firm_name ? (
        <p className="m-0 text-13 text-muted">This invitation is used up, withdrawn or out of date. Ask whoever sent it for a new one.</p>
      ) : (
        <p className="m-0 text-13 text-muted">
          {invitation ? "Sign in with the account your invitation was sent to." : "Use the Xero account you work with every day."}
        </p>
      )}
      {ways.isPending ? <Skeleton className="h-9 w-full" /> : null}
      <div className="flex flex-col gap-2">
        {data?.options.map((option, index) => {
          const href = withQuery(option.href, { invitation, setup, return_to: returnTo });
          return (
            <Button key={option.id} look={index === 0 ? "primary" : "outline"} className="w-full" render={<a href={href}>{option.label}</a>}>
              {option.label}
            </Button>
          );
        })}
      </div>
    </EntryPage>
  );
}
