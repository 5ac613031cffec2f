"""Removes a profile of the firm's own. Clients that had it get the one that counts without it; old scores keep its name."""

from uuid import UUID

from sqlalchemy import delete

from practice.kernel.unit import Unit
from practice.scoring.jobs import ask_for_weighing
from practice.scoring.models import ProfileChoice, ProfileRow
from practice.scoring.problems import DefaultProfile, ShippedProfile
from practice.scoring.profiles import read_profiles
from practice.scoring.shipped import SHIPPED


async def remove_profile(unit: Unit, *, profile_id: UUID) -> None:
    """Raises NotFound, ShippedProfile, DefaultProfile."""
    if profile_id in SHIPPED:
        raise ShippedProfile(SHIPPED[profile_id].name)
    row = await unit.lock(ProfileRow, profile_id)
    if (await read_profiles(unit)).default_id == profile_id:
        raise DefaultProfile(row.name)
    await unit.execute(
        delete(ProfileChoice).where(ProfileChoice.firm_id == unit.firm_id, ProfileChoice.profile_id == profile_id)
    )
    await unit.remove(row)
    unit.record("profile.removed", on=row, name=row.name)
    await unit.flush()
    await ask_for_weighing(unit)
    unit.changed("profile", profile_id)
