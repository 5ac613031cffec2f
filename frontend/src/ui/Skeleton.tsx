/** The shape of what is coming; only for a first load. */
import { cx } from "@/lib/cx";

export function Skeleton({ className }: { className?: string }) {
  return <span aria-hidden data-skeleton className={cx("block rounded-md bg-active", className)} />;
}

export function SkeletonRows({ rows = 12, label = "Loading" }: { rows?: number; label?: string }) {
  return (
    <div role="status" aria-label={label}>
      {Array.from({ length: rows }, (_, index) => (
        <div key={index} className="flex h-(--row) items-center gap-6 border-b border-line-subtle px-3">
          <Skeleton className="size-4" />
          <Skeleton className={cx("h-3", index % 3 === 0 ? "w-56" : index % 3 === 1 ? "w-40" : "w-48")} />
          <Skeleton className="ml-auto h-3 w-24" />
          <Skeleton className="h-3 w-32" />
        </div>
      ))}
    </div>
  );
}
