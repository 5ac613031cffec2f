/** Detail at the right while working down a list; the list stays where it is. */
import { Dialog as Kit } from "@base-ui/react/dialog";
import { X } from "lucide-react";
import type { ReactNode } from "react";

export interface DrawerProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: ReactNode;
  fact?: ReactNode;
  children: ReactNode;
  footer?: ReactNode;
}

export function Drawer({ open, onOpenChange, title, fact, children, footer }: DrawerProps) {
  return (
    <Kit.Root open={open} onOpenChange={onOpenChange}>
      <Kit.Portal>
        <Kit.Backdrop className="fixed inset-0 z-30 bg-scrim transition-opacity duration-100 data-ending-style:opacity-0 data-starting-style:opacity-0" />
        <Kit.Popup className="fixed inset-y-0 right-0 z-30 flex w-140 max-w-[calc(100vw-2rem)] flex-col bg-surface shadow-float outline-none transition-transform duration-100 data-ending-style:translate-x-8 data-starting-style:translate-x-8">
          <div className="flex items-start gap-4 border-b border-line px-5 py-3.5">
            <div className="min-w-0 flex-1">
              <Kit.Title className="m-0 text-16 font-semibold">{title}</Kit.Title>
              {fact ? <p className="num m-0 text-13 text-muted">{fact}</p> : null}
            </div>
            <Kit.Close aria-label="Close" className="-mr-2 inline-flex size-8 shrink-0 items-center justify-center rounded-md text-muted hover:bg-active">
              <X size={16} aria-hidden />
            </Kit.Close>
          </div>
          <div className="min-h-0 flex-1 overflow-y-auto px-5 py-4">{children}</div>
          {footer ? <div className="flex justify-end gap-2 border-t border-line px-5 py-3">{footer}</div> : null}
        </Kit.Popup>
      </Kit.Portal>
    </Kit.Root>
  );
}
