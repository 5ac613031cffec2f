"""Fills a tenant with made-up books straight in SQL, the same for the same seed: a million lines take half a minute.

They look like a practice's: forty documents a contact over three years, most of them settled, some drafts, amounts that
recur, contacts of similar names, a few foreign currencies. No amount means anything.
"""

from dataclasses import dataclass
from datetime import date, datetime

import asyncpg

from practice.ledgers.load_books import MADE_OF

AS_OF = date(2026, 11, 21)

_FIRST = (
    "Alder Ashton Banksia Barrow Beacon Birch Blue Boulder Bridge Bright Cascade Cedar Clear Coastal Copper Coral Crown Dale"
    " Delta Eagle East Ember Falcon Fern First Forest Garnet Gold Granite Green Harbour Hawk Hazel Heath Hill Iron Ivory Jade"
    " Jasper Keel Kite Lake Lark Laurel Linden Lotus Maple Marble Meadow Mill Moor North Oak Ocean Olive Onyx Orchard Osprey"
    " Park Pearl Pine Pioneer Plover Quartz Quay Raven Red Reef Ridge River Rowan Sable Sand Silver South Spring Star Stone"
    " Summit Swan Teal Thorn Timber Union Valley Vine Walnut Wattle West Willow Wren"
)
_SECOND = (
    "Advisory Bakery Builders Cabinets Carpentry Catering Cleaning Concrete Consulting Couriers Cycles Dental Design Drainage"
    " Electrical Engineering Events Fabrics Farms Fencing Finance Flooring Foods Freight Furniture Gardens Glass Graphics Health"
    " Hire Homes Hotels Insurance Interiors Joinery Kitchens Landscapes Legal Lighting Logistics Machinery Marine Media Metals"
    " Mining Motors Optical Packaging Painting Paper Pharmacy Physio Plastics Plumbing Pools Printing Property Recruitment"
    " Refrigeration Removals Roofing Scaffolding Security Signs Software Solar Spares Steel Storage Supplies Surveyors Systems"
    " Tiles Timber Tools Towing Training Transport Travel Tyres Vets Water Welding Wines"
)

