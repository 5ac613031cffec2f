/** The frame of every screen outside the shell: one card on a quiet page. */
import type { ReactNode } from "react";

import { Logo } from "@/ui/Logo";

export function EntryPage({ title, children, foot }: { title: ReactNode; children: ReactNode; foot?: ReactNode }) {
  return (
    <main className="flex min-h-full flex-col items-center bg-canvas px-4 pt-[16vh] pb-12">
      <div className="w-full max-w-100">
        <div className="mb-6 flex items-center gap-2.5 text-16 font-semibold">
          <Logo size={28} />
          Bulkhead
        </div>
        <section className="flex flex-col gap-4 rounded-xl border border-line bg-surface p-6 shadow-card">
          <h1 tabIndex={-1} className="m-0 text-20 font-semibold tracking-tight">
            {title}
          </h1>
          {children}
        </section>
        {foot ? <div className="mt-4 text-12 text-subtle">{foot}</div> : null}
      </div>
    </main>
  );
}
