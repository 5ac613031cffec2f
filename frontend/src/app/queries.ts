/** The cache every screen reads from, and what is done about problems that no screen asked to handle. */
import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";

import "@/api/client";
import { ApiProblem } from "@/api/problems";
import { endSession } from "@/api/session";

function worthRetrying(count: number, error: unknown): boolean {
  return count < 2 && error instanceof ApiProblem && (error.status === 0 || error.status >= 502);
}

function onProblem(error: unknown): void {
  if (error instanceof ApiProblem && error.status === 401) endSession();
}

export const queries = new QueryClient({
  queryCache: new QueryCache({ onError: onProblem }),
  mutationCache: new MutationCache({ onError: onProblem }),
  defaultOptions: {
    queries: { staleTime: 15_000, retry: worthRetrying, throwOnError: false },
    mutations: { retry: false },
  },
});
