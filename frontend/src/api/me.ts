/** Who is signed in, read once before any screen behind the door. */
import type { QueryClient } from "@tanstack/react-query";
import { useQuery, useSuspenseQuery } from "@tanstack/react-query";

import { setZone } from "@/lib/format";

import { readMeOptions } from "./generated/queries/me.gen";
import type { Me } from "./generated/types.gen";

export async function loadMe(queries: QueryClient): Promise<Me> {
  const me = await queries.ensureQueryData({ ...readMeOptions(), staleTime: 60_000, retry: false });
  setZone(me.firm?.time_zone);
  return me;
}

/** Inside the shell the answer is always there. */
export function useMe(): Me {
  return useSuspenseQuery({ ...readMeOptions(), staleTime: 60_000 }).data;
}

export function useMayDo(permission: string): boolean {
  return useQuery({ ...readMeOptions(), staleTime: 60_000 }).data?.permissions.includes(permission) ?? false;
}
