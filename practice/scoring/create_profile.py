"""Adds a profile of the firm's own, as a copy of another one; it counts for nobody until it is chosen."""

from uuid import UUID

from practice.kernel.problems import FieldError, Invalid
from practice.kernel.unit import Unit
from practice.scoring.check_profile import wrong_name
from practice.scoring.models import ProfileRow, ProfileVersion
from practice.scoring.profiles import Kept, content_of, profile_of, read_profiles

MOST_PROFILES = 50


async def create_profile(unit: Unit, *, name: str, copy_of: UUID) -> Kept:
    """Raises NotFound for what is to be copied, Invalid for a name that is taken or one profile too many."""
    profiles = await read_profiles(unit)
    content = content_of(profiles.named(copy_of).profile) | {"name": name.strip(), "version": 1}
    errors = wrong_name(name.strip(), [kept.profile.name for kept in profiles.kept.values()])
    if sum(not kept.shipped for kept in profiles.kept.values()) >= MOST_PROFILES:
        errors.append(FieldError("/name", f"A firm has at most {MOST_PROFILES} profiles. Remove one first."))
    if errors:
        raise Invalid(errors)
    row = unit.add(ProfileRow(**content, changed_at=unit.now, changed_by=unit.actor.member_id))
    await unit.flush()
    unit.add(
        ProfileVersion(profile_id=row.id, **content, changed_at=unit.now, changed_by=unit.actor.member_id)
    )
    unit.record("profile.created", on=row, name=row.name, copy_of=str(copy_of))
    unit.changed("profile", row.id)
    return Kept(profile_of(row), row.changed_at, row.changed_by)
