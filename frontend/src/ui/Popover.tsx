/** A little more, next to what it is about. */
import { Popover as Kit } from "@base-ui/react/popover";
import type { ReactElement, ReactNode } from "react";

export interface PopoverProps {
  trigger: ReactElement;
  title?: ReactNode;
  children: ReactNode;
  align?: "start" | "center" | "end";
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
}

export function Popover({ trigger, title, children, align = "start", open, onOpenChange }: PopoverProps) {
  return (
    <Kit.Root open={open} onOpenChange={onOpenChange}>
      <Kit.Trigger render={trigger} />
      <Kit.Portal>
        <Kit.Positioner align={align} sideOffset={6} className="z-40 outline-none">
          <Kit.Popup className="w-80 max-w-[calc(100vw-2rem)] rounded-xl bg-surface p-4 text-13 shadow-float outline-none">
            {title ? <Kit.Title className="m-0 mb-1 text-13 font-semibold">{title}</Kit.Title> : null}
            {children}
          </Kit.Popup>
        </Kit.Positioner>
      </Kit.Portal>
    </Kit.Root>
  );
}
