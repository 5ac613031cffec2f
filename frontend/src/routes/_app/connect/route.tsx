import { createFileRoute, Outlet } from "@tanstack/react-router";

export const Route = createFileRoute("/_app/connect")({
  staticData: { title: "Add clients from Xero" },
  component: Outlet,
});
