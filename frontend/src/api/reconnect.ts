/** Sends the person to Xero to sign in again; they come back to where they were told to. */
import { useMutation } from "@tanstack/react-query";

import type { BeginConnection } from "./generated";
import { beginConnectionMutation } from "./generated/@tanstack/react-query.gen";

export function useReconnect(returnTo: NonNullable<BeginConnection["return_to"]>) {
  const begin = useMutation({
    ...beginConnectionMutation(),
    onSuccess: ({ authorize_url }) => window.location.assign(authorize_url),
  });
  return {
    reconnect: () => begin.mutate({ body: { provider: "xero", return_to: returnTo } }),
    // Still busy after the answer: the browser is on its way out.
    busy: begin.isPending || begin.isSuccess,
    error: begin.error,
  };
}
