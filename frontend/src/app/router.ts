/** The router: routes come from the files in `routes/`, data from the query cache. */
import { createRouter, type RouteIds } from "@tanstack/react-router";
import type { LucideIcon } from "lucide-react";

import { queries } from "./queries";
import { routeTree } from "./routeTree.gen";

export const router = createRouter({
  routeTree,
  context: { queries },
  defaultPreload: "intent",
  defaultPreloadStaleTime: 0,
  defaultPendingMs: 200,
  defaultPendingMinMs: 400,
  scrollRestoration: true,
});

export type RouteId = RouteIds<typeof routeTree>;

/** An entry of the side navigation; a screen brings its own. */
export interface NavEntry {
  label: string;
  icon: LucideIcon;
  order: number;
  group?: "configure";
  /** The key of `me.counts` shown behind the label. */
  count?: string;
}

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
  interface StaticDataRouteOption {
    /** The window's title and the screen's name. */
    title?: string;
    nav?: NavEntry;
  }
}
