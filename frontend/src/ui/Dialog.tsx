/** A question over the page. Focus goes back to what opened it. */
import { Dialog as Kit } from "@base-ui/react/dialog";
import { X } from "lucide-react";
import type { ReactElement, ReactNode } from "react";

import { cx } from "@/lib/cx";

const WIDTHS = { sm: "w-100", md: "w-130", lg: "w-180" };

export interface DialogProps {
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
  trigger?: ReactElement;
  title: ReactNode;
  description?: ReactNode;
  children?: ReactNode;
  /** Buttons, the deciding one last. */
  footer?: ReactNode;
  width?: keyof typeof WIDTHS;
  /** False for a dialog that must be answered. */
  dismissible?: boolean;
}

export function Dialog({ open, onOpenChange, trigger, title, description, children, footer, width = "md", dismissible = true }: DialogProps) {
  return (
    <Kit.Root open={open} onOpenChange={(next) => (next || dismissible) && onOpenChange?.(next)} disablePointerDismissal={!dismissible}>
      {trigger ? <Kit.Trigger render={trigger} /> : null}
      <Kit.Portal>
        <Kit.Backdrop className="fixed inset-0 z-40 bg-scrim transition-opacity duration-100 data-ending-style:opacity-0 data-starting-style:opacity-0" />
        <Kit.Popup
          className={cx(
            "fixed top-[12vh] left-1/2 z-40 flex max-h-[76vh] max-w-[calc(100vw-2rem)] -translate-x-1/2 flex-col rounded-2xl bg-surface shadow-float outline-none",
            "transition-opacity duration-100 data-ending-style:opacity-0 data-starting-style:opacity-0",
            WIDTHS[width],
          )}
        >
          <div className="flex items-start gap-4 px-5 pt-4 pb-3">
            <div className="min-w-0 flex-1">
              <Kit.Title className="m-0 text-16 font-semibold">{title}</Kit.Title>
              {description ? <Kit.Description className="m-0 mt-1 text-13 text-muted">{description}</Kit.Description> : null}
            </div>
            {dismissible ? (
              <Kit.Close aria-label="Close" className="-mr-2 inline-flex size-8 shrink-0 items-center justify-center rounded-md text-muted hover:bg-active">
                <X size={16} aria-hidden />
              </Kit.Close>
            ) : null}
          </div>
          {children ? <div className="min-h-0 flex-1 overflow-y-auto px-5 pb-4">{children}</div> : null}
          {footer ? <div className="flex justify-end gap-2 rounded-b-2xl border-t border-line bg-sunken px-5 py-3">{footer}</div> : null}
        </Kit.Popup>
      </Kit.Portal>
    </Kit.Root>
  );
}

/** A button inside a dialog that closes it. */
export function DialogClose({ children }: { children: ReactElement }) {
  return <Kit.Close render={children} />;
}
