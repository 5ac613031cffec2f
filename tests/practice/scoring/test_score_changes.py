"""Why a score moved, and what it would be: from kept measures and issues, against the books themselves."""

from datetime import date, timedelta
from decimal import Decimal
from types import SimpleNamespace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from practice.kernel.problems import NotFound
from practice.ledgers.models.contacts import Contact
from practice.ledgers.models.documents import Document
from practice.scoring.catalogue import catalogue
from practice.scoring.check import Finding, Found, measure
from practice.scoring.models import Issue, Scorecard
from practice.scoring.problems import NothingBefore
from practice.scoring.score import Judged
from practice.scoring.score_changes import Explained, explain_change
from practice.scoring.what_if import WhatIf, what_if, without
from tests.practice.scoring.conftest import Scene
from tests.practice.scoring.test_profiles import assign, change, create, lines, weigh
from tests.practice.scoring.test_score_client import DRAFT_DAY, dismiss

PERIOD_END = date(2026, 10, 31)


async def explained(scene: Scene, **ids: UUID) -> Explained:
    async with scene.ctx.unit(write=False) as unit:
        return await explain_change(unit, client_id=scene.client_id, **ids)


async def supposed(scene: Scene, *issues: Issue, codes: tuple[str, ...] = ()) -> WhatIf:
    async with scene.ctx.unit(write=False) as unit:
        return await what_if(unit, client_id=scene.client_id, issue_ids=[issue.id for issue in issues], codes=codes)


def adds_up(found: Explained) -> None:
    assert sum((part.step.rounded for part in found.parts), Decimal(0)) + found.rounding == found.change
    assert found.before.value is not None
    assert found.after.value == found.before.value + found.change


async def test_two_drafts_and_a_twin(scene: Scene) -> None:
    await scene.document("B0", 90, DRAFT_DAY)
    await scene.score()
    for number, day in (("B1", DRAFT_DAY), ("B2", DRAFT_DAY - timedelta(days=8))):
        await scene.document(number, 110, day, status="DRAFT")
    await scene.contact("ACME LTD")
    await scene.score()
    found = await explained(scene)
    adds_up(found)
    parts = {part.step.code: part for part in found.parts}
    assert {code: (part.went.opened, part.went.gone) for code, part in parts.items()} == {"DQ15": (2, 0), "DQ06": (1, 0)}
    assert parts["DQ15"].step.points < 0
    assert (parts["DQ15"].step.before, parts["DQ15"].says) == ("Nothing to do.", "2 opened.")
    assert parts["DQ15"].step.after == "Not approved: 2. At the end of the period the oldest was 38 days old."
    assert {issue.title for issue in parts["DQ15"].went.issues} == {"Bill B1", "Bill B2"}


async def test_what_went_away_and_what_was_set_aside(scene: Scene) -> None:
    for number in ("B1", "B2"):
        await scene.document(number, 110, DRAFT_DAY, status="DRAFT")
    await scene.contact("ACME LTD")
    low = await scene.score()
    await scene.change(Document, "B1", status="AUTHORISED")
    (twins,) = await scene.issues("DQ06")
    scene.clock.move(timedelta(minutes=1))
    await dismiss(scene, twins.id)
    await scene.score()
    await scene.change(Document, "B2", status="AUTHORISED")
    high = await scene.score()
    found = await explained(scene, from_id=low.id, to_id=high.id)
    adds_up(found)
    assert found.change > 0
    gone = {part.step.code: part.went.gone for part in found.parts}
    assert (gone["DQ15"], gone["DQ06"]) == (2, 1)
    assert (await explained(scene, from_id=high.id, to_id=low.id)).before.id == low.id


async def test_by_default_it_is_the_last_other_value(scene: Scene) -> None:
    with pytest.raises(NothingBefore):
        await explained(scene)
    first = await scene.score()
    with pytest.raises(NothingBefore):
        await explained(scene)
    await scene.document("B1", 110, DRAFT_DAY, status="DRAFT")
    second = await scene.score()
    third = await scene.score()
    assert second.value == third.value
    found = await explained(scene)
    assert (found.before.id, found.after.id) == (first.id, third.id)
    with pytest.raises(NotFound):
        await explained(scene, from_id=UUID(int=5))


async def test_the_profile_is_a_part_of_its_own(scene: Scene) -> None:
    await scene.score()
    await scene.document("B1", 110, DRAFT_DAY, status="DRAFT")
    await scene.score()
    id_ = await create(scene, "Retail")
    await change(scene, id_, lines(60, 10, 10, 10, 10))
    await assign(scene, id_, clients=(scene.client_id,))
    await weigh(scene)
    by_weights = await explained(scene)
    adds_up(by_weights)
    assert [part.step.code for part in by_weights.parts] == ["profile"]
    async with scene.ctx.unit(write=False) as unit:
        cards: list[Scorecard] = await unit.scalars(
            Scorecard.__table__.select().with_only_columns(Scorecard.id).order_by(Scorecard.scored_at)
        )
    first, last = cards[0], cards[-1]
    assert isinstance(first, UUID)
    assert isinstance(last, UUID)
    both = await explained(scene, from_id=first, to_id=last)
    adds_up(both)
    assert {part.step.code for part in both.parts} >= {"profile", "DQ15"}
    assert both.parts[0].step.before == "first, version 1" or both.parts[-1].step.before == "first, version 1"


