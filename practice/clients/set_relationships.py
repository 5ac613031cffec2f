"""Sets how clients are related, as a practice's own system tells it: stored once, whichever side says so.

Somebody who is no client here stands as a stub, a name and an id there, until that client arrives.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, or_, select, text, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Text, Uuid

from practice.clients.models import Relationship
from practice.kernel.unit import Unit

KEPT = ("type", "role", "inward", "shares", "percentage", "started_on", "ended_on", "other_name", "remote_id")


@dataclass(frozen=True, slots=True)
class Related:
    """The client it stands at is `type` of the other; `inward`: the other, who is no client here, of it."""

    remote_id: str
    type: str
    role: str | None
    inward: bool
    other_remote_id: str
    other_name: str
    other_id: UUID | None
    shares: Decimal | None
    percentage: Decimal | None
    started_on: date | None
    ended_on: date | None
    alike: frozenset[str] = frozenset()
    """The roles by which either side may say the same, so that it is known again from the other side."""


@dataclass(slots=True)
class Change:
    """What became of one client's relationships, so that it can be taken back."""

    made: list[str] = field(default_factory=list)
    before: list[dict[str, Any]] = field(default_factory=list)
    """Rows as they were that were changed or removed."""

    def __bool__(self) -> bool:
        return bool(self.made or self.before)


async def set_relationships(
    unit: Unit,
    *,
    tenant_id: UUID,
    related: Mapping[UUID, Sequence[Related]],
    told: Collection[str],
    whole: Collection[UUID],
    seen: Collection[str],
) -> dict[UUID, Change]:
    """By client; each relation is given once. Answers what changed. `told`: the ids there of all that are told this time.

    Clients in `whole` are told of completely: what is not told is removed, where the other is among those `seen` there.
    Whoever does not see the other may tell with a row of its own what is known from the other's: that is not added again.
    """
    rows: list[Relationship] = await unit.scalars(
        select(Relationship)
        .where(
            Relationship.firm_id == unit.firm_id,
            Relationship.tenant_id == tenant_id,
            or_(
                Relationship.client_id.in_(related),
                Relationship.other_id.in_(related),
                Relationship.remote_id.in_({one.remote_id for of in related.values() for one in of if one.remote_id}),
            ),
        )
        .order_by(Relationship.id)
        .with_for_update()
    )
    standing = _Standing(rows)
    changes: dict[UUID, Change] = {}
    here: set[UUID] = set()
    for client_id, of in related.items():
        change = changes[client_id] = Change()
        for one in of:
            row = standing.find(client_id, one)
            if row is None and (row := standing.same(client_id, one, but=told)) and one.other_remote_id not in seen:
                here.add(row.id)
                continue
            wanted = {"client_id": client_id, **_columns(one)}
            if row is None:
                row = unit.add(Relationship(id=unit.ids.new(), tenant_id=tenant_id, **wanted))
                standing.add(row)
                change.made.append(str(row.id))
            elif any(getattr(row, name) != value for name, value in wanted.items()):
                change.before.append(as_json(row))
                for name, value in wanted.items():
                    setattr(row, name, value)
            here.add(row.id)
    for row in rows:
        if row.client_id in whole and row.id not in here and row.other_remote_id in seen:
            changes.setdefault(row.client_id, Change()).before.append(as_json(row))
            await unit.remove(row)
    await unit.flush()
    return changes


async def resolve_stubs(unit: Unit, *, tenant_id: UUID, arrived: Mapping[str, UUID]) -> None:
    """Clients that were spoken of before they came, by their id there: who spoke of them points to them now."""
    if not arrived:
        return
    await unit.execute(
        text(
            """
            UPDATE relationship r SET other_id = a.id
            FROM unnest(CAST(:remote AS text[]), CAST(:ids AS uuid[])) AS a (remote_id, id)
            WHERE r.firm_id = :firm AND r.tenant_id = :tenant AND r.other_remote_id = a.remote_id
            AND r.other_id IS NULL AND r.client_id <> a.id
            """
        ).bindparams(bindparam("remote", type_=ARRAY(Text)), bindparam("ids", type_=ARRAY(Uuid))),
        {"firm": unit.firm_id, "tenant": tenant_id, "remote": list(arrived), "ids": list(arrived.values())},
    )


async def make_stubs(unit: Unit, *, client_ids: Collection[UUID]) -> None:
    """Clients that are about to be taken out: who is related to them keeps the name, and no more."""
    await unit.execute(
        update(Relationship)
        .where(Relationship.firm_id == unit.firm_id, Relationship.other_id.in_(client_ids))
        .values(other_id=None)
        .execution_options(synchronize_session=False)
    )


