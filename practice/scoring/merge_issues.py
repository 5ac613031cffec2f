"""Merges what was found into a client's issues: new ones open, gone ones resolve, dismissed ones that changed open again."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Row, select, update
from sqlalchemy.dialects.postgresql import insert

from practice.kernel.money import from_cents
from practice.kernel.unit import Unit
from practice.scoring.check import Finding
from practice.scoring.models import Issue

AT_ONCE = 500

T = TypeVar("T")


async def merge_issues(unit: Unit, *, client_id: UUID, findings: Mapping[str, Sequence[Finding]]) -> None:
    """A code that is not in `findings` was not evaluated, so its issues stay as they are."""
    known = {(row.code, row.key): row for row in await unit.rows(_known(unit, client_id, list(findings)))}
    found = {(code, finding.key): finding for code, each in findings.items() for finding in each}
    written = list(_written(unit, client_id, known, found))
    for rows in _batches(written):
        statement = insert(Issue)
        kept = {"firm_id", "id", "client_id", "code", "key", "created_at"}
        await unit.execute(
            statement.on_conflict_do_update(
                index_elements=["firm_id", "client_id", "code", "key"],
                set_={name: statement.excluded[name] for name in rows[0] if name not in kept},
            ),
            rows,
        )
    gone = [row.id for place, row in known.items() if place not in found and row.state != "resolved"]
    for ids in _batches(gone):
        await unit.execute(
            update(Issue)
            .where(Issue.firm_id == unit.firm_id, Issue.id.in_(ids))
            .values(state="resolved", resolved_at=unit.now)
            .execution_options(synchronize_session=False)
        )


def _known(unit: Unit, client_id: UUID, codes: list[str]) -> Any:
    return select(
        Issue.id, Issue.code, Issue.key, Issue.fingerprint, Issue.state, Issue.found_at, Issue.dismissed_at,
        Issue.dismissed_by, Issue.dismissed_reason, Issue.adds, Issue.subject, Issue.base_cents, Issue.fails,
    ).where(Issue.firm_id == unit.firm_id, Issue.client_id == client_id, Issue.code.in_(codes))  # fmt: skip


def _written(
    unit: Unit,
    client_id: UUID,
    known: Mapping[tuple[str, str], Row[Any]],
    found: Mapping[tuple[str, str], Finding],
) -> Iterator[dict[str, Any]]:
    for (code, key), finding in found.items():
        row = known.get((code, key))
        same = row is not None and row.fingerprint == finding.fingerprint
        measured = row is not None and all(getattr(row, name) == is_ for name, is_ in _measured(finding).items())
        if row is not None and same and measured and row.state != "resolved":
            continue
        # A dismissal outlives a while of not being found, but not a change.
        dismissed = row if row is not None and same and row.dismissed_at else None
        yield {
            "firm_id": unit.firm_id,
            "id": row.id if row is not None else unit.ids.new(),
            "created_at": unit.now,
            "client_id": client_id,
            "code": code,
            "key": key,
            "state": "dismissed" if dismissed else "open",
            "found_at": row.found_at if row is not None and row.state != "resolved" else unit.now,
            "resolved_at": None,
            "dismissed_at": dismissed.dismissed_at if dismissed else None,
            "dismissed_by": dismissed.dismissed_by if dismissed else None,
            "dismissed_reason": dismissed.dismissed_reason if dismissed else None,
            **_told(finding),
        }


def _told(finding: Finding) -> dict[str, Any]:
    return {
        "fingerprint": finding.fingerprint,
        "title": finding.title,
        "detail": finding.detail,
        "amount": from_cents(finding.amount_cents) if finding.amount_cents is not None else None,
        "currency": finding.currency,
        "date": finding.date,
        "contact": finding.contact,
        "account": finding.account,
        "facts": dict(finding.facts),
        "links": [asdict(link) for link in finding.links],
        **_measured(finding),
    }


def _measured(finding: Finding) -> dict[str, Any]:
    """What it adds to its check's measure. It may change while the thing is the same, as with a rate of exchange."""
    return {
        "adds": finding.count,
        "subject": finding.subject,
        "base_cents": finding.base_cents,
        "fails": finding.fails,
    }


def _batches(items: Sequence[T]) -> Iterator[list[T]]:
    for start in range(0, len(items), AT_ONCE):
        yield list(items[start : start + AT_ONCE])
