import { createFileRoute } from "@tanstack/react-router";

import { SignIn } from "@/features/entry/SignIn";

export const Route = createFileRoute("/invite/$token")({ staticData: { title: "Invitation" }, component: Invite });

function Invite() {
  const { token } = Route.useParams();
  return <SignIn invitation={token} />;
}