# A share between 0 and 1 that depends on the seed, the row and what it is for, and on nothing else.
_RANDOM = """
CREATE OR REPLACE FUNCTION pg_temp.r(n bigint, what int) RETURNS float8 LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT (hashint8extended(n, {seed} * 1000 + what) & 68719476735) / 68719476736.0
$$;
CREATE OR REPLACE FUNCTION pg_temp.named(kind text, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT md5(kind || n || '{seed}')::uuid
$$
"""
_ACCOUNTS = """
INSERT INTO account (firm_id, tenant_id, remote_id, code, name, type, class_, status, tax_type, system_account,
    bank_account_number, currency, reporting_code, updated_at)
SELECT {mine}, pg_temp.named('account', n), CASE WHEN n > 6 THEN (100 + n)::text END,
    CASE n WHEN 11 THEN 'Suspense' WHEN 21 THEN 'PAYG payable' WHEN 22 THEN 'Director loan' WHEN 72 THEN 'Entertainment'
        ELSE ({second})[1 + n % 80] || ' ' || ({first})[1 + n % 90] END, kind, class, 'ACTIVE',
    CASE class WHEN 'REVENUE' THEN 'OUTPUT' WHEN 'EXPENSE' THEN 'INPUT' ELSE 'BASEXCLUDED' END,
    CASE n WHEN 7 THEN 'DEBTORS' WHEN 8 THEN 'CREDITORS' WHEN 9 THEN 'GST' WHEN 10 THEN 'ROUNDING' END,
    CASE WHEN n <= 6 THEN (10000000 + n)::text END, CASE WHEN n <= 6 THEN 'AUD' END,
    CASE WHEN n % 5 > 0 THEN left(class, 3) || '.' || n END, {now}
FROM generate_series(1, 120) n, LATERAL (SELECT
    CASE WHEN n <= 6 THEN 'BANK' WHEN n <= 20 THEN 'CURRENT' WHEN n <= 40 THEN 'CURRLIAB' WHEN n <= 45 THEN 'EQUITY'
        WHEN n <= 70 THEN 'REVENUE' ELSE 'EXPENSE' END AS kind,
    CASE WHEN n <= 20 THEN 'ASSET' WHEN n <= 40 THEN 'LIABILITY' WHEN n <= 45 THEN 'EQUITY' WHEN n <= 70 THEN 'REVENUE'
        ELSE 'EXPENSE' END AS class) k
"""
_CONTACTS = """
INSERT INTO contact (firm_id, tenant_id, remote_id, name, email, tax_number, bank_account, status, is_supplier, is_customer,
    sales_account, purchases_account, sales_tax, purchases_tax, updated_at)
SELECT {mine}, pg_temp.named('contact', n),
    ({first})[1 + floor(pg_temp.r(n, 1) * 90)::int] || ' ' || ({second})[1 + floor(pg_temp.r(n, 2) * 80)::int]
        || (ARRAY['', '', ' Pty Ltd', ' Group', ' ' || n])[1 + floor(pg_temp.r(n, 3) * 5)::int],
    CASE WHEN pg_temp.r(n, 4) < .7 THEN 'accounts' || n || '@example.com' END,
    CASE WHEN pg_temp.r(n, 5) < .5 THEN (51000000000 + n * 7919)::text END,
    CASE WHEN pg_temp.r(n, 6) < .5 THEN '06' || (20000000 + n / 2 * 31)::text END,
    CASE WHEN pg_temp.r(n, 7) < .03 THEN 'ARCHIVED' ELSE 'ACTIVE' END, pg_temp.r(n, 8) < .6, pg_temp.r(n, 8) > .4,
    CASE WHEN pg_temp.r(n, 9) < .3 THEN '160' END, CASE WHEN pg_temp.r(n, 9) < .3 THEN '180' END,
    CASE WHEN pg_temp.r(n, 9) < .3 THEN 'OUTPUT' END, CASE WHEN pg_temp.r(n, 9) < .3 THEN 'INPUT' END,
    {now} - pg_temp.r(n, 10) * interval '1200 days'
FROM generate_series(1, {contacts}::bigint) n
"""
# A contact is coded to the same account mostly, which is what the checks about coding look for.
_LINES = """
    ARRAY(SELECT code FROM generate_series(1, {each}) l, LATERAL (SELECT CASE WHEN pg_temp.r(n * 64 + l, 30) < .8
        THEN {account} + who % 20 ELSE {account} + floor(pg_temp.r(n * 64 + l, 31) * 24)::int END + 100 AS code) c),
    ARRAY(SELECT pg_temp.named('account', code - 100) FROM generate_series(1, {each}) l, LATERAL (SELECT
        CASE WHEN pg_temp.r(n * 64 + l, 30) < .8 THEN {account} + who % 20
        ELSE {account} + floor(pg_temp.r(n * 64 + l, 31) * 24)::int END + 100 AS code) c),
    array_fill(CASE WHEN pg_temp.r(n, 32) < .9 THEN {tax} ELSE 'BASEXCLUDED' END, ARRAY[{each}]),
    array_fill(cents / {each}, ARRAY[{each}]),
    array_fill(CASE WHEN pg_temp.r(n, 32) < .9 THEN cents / {each} / 10 ELSE 0 END, ARRAY[{each}])
"""
_LINE_COLUMNS = "line_accounts, line_account_ids, line_tax_types, line_cents, line_tax_cents"
_DOCUMENTS = """
INSERT INTO document (firm_id, tenant_id, remote_id, kind, side, status, contact_id, number, reference, date, due_date,
    subtotal_cents, tax_cents, total_cents, due_cents, currency, rate, has_attachments, updated_at, {columns})
SELECT {mine}, pg_temp.named('document', n), CASE WHEN pg_temp.r(n, 11) < .04 THEN 'credit_note' ELSE 'invoice' END,
    side, status, pg_temp.named('contact', who), 'N-' || n, CASE WHEN pg_temp.r(n, 12) < .3 THEN 'PO ' || n % 9000 END,
    day, day + 14, cents, cents / 10, cents + cents / 10,
    CASE WHEN status IN ('AUTHORISED', 'SUBMITTED', 'DRAFT') THEN cents + cents / 10 ELSE 0 END,
    CASE WHEN pg_temp.r(n, 13) < .03 THEN 'USD' ELSE 'AUD' END, CASE WHEN pg_temp.r(n, 13) < .03 THEN .65 ELSE 1 END,
    pg_temp.r(n, 14) < .6, (day + CASE WHEN pg_temp.r(n, 21) < .01 THEN 60 ELSE 3 END)::timestamptz, {lines}
FROM generate_series(1, {documents}::bigint) n, LATERAL (SELECT
    CASE WHEN pg_temp.r(n, 15) < .5 THEN 'sales' ELSE 'purchases' END AS side,
    1 + floor(pg_temp.r(n, 16) * {contacts})::bigint AS who,
    date '{as_of}' - floor(pg_temp.r(n, 17) * 1095)::int AS day,
    CASE WHEN pg_temp.r(n, 18) < .2 THEN 5000 + 500 * floor(pg_temp.r(n, 19) * 100)::bigint
        ELSE 1000 + floor(pg_temp.r(n, 19) * 500000)::bigint END AS cents) a,
LATERAL (SELECT CASE WHEN pg_temp.r(n, 20) < .01 THEN 'DRAFT' WHEN pg_temp.r(n, 20) < .015 THEN 'SUBMITTED'
    WHEN pg_temp.r(n, 20) < .03 THEN 'VOIDED' WHEN day > date '{as_of}' - 45 OR pg_temp.r(n, 20) > .98 THEN 'AUTHORISED'
    ELSE 'PAID' END AS status) b
"""
_MONEY = """
INSERT INTO bank_transaction (firm_id, tenant_id, remote_id, type, status, contact_id, account_id, date, total_cents,
    reconciled, currency, rate, reference, has_attachments, updated_at, {columns})
SELECT {mine}, pg_temp.named('money', n), type, CASE WHEN pg_temp.r(n, 41) < .01 THEN 'DELETED' ELSE 'AUTHORISED' END,
    pg_temp.named('contact', who), pg_temp.named('account', 1 + n % 6), day, cents,
    pg_temp.r(n, 42) < CASE WHEN day > date '{as_of}' - 30 THEN .5 ELSE .995 END, 'AUD', 1,
    CASE WHEN pg_temp.r(n, 43) < .5 THEN 'Card ' || n % 5000 END, pg_temp.r(n, 44) < .4, (day + 2)::timestamptz, {lines}
FROM generate_series(1, {money}::bigint) n, LATERAL (SELECT
    CASE WHEN pg_temp.r(n, 45) < .65 THEN 'SPEND' WHEN pg_temp.r(n, 45) < .95 THEN 'RECEIVE' ELSE 'SPEND-TRANSFER' END AS type,
    1 + floor(pg_temp.r(n, 46) * {contacts})::bigint AS who, date '{as_of}' - floor(pg_temp.r(n, 47) * 1095)::int AS day,
    1000 + floor(pg_temp.r(n, 48) * 90000)::bigint AS cents) a
"""
_PAYMENTS = """
INSERT INTO payment (firm_id, tenant_id, remote_id, type, status, date, amount_cents, currency, account_id, reconciled,
    document_id, updated_at)
SELECT {mine}, pg_temp.named('payment', n), CASE WHEN pg_temp.r(n, 15) < .5 THEN 'ACCRECPAYMENT' ELSE 'ACCPAYPAYMENT' END,
    'AUTHORISED', day, 1000 + floor(pg_temp.r(n, 51) * 500000)::bigint, 'AUD', pg_temp.named('account', 1 + n % 6),
    pg_temp.r(n, 52) < CASE WHEN day > date '{as_of}' - 30 THEN .5 ELSE .995 END, pg_temp.named('document', n),
    (day + 1)::timestamptz
FROM generate_series(1, {payments}::bigint) n,
    LATERAL (SELECT date '{as_of}' - floor(pg_temp.r(n, 53) * 1080)::int AS day) a
"""
_JOURNALS = """
INSERT INTO manual_journal (firm_id, tenant_id, remote_id, status, date, narration, updated_at,
    line_accounts, line_account_ids, line_tax_types, line_cents)
SELECT {mine}, pg_temp.named('journal', n), CASE WHEN pg_temp.r(n, 61) < .01 THEN 'DRAFT' ELSE 'POSTED' END,
    day, 'Month end ' || n, (day + 1)::timestamptz, ARRAY['130', '131', '132', '133'],
    ARRAY[pg_temp.named('account', 30), pg_temp.named('account', 31), pg_temp.named('account', 32), pg_temp.named('account', 33)],
    ARRAY['BASEXCLUDED', 'BASEXCLUDED', 'BASEXCLUDED', 'BASEXCLUDED'], ARRAY[1000, -1000, 500, -500 + n % 2]::bigint[]
FROM generate_series(1, {journals}::bigint) n,
    LATERAL (SELECT date '{as_of}' - floor(pg_temp.r(n, 62) * 1095)::int AS day) a
"""
_TRANSFERS = """
INSERT INTO bank_transfer (firm_id, tenant_id, remote_id, status, date, amount_cents, from_account_id, to_account_id,
    from_reconciled, to_reconciled)
SELECT {mine}, pg_temp.named('transfer', n), 'AUTHORISED', date '{as_of}' - floor(pg_temp.r(n, 71) * 1095)::int,
    1000 + floor(pg_temp.r(n, 72) * 900000)::bigint, pg_temp.named('account', 1), pg_temp.named('account', 2),
    pg_temp.r(n, 73) < .99, pg_temp.r(n, 74) < .99
FROM generate_series(1, {journals}::bigint) n
"""
_REST = """
INSERT INTO organisation (firm_id, tenant_id, remote_id, name, country, base_currency, time_zone, financial_year_end_day,
    financial_year_end_month, pays_tax, period_lock_date, end_of_year_lock_date)
VALUES ({mine}, pg_temp.named('organisation', 1), 'Bench Pty Ltd', 'AU', 'AUD', 'Australia/Sydney', 30, 6, true,
    '2026-09-30', '2026-06-30');
INSERT INTO lock_history (firm_id, id, tenant_id, seen_at, period_lock, year_lock)
VALUES ({firm}, pg_temp.named('lock', 1), {tenant}, {now} - interval '40 days', '2026-10-31', '2026-06-30'),
    ({firm}, pg_temp.named('lock', 2), {tenant}, {now} - interval '20 days', '2026-09-30', '2026-06-30');
INSERT INTO bank_history (firm_id, id, tenant_id, contact_id, seen_at)
SELECT {firm}, pg_temp.named('other bank', n), {tenant}, pg_temp.named('contact', n), {now} - interval '9 days'
FROM generate_series(1, 5) n;
INSERT INTO stated_figure (firm_id, id, tenant_id, kind, account_id, date, cents, lines, earliest, made_at, source)
SELECT {firm}, pg_temp.named('statement', n), {tenant}, 'statement', pg_temp.named('account', n), '2026-10-31',
    n * 100000 + n % 2, n, '2026-10-01', {now}, 'entered'
FROM generate_series(1, 6) n;
INSERT INTO stated_figure (firm_id, id, tenant_id, kind, account_id, date, cents, made_at, source)
VALUES ({firm}, pg_temp.named('filed', 1), {tenant}, 'tax_filed', NULL, '2026-10-31', 12345, {now}, 'entered');
INSERT INTO tax_rate (firm_id, tenant_id, tax_type, name, status, effective_rate, for_assets, for_equity, for_expenses,
    for_liabilities, for_revenue)
VALUES ({mine}, 'OUTPUT', 'GST on income', 'ACTIVE', 10, true, true, false, true, true),
    ({mine}, 'INPUT', 'GST on expenses', 'ACTIVE', 10, true, true, true, true, false),
    ({mine}, 'BASEXCLUDED', 'BAS excluded', 'ACTIVE', 0, true, true, true, true, true);
INSERT INTO ledger_user (firm_id, tenant_id, remote_id, email, name, role)
SELECT {mine}, pg_temp.named('user', n), 'user' || n || '@example.com', 'User ' || n, 'STANDARD' FROM generate_series(1, 8) n;
INSERT INTO report (firm_id, tenant_id, name, as_of, body, balances)
SELECT {mine}, 'trial_balance', '2026-10-31', '{{}}',
    jsonb_object_agg(pg_temp.named('account', n)::text, CASE WHEN n < 21 OR n > 70 THEN n * 100000 ELSE CASE n WHEN 22 THEN 1 ELSE -1 END * n * 100000 END)
FROM generate_series(1, 120) n;
INSERT INTO high_water (firm_id, tenant_id, resource, modified_since, read_at)
SELECT {mine}, resource, {now}, {now} FROM unnest(ARRAY[{resources}]) resource
"""


