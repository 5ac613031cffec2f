/** The session ended while a page was open: sign in again in another tab, and the page goes on as it stands. */
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { loadMe } from "@/api/me";
import { readMeQueryKey } from "@/api/generated/queries/me.gen";
import { keepSession } from "@/api/session";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { InlineError } from "@/ui/InlineError";

export function SessionEnded() {
  const cache = useQueryClient();
  const [error, setError] = useState<unknown>(null);
  const goOn = async () => {
    try {
      await cache.invalidateQueries({ queryKey: readMeQueryKey(), refetchType: "none" });
      await cache.fetchQuery({ queryKey: ["session"], queryFn: () => loadMe(cache), staleTime: 0, retry: false });
      await cache.refetchQueries({ queryKey: readMeQueryKey() });
      setError(null);
      keepSession();
      await cache.invalidateQueries();
    } catch (problem) {
      setError(problem);
    }
  };
  return (
    <Dialog
      open
      dismissible={false}
      width="sm"
      title="Your session has ended"
      description="Sign in again in a new tab, then continue here. What you entered on this page is kept."
      footer={
        <>
          <Button onClick={() => void goOn()}>Continue</Button>
          <Button look="primary" render={<a href="/login" target="_blank" rel="noreferrer">Sign in</a>}>
            Sign in
          </Button>
        </>
      }
    >
      {error ? <InlineError error={error} /> : null}
    </Dialog>
  );
}
