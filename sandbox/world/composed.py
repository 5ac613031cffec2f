"""Reads a world that is composed from exact numbers: so many organisations of so many records each. Benchmarks use it.

    SANDBOX_CLIENTS="40*15@10, 1*3000@10, 1*Invoices=3000+Contacts=250+BankTransactions=500+Accounts=80"

A group is a number of organisations and what each holds: `3000@10` holds as much as takes 3,000 calls at a page size of
10 to read whole, or exact counts by resource. Organisations of one group are twins: the same books under other ids.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from math import ceil

from .seed import Seed, identifier

# Reading everything takes one call for each of these, and then one for each further page of those that are paged.
PAGED = (
    "Contacts",
    "Invoices",
    "CreditNotes",
    "Prepayments",
    "Overpayments",
    "BankTransactions",
    "Payments",
    "ManualJournals",
)
UNPAGED = ("Organisations", "Users", "Accounts", "TaxRates", "BankTransfers", "TrialBalance", "BankSummary")
FEWEST_CALLS = len(PAGED) + len(UNPAGED)
# Where further pages go, in hundredths. No organisation has more payments than invoices.
_SHARES = (("Invoices", 38), ("Payments", 32), ("BankTransactions", 25), ("Contacts", 5))
_AN_INVOICE_TO_PAY = 4
_GROUP = re.compile(r"^(\d+)\*(?:(\d+)@(\d+)|([A-Za-z]+=\d+(?:\+[A-Za-z]+=\d+)*))$")
_COUNTED = frozenset(("Contacts", "Accounts", "Invoices", "CreditNotes", "Payments", "BankTransactions"))

Rows = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Member:
    """One organisation of a composed world."""

    tenant_id: str
    first_of_group: str
    name: str
    rows: Rows


def is_composed(seed: Seed) -> bool:
    return ":" in str(seed)


def base_seed(seed: Seed) -> Seed:
    """The number before the composition."""
    return str(seed).partition(":")[0] if is_composed(seed) else seed


def rows_for_calls(calls: int, page_size: int) -> dict[str, int]:
    """Counts that take exactly so many calls to read; the last page of each resource is not quite full."""
    further = calls - FEWEST_CALLS
    if further < 0:
        raise ValueError(f"{calls} calls: {FEWEST_CALLS} are needed to read even an empty organisation")
    pages = {resource: 1 + further * share // 100 for resource, share in _SHARES}
    pages["Invoices"] += further - sum(count - 1 for count in pages.values())
    # As many contacts as a small book has on its only page; few of them make many duplicates to avoid.
    short = max(1, page_size // 3) if page_size < 100 else 40
    rows = {resource: count * page_size - short for resource, count in pages.items()}
    for resource, count in pages.items():
        if count == 1:
            rows[resource] = min(rows[resource], 60)
    return {**rows, "CreditNotes": min(_AN_INVOICE_TO_PAY, rows["Invoices"])}


def calls_for_rows(rows: dict[str, int], page_size: int) -> int:
    """What reading such an organisation whole takes; a resource without rows takes the call that says so."""
    return len(UNPAGED) + sum(max(1, ceil(rows.get(resource, 0) / page_size)) for resource in PAGED)


@lru_cache(maxsize=8)
def members(seed: Seed) -> tuple[Member, ...]:
    return tuple(_members(seed))


def _members(seed: Seed) -> Iterator[Member]:
    base, _, text = str(seed).partition(":")
    for group in filter(None, text.split(",")):
        found = _GROUP.match(group)
        if found is None:
            raise ValueError(f"{group!r} is no group of organisations; write 40*15@10 or 1*Invoices=3000+Contacts=250")
        count, calls, page_size, exact = found.groups()
        rows = rows_for_calls(int(calls), int(page_size)) if calls else dict(_pairs(exact))
        if unknown := set(rows) - _COUNTED:
            raise ValueError(f"{', '.join(sorted(unknown))}: only {', '.join(sorted(_COUNTED))} are counted")
        said = group.partition("*")[2]
        first = identifier(base, "composed", said)
        for number in range(int(count)):
            # Twins differ in the first eight digits of every id they hold, their own included.
            tenant_id = first if number == 0 else identifier(base, "composed", said, number)[:8] + first[8:]
            label = f"{calls} calls" if calls else f"{sum(rows.values())} records"
            yield Member(tenant_id, first, f"Composed {label} {number + 1:03d} Pty Ltd", tuple(sorted(rows.items())))


def _pairs(text: str) -> Iterator[tuple[str, int]]:
    for part in text.split("+"):
        name, _, count = part.partition("=")
        yield name, int(count)
