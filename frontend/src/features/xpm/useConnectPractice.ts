/** Sends the person to Xero to let a practice be read: a consent of its own, with only what that needs. */
import { useMutation } from "@tanstack/react-query";

import type { BeginConnection } from "@/api/generated";
import { beginConnectionMutation } from "@/api/generated/queries/connections.gen";

/** Sent only with this consent; the books of clients are asked for elsewhere. */
const BODY: BeginConnection = { provider: "xero", practice_manager: true, return_to: "xpm" };

export function useConnectPractice() {
  const begin = useMutation({
    ...beginConnectionMutation(),
    onSuccess: ({ authorize_url }) => window.location.assign(authorize_url),
  });
  return {
    connect: () => begin.mutate({ body: BODY }),
    // Still busy after the answer: the browser is on its way out.
    busy: begin.isPending || begin.isSuccess,
    error: begin.error,
  };
}
