"""Score profiles: which checks make the Health Score and what each weighs, for whom, and what other weights would do."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import ConfigDict, Field

from api.deps import UnitDep
from api.pages import Page
from api.problems import raises
from api.wire import In, Out
from practice.kernel.problems import Invalid, NotFound, Stale
from practice.scoring import assign_profile as assigning
from practice.scoring import profile_list as reads
from practice.scoring.change_profile import change_profile as change
from practice.scoring.check_profile import Weighted
from practice.scoring.create_profile import create_profile as create
from practice.scoring.preview_profile import preview_profile as preview
from practice.scoring.problems import DefaultProfile, ShippedProfile
from practice.scoring.remove_profile import remove_profile as remove

router = APIRouter(prefix="/profiles", tags=["profiles"])

COPY = "b7f1c0de-0001-7000-8000-000000000001"
LINES: list[Any] = [{"code": code, "weight": 20} for code in ("DQ01", "DQ06", "DQ07", "DQ12+13", "DQ27")]


class ProfileEntry(Out):
    """A line of a profile: a check, or several that count `together` by the sum of their counts or mean of their degrees."""

    code: str
    codes: list[str]
    title: str
    weight: int
    together: bool


class OwnClient(Out):
    id: UUID
    name: str


class Profile(Out):
    """A profile. `clients`: for how many it counts now. Several tags with a profile: the first by name counts.

    `own_clients`: those it was chosen for one by one, whatever their tags.
    """

    id: UUID
    name: str
    version: int
    shipped: bool
    is_default: bool
    cap_critical: bool
    entries: list[ProfileEntry]
    thresholds: dict[str, int]
    tags: list[str]
    clients: int
    own_clients: list[OwnClient]
    changed_at: datetime
    changed_by: str | None


class ProfileVersion(Out):
    """What a profile was."""

    version: int
    name: str
    cap_critical: bool
    entries: list[ProfileEntry]
    thresholds: dict[str, int]
    changed_at: datetime
    changed_by: str | None


class Line(In):
    code: Annotated[str, Field(max_length=20)]
    weight: int


class NewProfile(In):
    model_config = ConfigDict(json_schema_extra={"example": {"name": "Retail", "copy_of": COPY}})

    name: Annotated[str, Field(max_length=200)]
    copy_of: UUID


class ChangedProfile(In):
    model_config = ConfigDict(
        json_schema_extra={
            "example": {"name": "Retail", "entries": LINES, "cap_critical": False, "thresholds": {}, "version": 1}
        }
    )

    name: Annotated[str, Field(max_length=200)]
    entries: Annotated[list[Line], Field(max_length=100)]
    cap_critical: bool
    thresholds: dict[str, int]
    version: int


class Assignment(In):
    model_config = ConfigDict(json_schema_extra={"example": {"profile_id": None, "tags": ["retail"], "client_ids": []}})

    profile_id: UUID | None
    tags: Annotated[list[Annotated[str, Field(max_length=40)]], Field(max_length=200)]
    client_ids: Annotated[list[UUID], Field(max_length=1000)]


class Draft(In):
    model_config = ConfigDict(json_schema_extra={"example": {"entries": LINES, "cap_critical": False}})

    entries: Annotated[list[Line], Field(max_length=100)]
    cap_critical: bool


class Bands(Out):
    healthy: int
    attention: int
    at_risk: int
    unscored: int


class MovedClient(Out):
    client_id: UUID
    name: str
    before: int | None
    after: int | None


class ProfilePreview(Out):
    """What other weights would do to all clients: the largest moves first, at most 200."""

    clients: int
    bands_before: Bands
    bands_after: Bands
    average_before: int | None
    average_after: int | None
    moved: list[MovedClient]


@router.get("")
async def list_profiles(unit: UnitDep) -> Page[Profile]:
    """The shipped profiles and the firm's own. For a client counts the one chosen for it, else for a tag, else the default."""
    listed = [_profile(one) for one in await reads.list_profiles(unit)]
    return Page(items=listed, next_cursor=None, total=len(listed))


@router.post("", status_code=201, responses=raises(NotFound, Invalid))
async def create_profile(body: NewProfile, unit: UnitDep) -> Profile:
    """A copy of a profile, which can then be changed. It counts for nobody until it is assigned."""
    kept = await create(unit, name=body.name, copy_of=body.copy_of)
    return _profile(await reads.one_profile(unit, kept.profile.id))


@router.post("/preview", responses=raises(Invalid))
async def preview_profile(body: Draft, unit: UnitDep) -> ProfilePreview:
    """What these weights would make of every client's score. Nothing is kept."""
    found = await preview(unit, entries=_lines(body.entries), cap_critical=body.cap_critical)
    return ProfilePreview.model_validate(found)


@router.put("/assignments", status_code=204, responses=raises(NotFound, Invalid))
async def assign_profile(body: Assignment, unit: UnitDep) -> None:
    """Choose the profile of tags and clients; null takes their own choice away. Their scores are weighed anew."""
    await assigning.assign_profile(unit, profile_id=body.profile_id, tags=body.tags, client_ids=body.client_ids)


@router.put("/{profile_id}", responses=raises(NotFound, Invalid, Stale, ShippedProfile))
async def change_profile(profile_id: UUID, body: ChangedProfile, unit: UnitDep) -> Profile:
    """A new version: 5 to 12 checks whose whole weights sum to 100. The scores of its clients are weighed anew."""
    await change(
        unit,
        profile_id=profile_id,
        name=body.name,
        entries=_lines(body.entries),
        cap_critical=body.cap_critical,
        thresholds=body.thresholds,
        version=body.version,
    )
    return _profile(await reads.one_profile(unit, profile_id))


@router.delete("/{profile_id}", status_code=204, responses=raises(NotFound, ShippedProfile, DefaultProfile))
async def remove_profile(profile_id: UUID, unit: UnitDep) -> None:
    """Its clients get the profile that counts without it. Old scores stay what they were."""
    await remove(unit, profile_id=profile_id)


@router.put("/{profile_id}/default", responses=raises(NotFound))
async def make_default(profile_id: UUID, unit: UnitDep) -> Profile:
    """Let it count for every client without another. Their scores are weighed anew."""
    await assigning.make_default(unit, profile_id=profile_id)
    return _profile(await reads.one_profile(unit, profile_id))


@router.get("/{profile_id}/versions", responses=raises(NotFound))
async def list_profile_versions(profile_id: UUID, unit: UnitDep) -> Page[ProfileVersion]:
    """What a profile was and is, the newest first."""
    listed = [ProfileVersion.model_validate(_told(one, ProfileVersion)) for one in await reads.list_versions(unit, profile_id)]
    return Page(items=listed, next_cursor=None, total=len(listed))


def _lines(lines: list[Line]) -> list[Weighted]:
    return [Weighted(line.code, line.weight) for line in lines]


def _profile(listed: reads.Listed) -> Profile:
    return Profile.model_validate(_told(listed, Profile))


def _told(listed: reads.Listed, shape: type[Profile] | type[ProfileVersion]) -> dict[str, Any]:
    told = {name: getattr(listed, name) for name in shape.model_fields if name != "entries"}
    return told | {
        "entries": [
            {
                "code": entry.code,
                "codes": list(entry.codes),
                "title": entry.title,
                "weight": entry.weight,
                "together": len(entry.codes) > 1,
            }
            for entry in listed.entries
        ]
    }
