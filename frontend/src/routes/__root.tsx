import type { QueryClient } from "@tanstack/react-query";
import { createRootRouteWithContext, Outlet, useMatches, useRouter } from "@tanstack/react-router";
import { useEffect } from "react";

import { EmptyState } from "@/ui/EmptyState";
import { ProblemPage } from "@/features/shell/ProblemPage";

export const Route = createRootRouteWithContext<{ queries: QueryClient }>()({
  component: Root,
  notFoundComponent: NotFound,
  errorComponent: ({ error, reset }) => <ProblemPage error={error} onRetry={reset} />,
});

function Root() {
  const title = useMatches({ select: (matches) => matches.findLast((match) => match.staticData.title)?.staticData.title });
  useEffect(() => {
    document.title = title ? `${title} · Bulkhead` : "Bulkhead";
  }, [title]);
  return <Outlet />;
}

function NotFound() {
  const router = useRouter();
  return (
    <main className="grid min-h-full place-items-center p-6">
      <EmptyState
        level={1}
        title="There is no page at this address"
        action={{ label: "Go to clients", run: () => void router.navigate({ to: "/" }) }}
      >
        The link may be old, or the page may belong to another practice.
      </EmptyState>
    </main>
  );
}
