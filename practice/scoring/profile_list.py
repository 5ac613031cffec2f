"""Profiles as screens list them: with who changed them, their tags, and for how many clients each counts."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from practice.clients.models import Client
from practice.firms.models import Member
from practice.kernel.unit import Unit
from practice.scoring.profiles import Kept, profile_versions, read_profiles
from practice.scoring.score import Entry


@dataclass(frozen=True, slots=True)
class OwnClient:
    """A client that a profile was chosen for by itself, whatever its tags."""

    id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class Listed:
    """A profile, or a version of one, where nothing is said of clients."""

    id: UUID | None
    name: str
    version: int
    shipped: bool
    cap_critical: bool
    entries: Sequence[Entry]
    thresholds: dict[str, int]
    changed_at: datetime
    changed_by: str | None
    is_default: bool = False
    tags: Sequence[str] = ()
    clients: int = 0
    own_clients: Sequence[OwnClient] = ()


async def list_profiles(unit: Unit) -> list[Listed]:
    """The shipped ones first, then by name."""
    profiles = await read_profiles(unit)
    names = await _names(unit, profiles.kept.values())
    clients = await unit.rows(
        select(Client.id, Client.name, Client.tags)
        .where(Client.firm_id == unit.firm_id, Client.state != "archived")
        .order_by(func.lower(Client.name), Client.id)
    )
    counted = Counter(profiles.of(row.id, row.tags).id for row in clients)
    return [
        _listed(
            kept,
            names,
            is_default=id_ == profiles.default_id,
            tags=sorted(tag for tag, chosen in profiles.by_tag.items() if chosen == id_),
            clients=counted[id_],
            own_clients=[OwnClient(row.id, row.name) for row in clients if profiles.by_client.get(row.id) == id_],
        )
        for id_, kept in profiles.kept.items()
    ]


async def one_profile(unit: Unit, profile_id: UUID | None) -> Listed:
    """One line of the list."""
    return next(one for one in await list_profiles(unit) if one.id == profile_id)


async def list_versions(unit: Unit, profile_id: UUID) -> list[Listed]:
    """What a profile was and is, the newest first. Raises NotFound."""
    versions = await profile_versions(unit, profile_id)
    names = await _names(unit, versions)
    return [_listed(kept, names) for kept in versions]


def _listed(kept: Kept, names: dict[UUID, str], **of_clients: Any) -> Listed:
    profile = kept.profile
    return Listed(
        id=profile.id,
        name=profile.name,
        version=profile.version,
        shipped=kept.shipped,
        cap_critical=profile.cap_critical,
        entries=profile.entries,
        thresholds=dict(profile.thresholds),
        changed_at=kept.changed_at,
        changed_by=names.get(kept.changed_by) if kept.changed_by else None,
        **of_clients,
    )


async def _names(unit: Unit, kept: Iterable[Kept]) -> dict[UUID, str]:
    ids = {one.changed_by for one in kept if one.changed_by}
    rows = await unit.rows(select(Member.id, Member.name).where(Member.firm_id == unit.firm_id, Member.id.in_(ids)))
    return {row.id: row.name for row in rows}
