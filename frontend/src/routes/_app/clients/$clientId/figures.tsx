import { useQuery } from "@tanstack/react-query";
import { createFileRoute } from "@tanstack/react-router";
import { useState } from "react";

import { readClientOptions } from "@/api/generated/queries/clients.gen";
import { readScoreOptions } from "@/api/generated/queries/scores.gen";
import { useMayDo } from "@/api/me";
import { FigureList } from "@/features/figures/FigureList";
import { StatementBalances } from "@/features/figures/StatementBalances";
import { TaxFiled } from "@/features/figures/TaxFiled";
import { useFigures, useFigureVerbs } from "@/features/figures/useFigures";
import { InlineError } from "@/ui/InlineError";
import { Skeleton } from "@/ui/Skeleton";

export const Route = createFileRoute("/_app/clients/$clientId/figures")({ component: Figures });

function Figures() {
  const { clientId } = Route.useParams();
  const path = { client_id: clientId };
  const { data: client } = useQuery(readClientOptions({ path }));
  const score = useQuery(readScoreOptions({ path }));
  const { banks, figures } = useFigures(clientId);
  const verbs = useFigureVerbs(clientId);
  const mayChange = useMayDo("setFigure");
  // The server's own day: it refuses one that is not over there.
  const [today] = useState(() => new Date().toISOString().slice(0, 10));
  const error = banks.error ?? figures.error;
  if (error) return <InlineError error={error} onRetry={() => { void banks.refetch(); void figures.refetch(); }} />;
  if (!client || !banks.data || !figures.data || score.isPending) return <div role="status" aria-label="Reading balances"><Skeleton className="h-64" /></div>;
  const said = { figures: figures.data.items, base: client.currency, compared: score.data?.period_end ?? null, today, verbs };
  return (
    <div className="grid grid-cols-1 gap-4">
      <StatementBalances {...said} accounts={banks.data.items} mayChange={mayChange} />
      {mayChange && <TaxFiled {...said} />}
      <FigureList figures={figures.data.items} accounts={banks.data.items} base={client.currency} remove={mayChange ? verbs.remove : null} removing={verbs.removing} />
    </div>
  );
}
