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

FLAWS = (
    dormant_accounts,
    lock_dates,
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
