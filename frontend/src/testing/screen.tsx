/** Opens a screen at an address, whole: the real routes and cache over answers that a test writes down. */
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createMemoryHistory, createRouter, RouterProvider } from "@tanstack/react-router";
import { vi } from "vitest";
import { cleanup, render } from "vitest-browser-react";

import "@/api/client";
import type { Me } from "@/api/generated";
import { routeTree } from "@/app/routeTree.gen";
import { KitProvider } from "@/ui/KitProvider";

export const ME: Me = {
  user: { id: "u1", name: "Grace Murphy", email: "grace@harbour.example" },
  firm: { id: "f1", name: "Harbour & Co", time_zone: "Pacific/Auckland" },
  role: "owner",
  permissions: ["beginConnection", "disconnect", "inviteUser", "changeMember", "removeMember", "listInvitations", "withdrawInvitation", "changeFirm", "createKey", "changeProfile", "removeRule", "dismissIssues", "applyFix", "rereadIssue", "listSeals", "sealPeriod", "setFigure"],
  csrf_token: "csrf",
  counts: {},
  memberships: [],
  sandbox: false,
  mailbox_url: null,
};

const EMPTY = { items: [], next_cursor: null, total: 0 };

export interface Call {
  method: string;
  path: string;
  query: URLSearchParams;
  body: unknown;
}

/** Answers by "METHOD /path"; what nothing answers is a 404, so that a forgotten call is seen. */
export type Answers = Record<string, unknown | ((call: Call) => unknown)>;

export class Refusal {
  constructor(
    readonly status: number,
    readonly problem: Record<string, unknown>,
  ) {}
}

class SilentSource extends EventTarget {
  static readonly CLOSED = 2;
  static readonly OPEN = 1;
  readyState = 1;
  close(): void {
    this.readyState = 2;
  }
}

export async function openScreen(address: string, answers: Answers) {
  // Test files share one page; the screen before this one may belong to another.
  await cleanup();
  const calls: Call[] = [];
  vi.stubGlobal("EventSource", SilentSource);
  vi.stubGlobal("fetch", async (input: RequestInfo | URL, init?: RequestInit) => {
    const request = new Request(input, init);
    const url = new URL(request.url);
    const words = await request.text();
    const call: Call = { method: request.method, path: url.pathname.replace("/api/v1", ""), query: url.searchParams, body: words && request.headers.get("Content-Type")?.includes("json") ? JSON.parse(words) : words || null };
    calls.push(call);
    const known: Answers = { "GET /me": ME, "GET /members": EMPTY, "GET /rules": EMPTY, "GET /clients/c1/seals": EMPTY, "GET /clients/c1/figures": EMPTY, ...answers };
    const answer = known[`${call.method} ${call.path}`];
    const body = typeof answer === "function" ? (answer as (call: Call) => unknown)(call) : answer;
    const refused = body instanceof Refusal ? body : body === undefined ? new Refusal(404, { type: "/problems/not-found", title: `Nothing answers ${call.method} ${call.path}` }) : null;
    const response = new Response(JSON.stringify(refused ? refused.problem : body), { status: refused?.status ?? 200, headers: { "Content-Type": refused ? "application/problem+json" : "application/json" } });
    Object.defineProperty(response, "url", { value: request.url });
    return response;
  });
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  const router = createRouter({ routeTree, history: createMemoryHistory({ initialEntries: [address] }), context: { queries } });
  const screen = await render(
    <KitProvider>
      <QueryClientProvider client={queries}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </KitProvider>,
  );
  return { screen, calls, router, queries };
}
