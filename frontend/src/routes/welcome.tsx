import { useMutation } from "@tanstack/react-query";
import { createFileRoute, redirect, useNavigate, useRouteContext } from "@tanstack/react-router";
import { useState } from "react";

import { foundFirmMutation } from "@/api/generated/queries/firm.gen";
import { readMeQueryKey } from "@/api/generated/queries/me.gen";
import { loadMe } from "@/api/me";
import { ApiProblem, asProblem } from "@/api/problems";
import { EntryPage } from "@/features/entry/EntryPage";
import { Button } from "@/ui/Button";
import { Field } from "@/ui/Field";
import { InlineError } from "@/ui/InlineError";
import { TextInput } from "@/ui/TextInput";

export const Route = createFileRoute("/welcome")({
  staticData: { title: "Welcome" },
  beforeLoad: async ({ context }) => {
    try {
      const me = await loadMe(context.queries);
      if (me.firm) throw redirect({ to: "/" });
      return { name: me.user.name };
    } catch (error) {
      if (error instanceof ApiProblem && error.status === 401) throw redirect({ to: "/login" });
      throw error;
    }
  },
  component: Welcome,
});

function Welcome() {
  const { queries } = useRouteContext({ from: "__root__" });
  const { name: person } = Route.useRouteContext();
  const navigate = useNavigate();
  const [name, setName] = useState("");
  const [empty, setEmpty] = useState(false);
  const found = useMutation({
    ...foundFirmMutation(),
    onSuccess: async () => {
      await queries.resetQueries({ queryKey: readMeQueryKey() });
      await navigate({ to: "/connect" });
    },
  });
  const error = found.error ? asProblem(found.error) : null;
  const wrong = empty ? "Give the practice a name." : error?.fieldError("name");
  return (
    <EntryPage title="Name your practice" foot="You become its owner. Colleagues are invited from Configure, Team.">
      <p className="m-0 text-13 text-muted">You are signed in as {person}. This is the name your team and your letters carry.</p>
      {error && !wrong ? <InlineError error={error} /> : null}
      <form
        noValidate
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          setEmpty(!name.trim());
          if (name.trim()) found.mutate({ body: { name: name.trim(), time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone } });
        }}
      >
        <Field label="Practice name" error={wrong}>
          <TextInput autoFocus autoComplete="organization" maxLength={120} value={name} onChange={(event) => setName(event.target.value)} />
        </Field>
        <Button type="submit" look="primary" busy={found.isPending} className="w-full">
          Found the practice
        </Button>
      </form>
    </EntryPage>
  );
}
