/** The settings of the books that decide what may still change in them. */
import { useQuery } from "@tanstack/react-query";

import type { ClientDetail, Quota } from "@/api/generated";
import { readQuotaOptions } from "@/api/generated/queries/clients.gen";
import { count, day, dayAndTime, moment } from "@/lib/format";

const COUNTRIES = new Intl.DisplayNames("en-NZ", { type: "region" });

function country(code: string | null): string | null {
  if (!code) return null;
  try {
    return COUNTRIES.of(code) ?? code;
  } catch {
    return code;
  }
}

const BASIS: Record<string, string> = { PAYMENTS: "Payments", INVOICE: "Invoice", NONE: "Not registered", CASH: "Cash", ACCRUAL: "Accrual", ACCRUALS: "Accrual", FLATRATECASH: "Flat rate, cash", FLATRATEACCRUAL: "Flat rate, accrual" };
const PERIODS: Record<string, string> = { ONEMONTHS: "Monthly", MONTHLY: "Monthly", TWOMONTHS: "Two-monthly", SIXMONTHS: "Six-monthly", "1MONTHLY": "Monthly", "2MONTHLY": "Two-monthly", "3MONTHLY": "Quarterly", "6MONTHLY": "Six-monthly", YEARLY: "Yearly", ANNUALLY: "Yearly" };

/** Xero writes these in capitals; one this page does not know is still readable in lower case. */
function word(value: string | null, known: Record<string, string>): string | null {
  if (!value) return null;
  if (/^QUARTERLY\d?$/.test(value)) return "Quarterly";
  return known[value] ?? value.charAt(0) + value.slice(1).toLowerCase();
}

/** What Xero still allows today, in a person's words. */
function allowed(quota: Quota | undefined): string | null {
  if (!quota) return null;
  if (quota.waiting_until) return `Waiting until ${moment(quota.waiting_until)}`;
  return quota.day_left === null ? `${count(quota.day_limit)} a day` : `${count(quota.day_left)} of ${count(quota.day_limit)} left today`;
}

export function KeyFacts({ client }: { client: ClientDetail }) {
  const { data: quota } = useQuery({ ...readQuotaOptions({ path: { client_id: client.id } }), enabled: client.connection !== null, staleTime: 30_000 });
  const refreshed = client.last_synced_at ?? client.last_imported_at;
  const rows: [string, string | null][] = [
    ["Lock date", client.period_lock_date ? day(client.period_lock_date) : "Not set"],
    ["Lock date for advisers", client.end_of_year_lock_date ? day(client.end_of_year_lock_date) : "Not set"],
    ["Financial year end", client.financial_year_end],
    ["Tax basis", word(client.sales_tax_basis, BASIS)],
    ["Tax period", word(client.sales_tax_period, PERIODS)],
    ["Currency", client.currency],
    ["Country", country(client.country)],
    ["Documents", client.documents === null ? null : count(client.documents)],
    ["Refreshed", refreshed ? dayAndTime(refreshed) : null],
    ["Next refresh", client.next_sync_at ? dayAndTime(client.next_sync_at) : null],
    ["Calls to Xero", allowed(quota)],
  ];
  return (
    <section aria-labelledby="key-facts" className="rounded-xl border border-line bg-surface p-4">
      <h2 id="key-facts" className="mb-2 text-13 font-semibold">
        Key facts
      </h2>
      <dl className="grid gap-1 text-13">
        {rows.map(([term, value]) =>
          value === null ? null : (
            <div key={term} className="flex justify-between gap-4">
              <dt className="text-muted">{term}</dt>
              <dd className="num m-0 text-right">{value}</dd>
            </div>
          ),
        )}
      </dl>
    </section>
  );
}
