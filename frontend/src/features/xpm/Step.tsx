/** Reads the import a step belongs to; what the step shows comes once it is here. */
import { Link, Navigate } from "@tanstack/react-router";
import type { ReactNode } from "react";

import type { XpmImport } from "@/api/generated";
import { asProblem } from "@/api/problems";
import { Button } from "@/ui/Button";
import { EmptyState } from "@/ui/EmptyState";
import { InlineError } from "@/ui/InlineError";
import { Skeleton, SkeletonRows } from "@/ui/Skeleton";

import { useXpmImport } from "./useImport";

/** `whileReading`: the page of the import itself; the steps have nothing to show before it is read. */
export function Step({ importId, whileReading = false, children }: { importId: string; whileReading?: boolean; children: (one: XpmImport) => ReactNode }) {
  const { data: one, error, refetch } = useXpmImport(importId);
  if (one) {
    if (one.state === "discarded") return <Gone title="This import was discarded" />;
    return one.state === "fetching" && !whileReading ? <Navigate to="/configure/integrations/xpm/imports/$importId" params={{ importId }} replace /> : children(one);
  }
  if (error) {
    if (asProblem(error).status === 404) return <Gone title="There is no such import" />;
    return (
      <div className="p-5">
        <h1 tabIndex={-1} className="sr-only">Import</h1>
        <InlineError error={error} onRetry={() => void refetch()} />
      </div>
    );
  }
  return (
    <div role="status" aria-label="Reading the import" className="flex flex-col gap-3.5 p-5">
      <h1 tabIndex={-1} className="sr-only">Import</h1>
      <Skeleton className="h-7 w-72" />
      <Skeleton className="h-10" />
      <SkeletonRows />
    </div>
  );
}

function Gone({ title }: { title: string }) {
  return (
    <EmptyState level={1} title={title} actions={<Button size="sm" render={<Link to="/configure/integrations/xpm">Show imports</Link>}>Show imports</Button>}>
      Another one can be started from Xero Practice Manager.
    </EmptyState>
  );
}
