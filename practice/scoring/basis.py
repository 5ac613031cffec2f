"""What a score depended on, so that next time only those checks look again that could see something else.

The rows of a ledger are not read for it: PostgreSQL knows which transaction wrote each of them, and a reading that finds a
row as it was does not write it again (store_page.py).
"""

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import text

from practice.kernel.unit import Unit
from practice.ledgers.books import FRAMES, Books
from practice.scoring.check import Check
from practice.scoring.dismissed import Dismissed

# Which tables a frame is read from.
TABLES: Mapping[str, tuple[str, ...]] = {
    "accounts": ("account",),
    "tax_rates": ("tax_rate",),
    "contacts": ("contact",),
    "documents": ("document",),
    "bank_transactions": ("bank_transaction",),
    "payments": ("payment",),
    "transfers": ("bank_transfer",),
    "journals": ("manual_journal",),
    "lines": ("document", "bank_transaction", "manual_journal"),
    "removed": ("document", "bank_transaction"),
    "users": ("ledger_user",),
    "balances": ("report",),
    "stated": ("stated_figure",),
    "assets": ("asset",),
    "lock_history": ("lock_history",),
    "bank_history": ("bank_history",),
}
_VERSIONS = text(
    " UNION ALL ".join(
        f"SELECT '{table}' AS name, count(*) AS rows,"  # noqa: S608 - names of our own tables
        f" coalesce(sum(hashint8extended(t.xmin::text::bigint, 0)), 0) AS written"
        f" FROM {table} t WHERE t.firm_id = :firm AND t.tenant_id = :tenant"
        for table in sorted({table for tables in TABLES.values() for table in tables})
    )
)


async def read_versions(unit: Unit, tenant_id: UUID) -> dict[str, str]:
    """By frame, something that differs once a row of it was written or removed."""
    rows = await unit.rows(_VERSIONS, {"firm": unit.firm_id, "tenant": tenant_id})
    tables = {row.name: f"{row.rows}:{row.written}" for row in rows}
    return {frame: digest(tables[name] for name in TABLES[frame]) if frame in TABLES else "" for frame in FRAMES}


def basis_of(
    books: Books, versions: Mapping[str, str], dismissed: Dismissed, checks: Mapping[str, Check]
) -> dict[str, Any]:
    """As a scorecard keeps it. Of the books it looks at everything but the frames themselves."""
    frames = {
        frame: f"{version}:{books.absent.get(frame, '')}" + (f":{digest(books.people)}" if frame == "users" else "")
        for frame, version in versions.items()
    }
    return {
        "rules": rules(),
        "organisation": digest([repr(books.organisation)]),
        "month": books.period_end.isoformat(),
        "day": f"{books.as_of.isoformat()} {books.read_on}",
        "frames": frames,
        "thresholds": dict(books.thresholds),
        "set_aside": {code: hidden for code in checks if (hidden := _set_aside(dismissed, code))},
    }


def due(
    now: Mapping[str, Any], before: Mapping[str, Any], measures: Mapping[str, Any], checks: Mapping[str, Check]
) -> set[str]:
    """The checks that may come to something else than what they came to before."""
    if any(now[part] != before.get(part) for part in ("rules", "organisation", "month")):
        return set(checks)
    frames = {frame for frame, version in now["frames"].items() if before["frames"].get(frame) != version}
    return {
        code
        for code, check in checks.items()
        if measures.get(code, {}).get("state", "error") == "error"
        or (check.by == "day" and now["day"] != before["day"])
        or not frames.isdisjoint(check.needs)
        or any(now[part].get(code) != before[part].get(code) for part in ("thresholds", "set_aside"))
    }


def _set_aside(dismissed: Dismissed, code: str) -> str | None:
    parts = [
        *(f"{key}={is_}" for key, is_ in sorted(dismissed.items.get(code, {}).items())),
        *(
            f"{name}:{key}"
            for name in ("rules", "counting", "fixed")
            for key in sorted(getattr(dismissed, name).get(code, ()))
        ),
    ]
    return digest(parts) if parts else None


def digest(parts: Iterable[str]) -> str:
    """Differs where one of the parts does, in whatever order they come."""
    return hashlib.sha256("\x1f".join(sorted(parts)).encode()).hexdigest()[:24]


def _rules() -> str:
    places = (Path(__file__).parent, Path(__file__).parents[1] / "ledgers")
    return digest(path.read_text() for place in places for path in place.rglob("*.py"))


# With the code that it is of, before an upgrade puts other files in their place.
_RULES = _rules()


def rules() -> str:
    """Differs once a check, or what it calls, was changed by a new release."""
    return _RULES
