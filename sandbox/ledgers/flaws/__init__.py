"""Plants each flaw in a known number beside near misses that no check may report; one file for one flaw."""

from ..contacts import Maker
from . import (
    dormant_accounts,
    drafts,
    duplicate_contacts,
    duplicate_purchases,
    duplicate_sales,
    lock_dates,
    multi_coded,
    old_unpaid_bills,
    old_unpaid_sales,
    unreconciled,
)

# The lock dates come first: what lies behind them is touched only where a flaw says so.
FLAWS = (
    lock_dates,
    dormant_accounts,
    duplicate_contacts,
    multi_coded,
    unreconciled,
    duplicate_purchases,
    duplicate_sales,
    drafts,
    old_unpaid_sales,
    old_unpaid_bills,
)


def plant_all(maker: Maker) -> None:
    for flaw in FLAWS:
        maker.books.issues.setdefault(flaw.CHECK, [])
        flaw.plant(maker)