async def test_a_scorecard_from_before_measures_were_kept(scene: Scene) -> None:
    old = await scene.score()
    async with scene.ctx.unit() as unit:
        card = await unit.get(Scorecard, old.id)
        card.measures, card.basis, card.profile_id, card.profile = {}, {}, None, "earlier"
        card.entries = [{key: is_ for key, is_ in line.items() if key not in ("exact", "together")} for line in card.entries]
    await scene.document("B1", 110, DRAFT_DAY, status="DRAFT")
    await scene.score()
    found = await explained(scene)
    adds_up(found)
    assert {part.step.code for part in found.parts} >= {"DQ15"}


async def test_what_if_is_what_comes(scene: Scene) -> None:
    await scene.document("B0", 90, DRAFT_DAY)
    for number, days in (("B1", 0), ("B2", 20)):
        await scene.document(number, 110, DRAFT_DAY - timedelta(days=days), status="DRAFT")
    await scene.contact("ACME LTD")
    card = await scene.score()
    drafts, twins = await scene.issues("DQ15"), await scene.issues("DQ06")
    older = next(issue for issue in drafts if issue.title == "Bill B2")
    would = await supposed(scene, older)
    await scene.change(Document, "B2", status="DELETED")
    assert (await scene.score()).value == would.value
    assert card.value is not None
    assert would.change == would.value - card.value
    assert [code for code, _ in would.parts] == ["DQ15"]
    every = await supposed(scene, *[i for i in (*drafts, *twins) if i.id != older.id])
    await scene.change(Document, "B1", status="DELETED")
    await scene.change(Contact, "ACME LTD", status="ARCHIVED")
    assert (await scene.score()).value == every.value


async def test_all_issues_of_a_check_are_the_check(scene: Scene) -> None:
    for number in ("B1", "B2"):
        await scene.document(number, 110, DRAFT_DAY, status="DRAFT")
    await scene.score()
    by_issue, by_code = await supposed(scene, *await scene.issues("DQ15")), await supposed(scene, codes=("DQ15",))
    assert by_issue == by_code
    assert by_code.value > 0


async def test_what_if_of_what_is_not_there(scene: Scene) -> None:
    await scene.score()
    for wrong in ({"issue_ids": [UUID(int=6)], "codes": []}, {"issue_ids": [], "codes": ["DQ99"]}):
        with pytest.raises(NotFound):
            async with scene.ctx.unit(write=False) as unit:
                await what_if(unit, client_id=scene.client_id, **wrong)


FINDINGS = st.lists(
    st.builds(
        Finding,
        key=st.text("abcdef", min_size=1, max_size=3),
        fingerprint=st.just(""),
        title=st.just(""),
        detail=st.just(""),
        date=st.none() | st.dates(date(2024, 1, 1), PERIOD_END),
        count=st.integers(1, 4),
        subject=st.none() | st.sampled_from("xyz"),
        base_cents=st.integers(0, 10**9),
        fails=st.booleans(),
    ),
    unique_by=lambda finding: finding.key,
    max_size=8,
)


@given(FINDINGS, st.integers(0, 500), st.integers(0, 10**9), st.data())
def test_issues_say_as_much_as_findings(findings: list[Finding], of: int, whole: int, data: st.DataObject) -> None:
    """A measure from what is left of the issues is the measure of the books with the others set aside."""
    found = Found(tuple(findings), of=of, whole_cents=whole)
    judged = Judged("evaluated", measure(found, PERIOD_END))
    gone = data.draw(st.sets(st.sampled_from([finding.key for finding in findings]))) if findings else set()
    rows = [
        SimpleNamespace(
            key=one.key, subject=one.subject, adds=one.count, base_cents=one.base_cents, fails=one.fails, date=one.date
        )
        for one in findings
        if one.key not in gone
    ]
    assert without(judged, rows, PERIOD_END).measure == measure(found, PERIOD_END, gone)
    assert without(judged, [], PERIOD_END).measure == judged.clean
    assert judged.clean == measure(found, PERIOD_END, [finding.key for finding in findings])


def test_a_clean_measure_is_whole_for_every_check() -> None:
    for code, check in catalogue().items():
        judged = Judged("evaluated", measure(Found(of=30, whole_cents=100), PERIOD_END))
        assert check.degree(judged.clean) == 1, code
