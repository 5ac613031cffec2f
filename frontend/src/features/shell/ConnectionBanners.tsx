/** What stands between the firm and Xero: one banner for each cause, however many organisations it touches. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";

import type { ConnectionCause } from "@/api/generated";
import { readConnectionHealthOptions } from "@/api/generated/queries/connections.gen";
import { useMayDo } from "@/api/me";
import { useReconnect } from "@/api/reconnect";
import { count, plural } from "@/lib/format";
import { Banner } from "@/ui/Banner";
import { Button } from "@/ui/Button";
import { LINK } from "@/ui/Link";

const HIDDEN = "bulkhead.hidden-causes";

/** A cause that grows is news again, so how many it touches is part of what was hidden. */
const keyOf = ({ cause, grant_id, connections }: ConnectionCause): string => `${cause}/${grant_id ?? ""}/${connections}`;

function hiddenBefore(): ReadonlySet<string> {
  try {
    return new Set(JSON.parse(sessionStorage.getItem(HIDDEN) ?? "[]") as string[]);
  } catch {
    return new Set();
  }
}

/** Hiding lasts as long as the tab. What stops the reading cannot be hidden. */
function useHidden() {
  const [hidden, setHidden] = useState(hiddenBefore);
  const hide = (key: string) => {
    const now = new Set(hidden).add(key);
    setHidden(now);
    sessionStorage.setItem(HIDDEN, JSON.stringify([...now]));
  };
  return { hidden, hide };
}

export function touched({ names, connections }: ConnectionCause): string {
  const shown = names.slice(0, 3);
  const more = connections - shown.length;
  return more > 0 ? `${shown.join(", ")} and ${count(more)} more` : shown.join(", ");
}

export function ConnectionBanners() {
  const { data } = useQuery({ ...readConnectionHealthOptions(), staleTime: 60_000 });
  const mayConnect = useMayDo("beginConnection");
  const { reconnect, busy } = useReconnect("connections");
  const { hidden, hide } = useHidden();
  const shown = (data?.causes ?? []).filter((cause) => cause.breaks || !hidden.has(keyOf(cause)));
  if (shown.length === 0) return null;
  return (
    <div className="grid gap-2 px-5 pt-3">
      {shown.map((cause) => (
        <Banner key={keyOf(cause)} live tone={cause.breaks ? "bad" : "warn"} title={`${cause.title}: ${plural(cause.connections, "organisation")}.`}
          onDismiss={cause.breaks ? undefined : () => hide(keyOf(cause))}
          action={
            <>
              {mayConnect && cause.action && <Button size="sm" busy={busy} onClick={reconnect}>{cause.action.label}</Button>}
              <Button size="sm" look="ghost" render={<Link to="/configure/connections" search={{ cause: cause.cause }} className={LINK} />}>Show</Button>
            </>
          }>
          {cause.detail} {touched(cause)}.{!mayConnect && cause.action && " An owner or administrator can mend it."}
        </Banner>
      ))}
    </div>
  );
}
