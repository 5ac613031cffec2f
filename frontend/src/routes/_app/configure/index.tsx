import { createFileRoute, redirect } from "@tanstack/react-router";

export const Route = createFileRoute("/_app/configure/")({
  beforeLoad: () => {
    throw redirect({ to: "/configure/connections", replace: true });
  },
});
