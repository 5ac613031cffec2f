/** Profiles and what can be done with them; whatever changes one changes scores. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { assignProfileMutation, changeProfileMutation, createProfileMutation, listProfilesOptions, makeDefaultMutation, previewProfileMutation, removeProfileMutation } from "@/api/generated/queries/profiles.gen";
import type { Line } from "@/api/generated";
import { useDebounced } from "@/lib/useDebounced";

const TOUCHED = ["listProfiles", "listClients", "readClient", "readScore", "listScores", "listHealth", "readHealthSummary", "listChecks", "listCleanUp", "readSuggestion", "listActivity"];

export function useRefetchProfiles() {
  const cache = useQueryClient();
  return () => cache.invalidateQueries({ predicate: ({ queryKey }) => TOUCHED.includes((queryKey[0] as { _id?: string })?._id ?? "") });
}

export const useProfiles = () => useQuery(listProfilesOptions());

export function useProfileVerbs() {
  const onSuccess = useRefetchProfiles();
  return {
    create: useMutation({ ...createProfileMutation(), onSuccess }),
    change: useMutation({ ...changeProfileMutation(), onSuccess }),
    remove: useMutation({ ...removeProfileMutation(), onSuccess }),
    prefer: useMutation({ ...makeDefaultMutation(), onSuccess }),
    assign: useMutation({ ...assignProfileMutation(), onSuccess }),
  };
}

/** What these weights would do to every client, asked again when the typing stands still. */
export function usePreview(entries: readonly Line[], cap_critical: boolean, sound: boolean) {
  const key = JSON.stringify([entries, cap_critical]);
  const settled = useDebounced(key, 400);
  const ask = useMutation(previewProfileMutation());
  return useQuery({
    queryKey: [{ _id: "previewProfile" }, settled],
    queryFn: () => ask.mutateAsync({ body: { entries: [...entries], cap_critical } }),
    enabled: sound && settled === key,
    placeholderData: (before) => before,
    staleTime: 60_000,
    retry: false,
  });
}
