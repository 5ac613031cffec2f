"""The catalogue as screens list it: each check with what it reads, in words, and the firm's own choice of threshold."""

from dataclasses import dataclass

from practice.kernel.unit import Unit
from practice.scoring.catalogue import catalogue
from practice.scoring.check import Check
from practice.scoring.profiles import read_profiles

# What people know each frame of the books as; several can be the same to them.
READS = {
    "accounts": "Chart of accounts",
    "tax_rates": "Tax rates",
    "contacts": "Contacts",
    "documents": "Invoices, bills and credit notes",
    "bank_transactions": "Bank transactions",
    "payments": "Payments",
    "transfers": "Bank transfers",
    "journals": "Manual journals",
    "lines": "Lines of documents, bank transactions and journals",
    "removed": "Voided and deleted documents",
    "users": "Users of the organisation",
    "balances": "Trial balance",
    "stated": "Statement balances and filed figures",
    "lock_history": "Lock dates seen before",
    "bank_history": "Bank details seen before",
    "assets": "Fixed assets",
}


@dataclass(frozen=True, slots=True)
class Chosen:
    """A threshold with the value that counts by the firm's default profile."""

    value: int
    default: int
    least: int
    most: int
    unit: str
    says: str


@dataclass(frozen=True, slots=True)
class Listed:
    """A check in words."""

    check: Check
    threshold: Chosen | None
    resources: tuple[str, ...]


async def list_checks(unit: Unit) -> list[Listed]:
    """All of them in the order of their codes."""
    profiles = await read_profiles(unit)
    chosen = profiles.kept[profiles.default_id].profile.thresholds
    return [
        Listed(
            check=check,
            threshold=None
            if (own := check.threshold) is None
            else Chosen(chosen.get(code, own.default), own.default, own.least, own.most, own.unit, own.says),
            resources=("Settings of the organisation", *(READS[frame] for frame in check.needs if frame in READS)),
        )
        for code, check in catalogue().items()
    ]
