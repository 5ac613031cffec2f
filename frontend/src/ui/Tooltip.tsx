/** Extra words on hover and focus; never the only name of anything. */
import { Tooltip as Kit } from "@base-ui/react/tooltip";
import type { ReactElement, ReactNode } from "react";

export function Tooltip({ words, children, side = "bottom" }: { words: ReactNode; children: ReactElement; side?: "top" | "bottom" | "left" | "right" }) {
  return (
    <Kit.Root>
      <Kit.Trigger delay={400} render={children} />
      <Kit.Portal>
        <Kit.Positioner side={side} sideOffset={6} className="z-50">
          <Kit.Popup className="max-w-80 rounded-md bg-fg px-2 py-1 text-12 text-surface shadow-float">{words}</Kit.Popup>
        </Kit.Positioner>
      </Kit.Portal>
    </Kit.Root>
  );
}
