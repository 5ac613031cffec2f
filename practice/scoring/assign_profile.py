"""Chooses the profile that counts: for clients with a tag, for single clients, or for everybody without another."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete, or_
from sqlalchemy.dialects.postgresql import insert

from practice.clients.models import Client
from practice.kernel.unit import Unit
from practice.scoring.jobs import ask_for_weighing
from practice.scoring.models import ProfileChoice
from practice.scoring.profiles import read_profiles


async def assign_profile(
    unit: Unit, *, profile_id: UUID | None, tags: Sequence[str], client_ids: Sequence[UUID]
) -> None:
    """For each of them; None takes their own choice away. Raises NotFound for a profile or a client, changing nothing."""
    profiles = await read_profiles(unit)
    name = profiles.named(profile_id).profile.name if profile_id else None
    await unit.find(Client, client_ids)
    tags = sorted({tag.strip() for tag in tags if tag.strip()})
    if profile_id is None:
        await unit.execute(
            delete(ProfileChoice).where(
                ProfileChoice.firm_id == unit.firm_id,
                or_(ProfileChoice.tag.in_(tags), ProfileChoice.client_id.in_(client_ids)),
            )
        )
    else:
        chosen: list[dict[str, Any]] = [{"kind": "tag", "tag": tag, "client_id": None} for tag in tags]
        chosen += [{"kind": "client", "tag": None, "client_id": id_} for id_ in dict.fromkeys(client_ids)]
        await choose(unit, profile_id, chosen)
    unit.record(
        "profile.assigned",
        profile_id=str(profile_id) if profile_id else None,
        name=name,
        tags=tags,
        clients=[str(id_) for id_ in client_ids],
    )
    await ask_for_weighing(unit)
    unit.changed("profile", profile_id or unit.firm_id)


async def make_default(unit: Unit, *, profile_id: UUID) -> None:
    """Raises NotFound."""
    profiles = await read_profiles(unit)
    kept = profiles.named(profile_id)
    if profiles.default_id == profile_id:
        return
    await choose(unit, profile_id, [{"kind": "default", "tag": None, "client_id": None}])
    unit.record("profile.made_default", profile_id=str(profile_id), name=kept.profile.name)
    await ask_for_weighing(unit)
    unit.changed("profile", profile_id)


async def choose(unit: Unit, profile_id: UUID, targets: Sequence[dict[str, Any]]) -> None:
    """A target has one choice: a new one takes the place of the last."""
    if not targets:
        return
    rows = [
        {"firm_id": unit.firm_id, "id": unit.ids.new(), "created_at": unit.now, "profile_id": profile_id, **target}
        for target in targets
    ]
    statement = insert(ProfileChoice).values(rows)
    await unit.execute(
        statement.on_conflict_do_update(
            index_elements=["firm_id", "kind", "tag", "client_id"], set_={"profile_id": profile_id}
        )
    )
