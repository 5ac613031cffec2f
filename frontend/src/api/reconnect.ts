/** Sends the person to Xero to sign in again; they come back to where they were told to. */
import { useMutation } from "@tanstack/react-query";

import type { BeginConnection } from "./generated";
import { beginConnectionMutation } from "./generated/queries/connections.gen";

const PLACE = "place-before-consent";

/** Where somebody left off to allow corrections, to be offered once when they are back. */
export function placeBefore(): string | null {
  const place = sessionStorage.getItem(PLACE);
  return place?.startsWith("/clients/") ? place : null;
}

export function forgetPlace(): void {
  sessionStorage.removeItem(PLACE);
}

/** `writes`: asks Xero as well to let us correct contacts and accounts. */
export function useReconnect(returnTo: NonNullable<BeginConnection["return_to"]>, { writes = false } = {}) {
  const begin = useMutation({
    ...beginConnectionMutation(),
    onSuccess: ({ authorize_url }) => {
      if (writes) sessionStorage.setItem(PLACE, window.location.pathname + window.location.search);
      window.location.assign(authorize_url);
    },
  });
  return {
    reconnect: () => begin.mutate({ body: { provider: "xero", return_to: returnTo, ...(writes ? { writes } : {}) } }),
    // Still busy after the answer: the browser is on its way out.
    busy: begin.isPending || begin.isSuccess,
    error: begin.error,
  };
}
