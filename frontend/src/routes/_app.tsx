import { useQueryClient } from "@tanstack/react-query";
import { createFileRoute, Outlet, redirect, useRouterState } from "@tanstack/react-router";
import { lazy, Suspense, useCallback, useEffect, useRef, useState } from "react";

import { useMe, loadMe } from "@/api/me";
import { ApiProblem } from "@/api/problems";
import { keepSession, useSessionEnded } from "@/api/session";
import { openStream } from "@/api/stream";
import { ConnectionBanners } from "@/features/shell/ConnectionBanners";
import { OfflineBanner } from "@/features/shell/OfflineBanner";
import { ProblemPage } from "@/features/shell/ProblemPage";
import { SandboxBanner } from "@/features/shell/SandboxBanner";
import { SideNav } from "@/features/shell/SideNav";
import { TopBar } from "@/features/shell/TopBar";
import { useShortcuts } from "@/features/shell/useShortcuts";

// Needed now and then: they come when they are.
const CommandPalette = lazy(() => import("@/features/shell/CommandPalette").then((file) => ({ default: file.CommandPalette })));
const SessionEnded = lazy(() => import("@/features/shell/SessionEnded").then((file) => ({ default: file.SessionEnded })));
const ShortcutsDialog = lazy(() => import("@/features/shell/ShortcutsDialog").then((file) => ({ default: file.ShortcutsDialog })));
const ToastRegion = lazy(() => import("@/ui/ToastRegion").then((file) => ({ default: file.ToastRegion })));

export const Route = createFileRoute("/_app")({
  beforeLoad: async ({ context, location }) => {
    try {
      const me = await loadMe(context.queries);
      if (!me.firm) throw redirect({ to: "/welcome" });
    } catch (error) {
      if (error instanceof ApiProblem && error.status === 401) {
        keepSession();
        throw redirect({ to: "/login", search: { return_to: location.pathname === "/" ? undefined : location.href } });
      }
      throw error;
    }
  },
  component: Shell,
  errorComponent: ({ error, reset }) => (
    <main>
      <ProblemPage error={error} onRetry={reset} />
    </main>
  ),
});

function Shell() {
  const me = useMe();
  const cache = useQueryClient();
  const ended = useSessionEnded();
  const [searching, setSearching] = useState(false);
  const [helping, setHelping] = useState(false);
  useEffect(() => openStream(cache), [cache]);
  useFocusAfterRoute();

  const search = useCallback(() => setSearching(true), []);
  const help = useCallback(() => setHelping(true), []);
  useShortcuts({ onSearch: search, onHelp: help });

  return (
    <div className="grid h-full grid-cols-[14rem_minmax(0,1fr)] max-lg:grid-cols-[3.5rem_minmax(0,1fr)]">
      <a href="#content" className="sr-only focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-50 focus:rounded-md focus:bg-surface focus:px-3 focus:py-2 focus:shadow-float">
        Skip to content
      </a>
      <SideNav />
      <div className="flex min-h-0 min-w-0 flex-col">
        <TopBar onSearch={search} onHelp={help} />
        <OfflineBanner />
        {me.sandbox ? <SandboxBanner mailbox={me.mailbox_url} /> : null}
        <ConnectionBanners />
        <main id="content" className="relative flex min-h-0 flex-1 flex-col overflow-y-auto">
          <Outlet />
        </main>
      </div>
      <Suspense fallback={null}>
        {searching ? <CommandPalette onClose={() => setSearching(false)} /> : null}
        {helping ? <ShortcutsDialog onClose={() => setHelping(false)} /> : null}
        {ended ? <SessionEnded /> : null}
        <ToastRegion />
      </Suspense>
    </div>
  );
}

/** After a change of screen, reading continues at its heading. */
function useFocusAfterRoute(): void {
  const path = useRouterState({ select: (state) => state.resolvedLocation?.pathname });
  const first = useRef(true);
  useEffect(() => {
    if (path === undefined) return;
    if (first.current) {
      first.current = false;
      return;
    }
    if (document.activeElement && document.activeElement !== document.body && document.activeElement.closest("main")) return;
    document.querySelector<HTMLElement>("main h1")?.focus({ preventScroll: true });
  }, [path]);
}
