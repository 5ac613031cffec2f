/** Where toasts appear: above the footer, out of the way of what they are about. */
import { Toast as Kit } from "@base-ui/react/toast";
import { X } from "lucide-react";

import type { ToastOptions } from "./Toast";

const manager = Kit.createToastManager();

export function show(title: string, options: ToastOptions): void {
  const id = manager.add({
    title,
    description: options.detail,
    timeout: 8000,
    priority: "low",
    actionProps: options.action
      ? {
          children: options.action.label,
          onClick: () => {
            options.action?.run();
            manager.close(id);
          },
        }
      : undefined,
  });
}

function Toasts() {
  const { toasts } = Kit.useToastManager();
  return toasts.map((item) => (
    <Kit.Root
      key={item.id}
      toast={item}
      className="flex w-full items-start gap-3 rounded-xl bg-surface px-4 py-3 shadow-float transition-opacity duration-100 data-ending-style:opacity-0 data-starting-style:opacity-0"
    >
      <div className="min-w-0 flex-1">
        <Kit.Title className="m-0 text-13 font-medium" />
        <Kit.Description className="m-0 text-13 text-muted" />
      </div>
      <Kit.Action className="shrink-0 rounded-sm text-13 font-medium text-link hover:underline" />
      <Kit.Close aria-label="Dismiss" className="-mr-1 inline-flex size-6 shrink-0 items-center justify-center rounded-sm text-muted hover:bg-active">
        <X size={14} aria-hidden />
      </Kit.Close>
    </Kit.Root>
  ));
}

export function ToastRegion() {
  return (
    <Kit.Provider toastManager={manager} limit={3}>
      <Kit.Portal>
        <Kit.Viewport className="fixed right-5 bottom-20 z-50 flex w-96 max-w-[calc(100vw-2.5rem)] flex-col gap-2">
          <Toasts />
        </Kit.Viewport>
      </Kit.Portal>
    </Kit.Provider>
  );
}
