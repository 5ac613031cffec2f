/** Asks before what cannot be undone. The deciding button says the same verb as the one that opened it. */
import { AlertDialog as Kit } from "@base-ui/react/alert-dialog";
import type { ReactElement, ReactNode } from "react";

import { Button } from "./Button";
import { InlineError } from "./InlineError";

export interface AlertDialogProps {
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
  trigger?: ReactElement;
  title: ReactNode;
  /** What stops, what stays. */
  description: ReactNode;
  children?: ReactNode;
  /** Verb and noun. */
  confirm: string;
  onConfirm: () => void;
  /** The word for leaving things as they are. */
  keep?: string;
  busy?: boolean;
  error?: unknown;
}

export function AlertDialog({ open, onOpenChange, trigger, title, description, children, confirm, onConfirm, keep = "Keep", busy, error }: AlertDialogProps) {
  return (
    <Kit.Root open={open} onOpenChange={onOpenChange}>
      {trigger ? <Kit.Trigger render={trigger} /> : null}
      <Kit.Portal>
        <Kit.Backdrop className="fixed inset-0 z-40 bg-scrim" />
        <Kit.Popup className="fixed top-[18vh] left-1/2 z-40 w-110 max-w-[calc(100vw-2rem)] -translate-x-1/2 rounded-2xl bg-surface shadow-float outline-none">
          <div className="flex flex-col gap-2 p-5">
            <Kit.Title className="m-0 text-16 font-semibold">{title}</Kit.Title>
            <Kit.Description className="m-0 text-13 text-muted">{description}</Kit.Description>
            {children}
            {error ? <InlineError error={error} /> : null}
          </div>
          <div className="flex justify-end gap-2 rounded-b-2xl border-t border-line bg-sunken px-5 py-3">
            <Kit.Close render={<Button>{keep}</Button>} />
            <Button look="danger-solid" busy={busy} onClick={onConfirm}>
              {confirm}
            </Button>
          </div>
        </Kit.Popup>
      </Kit.Portal>
    </Kit.Root>
  );
}
