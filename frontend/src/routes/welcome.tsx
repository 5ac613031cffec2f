import { createFileRoute } from "@tanstack/react-router";
export const Route = createFileRoute("/welcome")({ staticData: { title: "Welcome" } });
