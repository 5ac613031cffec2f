/** What the component kit needs around the page: no inline style tags, which the policy forbids. */
import { CSPProvider } from "@base-ui/react/csp-provider";
import type { ReactNode } from "react";

export function KitProvider({ children }: { children: ReactNode }) {
  return <CSPProvider disableStyleElements>{children}</CSPProvider>;
}
