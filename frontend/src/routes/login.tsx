import { createFileRoute } from "@tanstack/react-router";

import { SignIn } from "@/features/entry/SignIn";

export const Route = createFileRoute("/login")({
  validateSearch: (search: Record<string, unknown>): { return_to?: string; setup?: string } => ({
    ...(typeof search["return_to"] === "string" && search["return_to"].startsWith("/") && { return_to: search["return_to"] }),
    ...(typeof search["setup"] === "string" && { setup: search["setup"] }),
  }),
  staticData: { title: "Sign in" },
  component: Login,
});

function Login() {
  const { return_to, setup } = Route.useSearch();
  return <SignIn returnTo={return_to} setup={setup} />;
}
