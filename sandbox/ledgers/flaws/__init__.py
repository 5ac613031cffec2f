"""Plants each flaw in a known number beside near misses that no check may report; one file for one flaw."""

from ..contacts import Maker
from . import (
    contact_defaults,
    debtor_days,
    director_loans,
    dormant_accounts,
    draft_journals,
    drafts,
    duplicate_contacts,
    duplicate_purchases,
    duplicate_sales,
    late_edits,
    late_reconciliation,
    late_removals,
    lock_dates,
    missing_attachments,
    missing_details,
    moved_locks,
    multi_coded,
    multi_taxed,
    old_unpaid_bills,
    old_unpaid_sales,
    overdrawn_banks,
    payroll_liabilities,
    reporting_codes,
    silence,
    stale_contacts,
    stale_feeds,
    strangers,
    suspense_coding,
    unallocated_credits,
    uncleared_accounts,
    unreconciled,
    wrong_sides,
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
    missing_attachments,
    draft_journals,
    unallocated_credits,
    debtor_days,
    missing_details,
    stale_contacts,
    suspense_coding,
    reporting_codes,
    multi_taxed,
    contact_defaults,
    silence,
    moved_locks,
    late_edits,
    late_removals,
    stale_feeds,
    late_reconciliation,
    overdrawn_banks,
    uncleared_accounts,
    wrong_sides,
    director_loans,
    payroll_liabilities,
    strangers,
)


def plant_all(maker: Maker) -> None:
    for flaw in FLAWS:
        maker.books.issues.setdefault(flaw.CHECK, [])
        flaw.plant(maker)


def plant_after(maker: Maker) -> None:
    """What can be measured out only when all else stands."""
    debtor_days.plant_after(maker)
