"""A firm's own profiles: whom they count for, and what a change of one does to the scores that there are."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select

from practice.clients.configure_clients import Configuration, configure_clients
from practice.clients.models import Client
from practice.kernel.context import Run
from practice.kernel.problems import Invalid, NotFound, Stale
from practice.kernel.record import ReadRecord
from practice.scoring import reads
from practice.scoring.assign_profile import assign_profile, make_default
from practice.scoring.catalogue import catalogue
from practice.scoring.change_profile import change_profile
from practice.scoring.check_profile import Weighted, wrong_entries, wrong_thresholds
from practice.scoring.create_profile import create_profile
from practice.scoring.models import ProfileVersion, Scorecard
from practice.scoring.preview_profile import preview_profile
from practice.scoring.problems import DefaultProfile, ShippedProfile
from practice.scoring.profile_list import list_profiles, list_versions
from practice.scoring.profiles import read_profiles
from practice.scoring.remove_profile import remove_profile
from practice.scoring.score import Profile
from practice.scoring.score_client import rescore_client
from practice.scoring.shipped import PRACTICE, PRACTICE_ID, PRECISION_ID
from practice.scoring.weigh_clients import weigh_clients
from tests.practice.scoring.conftest import Scene
from tests.practice.scoring.test_score_client import DRAFT_DAY
from worker.jobs.read_record import read

FIVE = ("DQ15", "DQ06", "DQ27", "DQ30", "DQ07")


def lines(*weights: int, codes: tuple[str, ...] = FIVE) -> list[Weighted]:
    return [Weighted(code, weight) for code, weight in zip(codes, weights, strict=True)]


async def create(scene: Scene, name: str) -> UUID:
    async with scene.ctx.unit() as unit:
        kept = await create_profile(unit, name=name, copy_of=PRACTICE_ID)
    assert kept.profile.id
    return kept.profile.id


async def change(scene: Scene, id_: UUID, entries: list[Weighted], **more: Any) -> Profile:
    async with scene.ctx.unit() as unit:
        wanted: dict[str, Any] = {"name": "Retail", "cap_critical": False, "thresholds": {}, "version": 1} | more
        return (await change_profile(unit, profile_id=id_, entries=entries, **wanted)).profile


async def assign(scene: Scene, id_: UUID | None, *tags: str, clients: tuple[UUID, ...] = ()) -> None:
    async with scene.ctx.unit() as unit:
        await assign_profile(unit, profile_id=id_, tags=tags, client_ids=clients)


async def weigh(scene: Scene) -> None:
    await weigh_clients(Run(scene.ctx.lent, scene.ctx.actor))


async def last(scene: Scene) -> Scorecard:
    async with scene.ctx.unit(write=False) as unit:
        card, _ = await reads.latest_scorecard(unit, scene.client_id)
    return card


async def test_client_before_tag_before_default(scene: Scene) -> None:
    retail, farm = await create(scene, "Retail"), await create(scene, "Farms")
    await assign(scene, retail, "shop")
    await assign(scene, farm, "land")
    await assign(scene, PRECISION_ID, clients=(scene.client_id,))
    async with scene.ctx.unit(write=False) as unit:
        profiles = await read_profiles(unit)
    assert profiles.of(scene.client_id, ["shop"]).id == PRECISION_ID
    other = UUID(int=3)
    assert profiles.of(other, ["shop"]).id == retail
    assert profiles.of(other, ["shop", "land"]).name == "Farms"
    assert profiles.of(other, ["nothing"]).name == "first"
    await assign(scene, None, clients=(scene.client_id,))
    async with scene.ctx.unit() as unit:
        await make_default(unit, profile_id=PRACTICE_ID)
    async with scene.ctx.unit(write=False) as unit:
        profiles = await read_profiles(unit)
        listed = {one.name: one for one in await list_profiles(unit)}
    assert profiles.of(scene.client_id, ["shop"]).id == retail
    assert profiles.of(other, []).id == PRACTICE_ID
    assert (listed["Practice"].is_default, listed["Practice"].clients, listed["Retail"].tags) == (True, 1, ["shop"])


async def test_a_firm_that_chose_nothing_has_the_shipped_profile(scene: Scene) -> None:
    async with scene.ctx.unit() as unit:
        await make_default(unit, profile_id=PRACTICE_ID)
        assert (await read_profiles(unit)).of(scene.client_id, []) == PRACTICE


@pytest.mark.parametrize(
    ("entries", "errors"),
    [
        (lines(20, 20, 20, 20, 15), [("/entries", "The weights sum to 95 and must sum to 100. Add 5.")]),
        (
            lines(20, 20, 20, 20, 25),
            [("/entries", "The weights sum to 105 and must sum to 100. Take away 5.")],
        ),
        (
            lines(50, 50, codes=("DQ15", "DQ06")),
            [("/entries", "5 to 12 checks; there are 2.")],
        ),
        (
            lines(20, 20, 20, 20, 20, codes=("DQ15", "DQ06", "DQ27", "DQ30", "DQ99")),
            [("/entries/4/code", "There is no check DQ99. GET /checks lists them.")],
        ),
        (
            lines(20, 20, 20, 20, 20, codes=("DQ12+13", "DQ12", "DQ27", "DQ30", "DQ07")),
            [("/entries/1/code", "DQ12 counts in DQ12+13 already. Take one of them out.")],
        ),
        (
            lines(0, 101, 1, 1, -3),
            [(f"/entries/{at}/weight", "A whole number from 1 to 100.") for at in (0, 1, 4)],
        ),
    ],
)
async def test_what_does_not_hold_is_named_and_changes_nothing(
    scene: Scene, entries: list[Weighted], errors: list[tuple[str, str]]
) -> None:
    id_ = await create(scene, "Retail")
    with pytest.raises(Invalid) as refused:
        await change(scene, id_, entries)
    assert [(error.pointer, error.detail) for error in refused.value.errors] == errors
    async with scene.ctx.unit(write=False) as unit:
        (version,) = await list_versions(unit, id_)
    assert version.entries == PRACTICE.entries
    assert await scene.jobs("weigh_clients") == []


def test_thresholds_are_within_their_bounds() -> None:
    code, check = next((code, check) for code, check in catalogue().items() if check.threshold)
    assert check.threshold
    assert wrong_thresholds({code: check.threshold.most}) == []
    assert [error.pointer for error in wrong_thresholds({code: check.threshold.most + 1, "DQ27": 3})] == [
        f"/thresholds/{code}",
        "/thresholds/DQ27",
    ]


def test_a_check_that_is_not_scored_has_no_weight() -> None:
    unscored = [code for code, check in catalogue().items() if not check.scored]
    for code in unscored:
        (error,) = wrong_entries(lines(20, 20, 20, 20, 20, codes=(code, *FIVE[1:])))
        assert error.pointer == "/entries/0/code"


async def test_versions_and_who_came_first(scene: Scene) -> None:
    id_ = await create(scene, "Retail")
    assert (await change(scene, id_, lines(40, 20, 20, 10, 10))).version == 2
    assert (await change(scene, id_, lines(40, 20, 20, 10, 10), version=2)).version == 2
    with pytest.raises(Stale):
        await change(scene, id_, lines(20, 20, 20, 20, 20), version=1)
    async with scene.ctx.unit(write=False) as unit:
        versions = await list_versions(unit, id_)
    assert [(one.version, one.entries[0].weight, one.changed_by) for one in versions] == [(2, 40, "Ada"), (1, 20, "Ada")]
    with pytest.raises(Invalid):
        await create(scene, "retail ")
    with pytest.raises(NotFound):
        await change(scene, UUID(int=4), lines(20, 20, 20, 20, 20))


async def test_what_ships_and_what_counts_by_default_stay(scene: Scene) -> None:
    with pytest.raises(ShippedProfile):
        await change(scene, PRACTICE_ID, lines(20, 20, 20, 20, 20))
    id_ = await create(scene, "Retail")
    async with scene.ctx.unit() as unit:
        await make_default(unit, profile_id=id_)
    for refused, kind in ((PRACTICE_ID, ShippedProfile), (id_, DefaultProfile)):
        with pytest.raises(kind):
            async with scene.ctx.unit() as unit:
                await remove_profile(unit, profile_id=refused)
    async with scene.ctx.unit() as unit:
        await make_default(unit, profile_id=PRACTICE_ID)
        await remove_profile(unit, profile_id=id_)
    async with scene.ctx.unit(write=False) as unit:
        assert "Retail" not in {one.name for one in await list_profiles(unit)}
        kept = await unit.scalar(
            select(func.count()).select_from(ProfileVersion).where(ProfileVersion.firm_id == unit.firm_id)
        )
    assert kept == 1


async def test_weighing_anew_is_judging_anew(scene: Scene) -> None:
    """The same books by another profile: from the measures kept, and from the books themselves."""
    await scene.document("B1", 110, DRAFT_DAY, status="DRAFT")
    await scene.document("B2", 110, DRAFT_DAY)
    await scene.document("B3", 110, DRAFT_DAY)
    first = await scene.score()
    id_ = await create(scene, "Retail")
    await change(scene, id_, lines(60, 10, 10, 10, 10))
    await assign(scene, id_, clients=(scene.client_id,))
    assert len(await scene.jobs("weigh_clients")) >= 1
    await weigh(scene)
    weighed = await last(scene)
    assert (weighed.profile, weighed.profile_version) == ("Retail", 2)
    assert weighed.value != first.value
    client = await scene.client()
    assert (client.score, client.band, client.trend[-1]) == (weighed.value, weighed.band, weighed.value)
    judged = await scene.score()
    for name in ("value", "band", "coverage", "entries", "checks", "measures", "profile_id", "profile_version"):
        assert getattr(judged, name) == getattr(weighed, name), name


async def test_weighing_twice_is_weighing_once(scene: Scene) -> None:
    await scene.score()
    id_ = await create(scene, "Retail")
    await assign(scene, id_, clients=(scene.client_id,))
    await weigh(scene)
    card = await last(scene)
    await weigh(scene)
    assert (await last(scene)).id == card.id


async def test_another_threshold_is_judged_and_not_weighed(scene: Scene) -> None:
    code, threshold = next((code, check.threshold) for code, check in catalogue().items() if check.threshold)
    await scene.score()
    id_ = await create(scene, "Retail")
    await change(scene, id_, lines(20, 20, 20, 20, 20), thresholds={code: threshold.least})
    await assign(scene, id_, clients=(scene.client_id,))
    await scene.jobs("weigh_clients")
    before = await last(scene)
    await weigh(scene)
    assert (await last(scene)).id == before.id
    asked = await scene.jobs("rescore_client")
    assert ([job["client_id"] for job in asked], await scene.jobs("score_client")) == ([str(scene.client_id)], [])
    await rescore_client(scene.ctx, client_id=scene.client_id)
    card = await last(scene)
    assert (card.basis["thresholds"], card.profile) == ({code: threshold.least}, "Retail")
    # An import's score that came first has seen the profile already: nothing is left to do.
    await rescore_client(scene.ctx, client_id=scene.client_id)
    assert (await last(scene)).id == card.id


async def test_a_preview_says_what_weighing_does(scene: Scene) -> None:
    await scene.document("B1", 110, DRAFT_DAY, status="DRAFT")
    first = await scene.score()
    entries = lines(60, 10, 10, 10, 10)
    async with scene.ctx.unit(write=False) as unit:
        preview = await preview_profile(unit, entries=entries, cap_critical=False)
    id_ = await create(scene, "Retail")
    await change(scene, id_, entries)
    await assign(scene, id_, clients=(scene.client_id,))
    await weigh(scene)
    after = (await last(scene)).value
    assert [(one.name, one.before, one.after) for one in preview.moved] == [("Acme", first.value, after)]
    assert (preview.clients, preview.average_before, preview.average_after) == (1, first.value, after)
    with pytest.raises(Invalid):
        async with scene.ctx.unit(write=False) as unit:
            await preview_profile(unit, entries=entries[1:], cap_critical=False)


async def test_archived_clients_are_left_alone(scene: Scene) -> None:
    card = await scene.score()
    async with scene.ctx.unit() as unit:
        (await unit.get(Client, scene.client_id)).state = "archived"
    id_ = await create(scene, "Retail")
    await assign(scene, id_, clients=(scene.client_id,))
    await weigh(scene)
    assert (await last(scene)).id == card.id


async def test_other_tags_may_be_another_profile(scene: Scene) -> None:
    """Whoever reads the record asks for the weighing: the verb that changes tags knows nothing of scores."""
    await scene.score()
    id_ = await create(scene, "Retail")
    await assign(scene, id_, "shop")
    await weigh(scene)
    assert (await last(scene)).profile == "first"
    async with scene.ctx.unit() as unit:
        await configure_clients(unit, changes=[Configuration(scene.client_id, tags=["shop"])])
    await scene.jobs("weigh_clients")
    await read(Run(scene.ctx.lent, scene.ctx.actor), ReadRecord())
    assert len(await scene.jobs("weigh_clients")) >= 1
    await weigh(scene)
    assert (await last(scene)).profile == "Retail"