@dataclass(frozen=True)
class Size:
    """How many rows of each; three lines a document, two a bank transaction and four a journal."""

    documents: int
    money: int
    payments: int
    journals: int

    @classmethod
    def of(cls, records: int) -> "Size":
        """A ledger of so many records in the shares that practices have."""
        journals, payments, money = records // 50, records * 23 // 100, records * 30 // 100
        return cls(records - journals - payments - money, money, payments, journals)

    @property
    def lines(self) -> int:
        return 3 * self.documents + 2 * self.money + 4 * self.journals


async def fill_books(url: str, *, firm_id: object, tenant_id: object, size: Size, seed: int, now: datetime) -> None:
    """As the database's owner, who stands outside the firms' walls only where a superuser may."""
    connection = await asyncpg.connect(url)
    try:
        words = {
            "first": _array(_FIRST), "second": _array(_SECOND), "columns": _LINE_COLUMNS, "as_of": AS_OF.isoformat(),
            "firm": f"'{firm_id}'::uuid", "tenant": f"'{tenant_id}'::uuid", "mine": f"'{firm_id}'::uuid, '{tenant_id}'::uuid",
            "now": f"'{now.isoformat()}'::timestamptz", "contacts": max(40, size.documents // 40), "documents": size.documents,
            "money": size.money, "payments": size.payments, "journals": size.journals,
            "resources": ", ".join(f"'{name}'" for name in sorted({one for many in MADE_OF.values() for one in many})),
        }  # fmt: skip
        documents = _LINES.format(
            each=3,
            account="CASE side WHEN 'sales' THEN 46 ELSE 71 END",
            tax="CASE side WHEN 'sales' THEN 'OUTPUT' ELSE 'INPUT' END",
        )
        money = _LINES.format(
            each=2,
            account="CASE type WHEN 'RECEIVE' THEN 46 ELSE 71 END",
            tax="CASE type WHEN 'RECEIVE' THEN 'OUTPUT' ELSE 'INPUT' END",
        )
        await connection.execute(_RANDOM.format(seed=seed))
        for statement, lines in (
            (_ACCOUNTS, ""), (_CONTACTS, ""), (_DOCUMENTS, documents), (_MONEY, money), (_PAYMENTS, ""), (_JOURNALS, ""),
            (_TRANSFERS, ""), (_REST, ""),
        ):  # fmt: skip
            await connection.execute(statement.format(**words, lines=lines))
        await connection.execute("ANALYZE")
    finally:
        await connection.close()


def _array(words: str) -> str:
    return "ARRAY[" + ", ".join(f"'{word}'" for word in words.split()) + "]"
