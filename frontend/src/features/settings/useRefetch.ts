/** Reads again what a setting changed. */
import { useQueryClient } from "@tanstack/react-query";

export function useRefetch(...operations: string[]): () => Promise<void> {
  const cache = useQueryClient();
  return () => cache.invalidateQueries({ predicate: ({ queryKey }) => operations.includes((queryKey[0] as { _id?: string })?._id ?? "") });
}
