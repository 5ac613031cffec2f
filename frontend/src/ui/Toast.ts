/** Optional news with a way back; whatever a person needs to know stands on the page instead. */

export interface ToastOptions {
  action?: { label: string; run: () => void };
  detail?: string;
}

/** Says something once, for eight seconds; hovering or focusing it stops the clock. What shows it comes when it is first needed. */
export function toast(title: string, options: ToastOptions = {}): void {
  void import("./ToastRegion").then(({ show }) => show(title, options));
}
