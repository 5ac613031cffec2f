"""Changes a profile: a new version of it, and the clients it counts for are weighed anew."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from practice.kernel.problems import Invalid, Stale
from practice.kernel.unit import Unit
from practice.scoring.check_profile import Weighted, wrong_entries, wrong_name, wrong_thresholds
from practice.scoring.jobs import ask_for_weighing
from practice.scoring.models import ProfileRow, ProfileVersion
from practice.scoring.problems import ShippedProfile
from practice.scoring.profiles import Kept, content_of, profile_of, read_profiles
from practice.scoring.shipped import SHIPPED


async def change_profile(
    unit: Unit,
    *,
    profile_id: UUID,
    name: str,
    entries: Sequence[Weighted],
    cap_critical: bool,
    thresholds: Mapping[str, int],
    version: int,
) -> Kept:
    """All of it or nothing. Raises NotFound, ShippedProfile, Stale, Invalid naming each wrong field."""
    if profile_id in SHIPPED:
        raise ShippedProfile(SHIPPED[profile_id].name)
    row = await unit.lock(ProfileRow, profile_id)
    if row.version != version:
        raise Stale(
            detail=f"{row.name} was changed by somebody else since you opened it. Nothing was saved.",
            extensions={"current_version": row.version},
        )
    others = [kept.profile.name for id_, kept in (await read_profiles(unit)).kept.items() if id_ != profile_id]
    errors = wrong_name(name.strip(), others) + wrong_entries(entries) + wrong_thresholds(thresholds)
    if errors:
        raise Invalid(errors)
    before = content_of(profile_of(row))
    row.name, row.cap_critical = name.strip(), cap_critical
    row.entries = [{"code": entry.code, "weight": entry.weight} for entry in entries]
    row.thresholds = dict(thresholds)
    after = content_of(profile_of(row))
    if after == before:
        return Kept(profile_of(row), row.changed_at, row.changed_by)
    row.version += 1
    row.changed_at, row.changed_by = unit.now, unit.actor.member_id
    after = content_of(profile_of(row))
    unit.add(
        ProfileVersion(profile_id=row.id, **after, changed_at=row.changed_at, changed_by=row.changed_by)
    )
    unit.record(
        "profile.changed",
        on=row,
        before={key: value for key, value in before.items() if after[key] != value},
        after={key: value for key, value in after.items() if before[key] != value},
    )
    await unit.flush()
    await ask_for_weighing(unit)
    unit.changed("profile", row.id)
    return Kept(profile_of(row), row.changed_at, row.changed_by)
