"""Plants each flaw in a known number beside near misses that no check may report; one file for one flaw."""

from ..contacts import Maker
from . import (
    claimed_entertainment,
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
    shared_banks,
    silence,
    similar_accounts,
    stale_contacts,
    stale_feeds,
    strangers,
    suspense_coding,
    tax_numbers,
    tax_without_registration,
    taxed_balances,
    unallocated_credits,
    unclaimed_tax,
    uncleared_accounts,
    unmatched_money,
    unreconciled,
    unusual_months,
    wrong_rates,
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
    wrong_rates,
    taxed_balances,
    claimed_entertainment,
    unclaimed_tax,
    tax_without_registration,
    tax_numbers,
    unmatched_money,
    similar_accounts,
    unusual_months,
    shared_banks,
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
