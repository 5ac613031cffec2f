/** Class names that hold. Two that fight are a mistake at the call, not something to resolve here. */
export function cx(...parts: (string | false | null | undefined)[]): string {
  return parts.filter(Boolean).join(" ");
}