async def put_back(unit: Unit, *, made: Sequence[str], before: Sequence[Mapping[str, Any]]) -> None:
    """Takes back what `set_relationships` answered for one client."""
    gone = {UUID(id_) for id_ in made} | {UUID(one["id"]) for one in before}
    again = {one["remote_id"] for one in before if one["remote_id"]}
    for row in await unit.scalars(
        select(Relationship)
        .where(
            Relationship.firm_id == unit.firm_id,
            or_(Relationship.id.in_(gone), Relationship.remote_id.in_(again)),
        )
        .with_for_update()
    ):
        await unit.remove(row)
    await unit.flush()
    for one in before:
        unit.add(_from_json(one))
    await unit.flush()


def as_json(row: Relationship) -> dict[str, Any]:
    """A row for keeping, with its id."""
    return {
        "id": str(row.id), "client_id": str(row.client_id), "other_id": str(row.other_id) if row.other_id else None,
        "other_remote_id": row.other_remote_id, "tenant_id": str(row.tenant_id) if row.tenant_id else None,
        **{name: _plain(getattr(row, name)) for name in KEPT},
    }  # fmt: skip


def _from_json(one: Mapping[str, Any]) -> Relationship:
    def number(name: str) -> Decimal | None:
        return Decimal(one[name]) if one[name] is not None else None

    def day(name: str) -> date | None:
        return date.fromisoformat(one[name]) if one[name] else None

    def id_(name: str) -> UUID | None:
        return UUID(one[name]) if one[name] else None

    return Relationship(
        id=UUID(one["id"]), client_id=UUID(one["client_id"]), other_id=id_("other_id"), tenant_id=id_("tenant_id"),
        other_name=one["other_name"], other_remote_id=one["other_remote_id"], remote_id=one["remote_id"], type=one["type"],
        role=one["role"], inward=one["inward"], shares=number("shares"), percentage=number("percentage"), started_on=day("started_on"),
        ended_on=day("ended_on"),
    )  # fmt: skip


def _plain(value: Any) -> str | bool | None:
    if isinstance(value, bool):
        return value
    if isinstance(value, date):
        return value.isoformat()
    return None if value is None else str(value)


def _columns(one: Related) -> dict[str, Any]:
    return {
        "remote_id": one.remote_id or None, "type": one.type, "role": one.role, "inward": one.inward, "other_id": one.other_id,
        "other_remote_id": one.other_remote_id or None, "other_name": one.other_name, "shares": _money(one.shares),
        "percentage": _money(one.percentage), "started_on": one.started_on, "ended_on": one.ended_on,
    }  # fmt: skip


def _money(value: Decimal | None) -> Decimal | None:
    return value.quantize(Decimal("0.01")) if value is not None else None


class _Standing:
    """What is stored, found by its id there, or by who is related to whom as what where it has none."""

    def __init__(self, rows: Sequence[Relationship]) -> None:
        self._by_remote = {row.remote_id: row for row in rows if row.remote_id}
        self._by_ends = {_ends(row.client_id, row): row for row in rows if not row.remote_id}
        self._by_pair: dict[frozenset[UUID], list[Relationship]] = {}
        for row in rows:
            if row.remote_id and row.other_id:
                self._by_pair.setdefault(frozenset((row.client_id, row.other_id)), []).append(row)

    def add(self, row: Relationship) -> None:
        if row.remote_id:
            self._by_remote[row.remote_id] = row
        else:
            self._by_ends[_ends(row.client_id, row)] = row

    def find(self, client_id: UUID, one: Related) -> Relationship | None:
        return self._by_remote.get(one.remote_id) if one.remote_id else self._by_ends.get(_ends(client_id, one))

    def same(self, client_id: UUID, one: Related, *, but: Collection[str]) -> Relationship | None:
        """What the other side said of the two, where that is told no more; it is taken once."""
        if not (one.remote_id and one.other_id and one.role):
            return None
        pair = self._by_pair.get(frozenset((client_id, one.other_id)), [])
        found = next((row for row in pair if row.role in one.alike and row.remote_id not in but), None)
        if found is not None:
            pair.remove(found)
        return found


def _ends(client_id: UUID, one: Related | Relationship) -> tuple[Any, ...]:
    return client_id, one.other_id or one.other_remote_id or one.other_name, one.role or one.type, one.inward
