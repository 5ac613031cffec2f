"""Only the checks that could see something else look again, and the score is as if all had."""

from dataclasses import fields
from datetime import UTC, date, timedelta
from typing import Any

import pytest
from sqlalchemy import delete

from practice.ledgers.books import FRAMES, Books
from practice.ledgers.load_books import QUERIES
from practice.ledgers.models.contacts import Contact
from practice.ledgers.models.documents import Document
from practice.ledgers.models.organisation import HighWater, Organisation
from practice.ledgers.store_page import store_page
from practice.scoring import basis, judge_tenant
from practice.scoring.catalogue import catalogue
from practice.scoring.judge import judge
from practice.scoring.models import Scorecard
from tests.books import AS_OF
from tests.contracts.test_every_check import showing
from tests.practice.scoring.conftest import Scene
from tests.practice.scoring.test_score_client import DRAFT_DAY, dismiss

COMPARED = ("value", "band", "coverage", "entries", "checks", "measures")


@pytest.fixture
def looked(monkeypatch: pytest.MonkeyPatch) -> list[set[str]]:
    """The checks of every look at the books."""
    seen: list[set[str]] = []

    def noting(books: Any, profile: Any, dismissed: Any, checks: Any, **more: Any) -> Any:
        seen.append(set(checks))
        return judge(books, profile, dismissed, checks, **more)

    monkeypatch.setattr(judge_tenant, "judge", noting)
    return seen


def reading(*frames: str) -> set[str]:
    return {code for code, check in catalogue().items() if set(frames) & check.needs.keys()}


async def as_if_all_looked(scene: Scene, card: Scorecard) -> None:
    """The same score from nothing before."""
    async with scene.ctx.unit() as unit:
        (await unit.get(Scorecard, card.id)).basis = {}
    anew = await scene.score()
    for name in COMPARED:
        assert getattr(anew, name) == getattr(card, name), name


async def test_nothing_changed_and_nobody_looks(scene: Scene, looked: list[set[str]]) -> None:
    await scene.document("B1", 110, DRAFT_DAY, status="DRAFT")
    await scene.score()
    card = await scene.score()
    assert looked == [set(catalogue()), set()]
    await as_if_all_looked(scene, card)


async def test_a_contact_changed(scene: Scene, looked: list[set[str]]) -> None:
    await scene.document("B1", 110, DRAFT_DAY, status="DRAFT")
    await scene.contact("ACME LTD")
    await scene.score()
    await scene.change(Contact, "ACME LTD", status="ARCHIVED")
    card = await scene.score()
    assert looked[1] == reading("contacts")
    assert "DQ06" in looked[1]
    assert card.checks["DQ06"]["n"] == 0
    await as_if_all_looked(scene, card)


async def test_a_document_came_changed_and_went(scene: Scene, looked: list[set[str]]) -> None:
    await scene.score()
    await scene.document("B1", 110, DRAFT_DAY, status="DRAFT")
    card = await scene.score()
    assert card.checks["DQ15"]["n"] == 1
    assert looked[-1] == reading("documents", "lines", "removed")
    await scene.change(Document, "B1", status="AUTHORISED")
    assert (await scene.score()).checks["DQ15"]["n"] == 0
    async with scene.ctx.unit() as unit:
        await unit.execute(delete(Document).where(Document.firm_id == unit.firm_id))
    card = await scene.score()
    assert looked[-1] == reading("documents", "lines", "removed")
    await as_if_all_looked(scene, card)


async def test_a_page_read_again_as_it_was_calls_nobody(scene: Scene, looked: list[set[str]]) -> None:
    row = {"remote_id": scene.tenant_id, "name": "Bolt", "status": "ACTIVE"}
    for _ in range(2):
        async with scene.ctx.unit() as unit:
            await store_page(unit, tenant_id=scene.tenant_id, resource="contacts", rows=[row])
        await scene.score()
    assert looked[1] == set()


async def test_the_settings_of_the_organisation_concern_all(scene: Scene, looked: list[set[str]]) -> None:
    await scene.score()
    await scene.change(Organisation, "tenant", end_of_year_lock_date=None)
    card = await scene.score()
    assert looked[1] == set(catalogue())
    assert card.checks["DQ27"]["n"] == 1


async def test_another_day_and_another_month(scene: Scene, looked: list[set[str]]) -> None:
    await scene.document("B1", 110, DRAFT_DAY, status="DRAFT")
    await scene.score()
    scene.clock.move(timedelta(days=1))
    card = await scene.score()
    assert looked[1] == {code for code, check in catalogue().items() if check.by == "day"}
    await as_if_all_looked(scene, card)
    scene.clock.move(timedelta(days=30))
    card = await scene.score()
    assert looked[-1] == set(catalogue())
    assert card.period_end == date(2026, 11, 30)


async def test_what_people_set_aside_concerns_its_check(scene: Scene, looked: list[set[str]]) -> None:
    await scene.document("B1", 110, DRAFT_DAY, status="DRAFT")
    await scene.score()
    await dismiss(scene, (await scene.issues("DQ15"))[0].id)
    card = await scene.score()
    assert looked[1] == {"DQ15"}
    assert card.checks["DQ15"]["n"] == 0
    await as_if_all_looked(scene, card)


async def test_what_was_not_read_before(scene: Scene, looked: list[set[str]]) -> None:
    async with scene.ctx.unit() as unit:
        await unit.execute(delete(HighWater).where(HighWater.firm_id == unit.firm_id, HighWater.resource == "contacts"))
    assert (await scene.score()).checks["DQ06"]["state"] == "not_synced"
    firm_id = scene.ctx.actor.firm_id
    assert firm_id
    await scene.write(
        HighWater(
            firm_id=firm_id, tenant_id=scene.tenant_id, resource="contacts", modified_since=scene.clock.now().astimezone(UTC)
        )
    )
    assert (await scene.score()).checks["DQ06"]["state"] == "evaluated"
    assert looked[1] >= reading("contacts")


async def test_a_check_that_failed_looks_again(scene: Scene, looked: list[set[str]]) -> None:
    await scene.change(Organisation, "tenant", financial_year_end_month=13)
    failed = {code for code, one in (await scene.score()).checks.items() if one["state"] == "error"}
    assert "DQ27" in failed
    await scene.score()
    assert looked[1] == failed


async def test_a_new_release_of_the_checks_looks_at_all(
    scene: Scene, looked: list[set[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    await scene.score()
    monkeypatch.setattr(basis, "rules", lambda: "another")
    await scene.score()
    assert looked == [set(catalogue())] * 2


def test_every_frame_that_is_read_has_its_tables() -> None:
    assert set(QUERIES) <= set(basis.TABLES) <= set(FRAMES)


class Noting(Books):
    """Books that know whether somebody asked for the day, and not only for the period."""

    def __getattribute__(self, name: str) -> Any:
        if name in ("as_of", "read_on"):
            object.__getattribute__(self, "__dict__").setdefault("asked", []).append(name)
        return super().__getattribute__(name)

    @property
    def period_end(self) -> date:
        return AS_OF.replace(day=1) - timedelta(days=1)


@pytest.mark.parametrize("code", sorted(catalogue()))
def test_a_check_that_reads_the_day_says_so(code: str) -> None:
    """Its outcome holds no longer than the day; that of one that looks at the period holds for the month."""
    told = showing(code)
    books = Noting(**{one.name: getattr(told, one.name) for one in fields(Books)})
    assert told.as_of == AS_OF
    catalogue()[code].look(books)
    assert catalogue()[code].by == ("day" if "asked" in vars(books) else "month")
