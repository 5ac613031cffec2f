"""Which profile counts for a client: the one chosen for it, else for one of its tags, else the firm's default.

Where several of its tags have a profile, the one whose name comes first in the alphabet counts.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from practice.kernel.problems import NotFound
from practice.kernel.unit import Unit
from practice.scoring.models import ProfileChoice, ProfileRow, ProfileVersion
from practice.scoring.score import Profile
from practice.scoring.shipped import PRACTICE_ID, SHIPPED, line

SHIPPED_AT = datetime(2026, 11, 22, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Kept:
    """A profile with what a list of them says besides."""

    profile: Profile
    changed_at: datetime
    changed_by: UUID | None

    @property
    def shipped(self) -> bool:
        return self.profile.id in SHIPPED


@dataclass(frozen=True, slots=True)
class Profiles:
    """All of a firm's profiles, the shipped ones first, and for whom they were chosen."""

    kept: Mapping[UUID, Kept]
    default_id: UUID
    by_tag: Mapping[str, UUID]
    by_client: Mapping[UUID, UUID]

    def of(self, client_id: UUID, tags: Iterable[str]) -> Profile:
        """The profile that counts for a client."""
        chosen = self.by_client.get(client_id)
        if chosen is None:
            tagged = [self.by_tag[tag] for tag in tags if tag in self.by_tag]
            chosen = min(tagged, key=self._place, default=self.default_id)
        return self.kept[chosen].profile

    def named(self, profile_id: UUID) -> Kept:
        """Raises NotFound."""
        found = self.kept.get(profile_id)
        if found is None:
            raise NotFound(detail=f"There is no profile {profile_id}.")
        return found

    def _place(self, profile_id: UUID) -> tuple[str, str]:
        return self.kept[profile_id].profile.name.casefold(), str(profile_id)


async def read_profiles(unit: Unit) -> Profiles:
    """All of the firm's."""
    rows: list[ProfileRow] = await unit.scalars(select(ProfileRow).where(ProfileRow.firm_id == unit.firm_id))
    kept = {id_: Kept(profile, SHIPPED_AT, None) for id_, profile in SHIPPED.items() if id_}
    kept |= {
        row.id: Kept(profile_of(row), row.changed_at, row.changed_by)
        for row in sorted(rows, key=lambda row: row.name.casefold())
    }
    choices: list[ProfileChoice] = await unit.scalars(
        select(ProfileChoice).where(ProfileChoice.firm_id == unit.firm_id)
    )
    return Profiles(
        kept=kept,
        default_id=next((one.profile_id for one in choices if one.kind == "default"), PRACTICE_ID),
        by_tag={one.tag: one.profile_id for one in choices if one.tag is not None},
        by_client={one.client_id: one.profile_id for one in choices if one.client_id is not None},
    )


async def profile_versions(unit: Unit, profile_id: UUID) -> list[Kept]:
    """What a profile was and is, the newest first. Raises NotFound."""
    if profile_id in SHIPPED:
        return [Kept(SHIPPED[profile_id], SHIPPED_AT, None)]
    await unit.get(ProfileRow, profile_id)
    rows: list[ProfileVersion] = await unit.scalars(
        select(ProfileVersion)
        .where(ProfileVersion.firm_id == unit.firm_id, ProfileVersion.profile_id == profile_id)
        .order_by(ProfileVersion.version.desc())
    )
    return [Kept(profile_of(row), row.changed_at, row.changed_by) for row in rows]


def profile_of(row: ProfileRow | ProfileVersion) -> Profile:
    return Profile(
        name=row.name,
        version=row.version,
        entries=tuple(line(each["code"], each["weight"]) for each in row.entries),
        id=row.id if isinstance(row, ProfileRow) else row.profile_id,
        cap_critical=row.cap_critical,
        thresholds=dict(row.thresholds),
    )


def content_of(profile: Profile) -> dict[str, Any]:
    """A profile's content as rows keep it."""
    return {
        "name": profile.name,
        "version": profile.version,
        "cap_critical": profile.cap_critical,
        "entries": [{"code": entry.code, "weight": entry.weight} for entry in profile.entries],
        "thresholds": dict(profile.thresholds),
    }


