"""The scopes Xero knows, and what a request for some of them means."""

from __future__ import annotations

from typing import Final

PROFILE: Final = frozenset({"openid", "profile", "email", "offline_access"})
NON_TENANTED: Final = frozenset({"app.connections", "marketplace.billing"})

_READ_AND_WRITE: Final = (
    "accounting.invoices",
    "accounting.payments",
    "accounting.banktransactions",
    "accounting.manualjournals",
    "accounting.contacts",
    "accounting.settings",
    "accounting.attachments",
    "files",
    "assets",
    "projects",
    "payroll.employees",
    "payroll.payruns",
    "payroll.payslip",
    "payroll.settings",
    "payroll.timesheets",
)
_REPORTS: Final = (
    "aged",
    "balancesheet",
    "banksummary",
    "budgetsummary",
    "executivesummary",
    "profitandloss",
    "trialbalance",
    "taxreports",
    "tenninetynine",
)
_READ_ONLY: Final = (
    "accounting.budgets.read",
    "accounting.journals.read",
    *(f"accounting.reports.{name}.read" for name in _REPORTS),
    "finance.cashvalidation.read",
    "finance.statements.read",
    "finance.bankstatementsplus.read",
    "einvoicing",
    "paymentservices",
    "bankfeeds",
)
BROAD: Final = frozenset({"accounting.transactions", "accounting.transactions.read", "accounting.reports.read"})

ORGANISATION: Final = frozenset(_READ_AND_WRITE) | {f"{s}.read" for s in _READ_AND_WRITE} | frozenset(_READ_ONLY) | BROAD
PRACTICE: Final = frozenset(
    f"practicemanager{part}{mode}" for part in ("", ".client", ".staff", ".job", ".time") for mode in ("", ".read")
)
KNOWN: Final = PROFILE | NON_TENANTED | ORGANISATION | PRACTICE


def refused(scopes: tuple[str, ...], *, broad: bool, mixed: bool) -> bool:
    """Whether Xero answers `invalid_scope`, on a page of its own."""
    asked = set(scopes)
    if not asked or not asked <= KNOWN:
        return True
    if not broad and asked & BROAD:
        return True
    return not mixed and bool(asked & ORGANISATION) and bool(asked & PRACTICE)
