/** Fetches what the server writes as a file, and hands it to the browser to save. */
import { problemOf } from "./problems";

export async function download(path: string, accept: string, name: string): Promise<void> {
  const response = await fetch(path, { headers: { Accept: accept }, credentials: "same-origin" });
  if (!response.ok) throw problemOf(await response.json().catch(() => null), response);
  const url = URL.createObjectURL(await response.blob());
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
