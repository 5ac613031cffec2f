from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import delete

from practice.clients.models import Client
from practice.kernel.context import Context
from practice.kernel.problems import NotFound
from practice.ledgers.models.contacts import Contact
from practice.ledgers.models.documents import Document
from practice.ledgers.models.organisation import HighWater, Organisation
from practice.scoring import issue_reads, reads
from practice.scoring.dismiss_issues import dismiss_issues
from practice.scoring.dismissed import Dismissed
from practice.scoring.judge import Judgement
from practice.scoring.judge_tenant import Before, judge_tenant
from practice.scoring.problems import AlreadyResolved, NoLedger, NotScored
from practice.scoring.reopen_issues import reopen_issues
from practice.scoring.score import Profile
from practice.scoring.score_client import score_client
from tests.practice.scoring.conftest import Scene, known

DRAFT_DAY = date(2026, 10, 1)  # 30 days before the end of the period


async def dismiss(scene: Scene, *ids: UUID, reason: str = "It is right as it is") -> int:
    async with scene.ctx.unit() as unit:
        return (await dismiss_issues(unit, client_id=scene.client_id, issue_ids=ids, reason=reason)).updated


async def test_a_card_with_its_lines_and_what_the_client_list_shows(scene: Scene) -> None:
    await scene.document("B1", 110, DRAFT_DAY, status="DRAFT")
    card = await scene.score()
    assert (card.as_of, card.period_end, card.profile, card.profile_version) == (
        date(2026, 11, 21),
        date(2026, 10, 31),
        "first",
        1,
    )
    lines = {entry["code"]: entry for entry in card.entries}
    assert (lines["DQ15"]["degree"], lines["DQ15"]["n"], lines["DQ15"]["of"]) == ("0.5000", 1, None)
    assert lines["DQ15"]["measure"] == "Not approved: 1. At the end of the period the oldest was 30 days old."
    assert lines["DQ01"]["state"] == "not_applicable"
    # Contacts 12, drafts 8 at a half, lock dates 10, accounts 6 with one that was never used.
    assert card.coverage == 36
    assert card.value == round(100 * (12 + 4 + 10 + 6 * (1 - 1 / 20 / 0.3)) / 36)
    assert card.provisional
    client = await scene.client()
    assert (client.score, client.band, client.issues, client.trend) == (card.value, card.band, 2, [card.value])


async def test_an_issue_tells_what_and_where(scene: Scene) -> None:
    await scene.document("B1", 110, DRAFT_DAY, status="DRAFT")
    await scene.score()
    (issue,) = await scene.issues("DQ15")
    assert (issue.title, str(issue.amount), issue.currency, issue.contact, issue.date) == (
        "Bill B1",
        "110.00",
        "AUD",
        "Acme",
        DRAFT_DAY,
    )
    assert issue.links == [{"kind": "bill", "id": str(known("B1")), "label": "Bill in Xero"}]


async def test_the_day_is_the_organisations_own(scene: Scene) -> None:
    scene.clock.at = scene.clock.now().replace(day=30, hour=13)  # already the first of December in Sydney
    card = await scene.score()
    assert (card.as_of, card.period_end) == (date(2026, 12, 1), date(2026, 11, 30))


async def test_gone_ones_resolve_and_come_back_open(scene: Scene) -> None:
    await scene.document("B1", 110, DRAFT_DAY, status="DRAFT")
    await scene.score()
    (first,) = await scene.issues("DQ15")
    await scene.change(Document, "B1", status="AUTHORISED")
    await scene.score()
    (gone,) = await scene.issues("DQ15")
    assert (gone.id, gone.state, gone.resolved_at is not None) == (first.id, "resolved", True)
    await scene.change(Document, "B1", status="DRAFT")
    await scene.score()
    (back,) = await scene.issues("DQ15")
    assert (back.id, back.state, back.resolved_at) == (first.id, "open", None)
    assert back.found_at > first.found_at


async def test_scoring_twice_changes_no_issue(scene: Scene) -> None:
    await scene.document("B1", 110, DRAFT_DAY, status="DRAFT")
    await scene.score()
    (before,) = await scene.issues("DQ15")
    await scene.score()
    (after,) = await scene.issues("DQ15")
    assert (before.id, before.found_at, before.state) == (after.id, after.found_at, after.state)


async def test_dismissed_leaves_n_and_a_change_brings_it_back(scene: Scene) -> None:
    await scene.document("B1", 110, DRAFT_DAY, status="DRAFT")
    low = await scene.score()
    (issue,) = await scene.issues("DQ15")
    assert await dismiss(scene, issue.id) == 1
    assert await scene.jobs("score_client") == [
        {"client_id": str(scene.client_id), "import_id": None, "once_more": False}
    ]
    high = await scene.score()
    assert high.value is not None
    assert low.value is not None
    assert high.value > low.value
    (kept,) = await scene.issues("DQ15")
    assert (kept.state, kept.dismissed_reason, kept.dismissed_by) == (
        "dismissed",
        "It is right as it is",
        scene.ctx.actor.member_id,
    )
    assert (await scene.client()).issues == 1
    await scene.change(Document, "B1", total_cents=20_000)
    assert (await scene.score()).value == low.value
    (changed,) = await scene.issues("DQ15")
    assert (changed.id, changed.state, changed.dismissed_at, str(changed.amount)) == (issue.id, "open", None, "200.00")


async def test_a_dismissal_outlives_a_while_of_not_being_found(scene: Scene) -> None:
    await scene.document("B1", 110, DRAFT_DAY, status="DRAFT")
    await scene.score()
    await dismiss(scene, (await scene.issues("DQ15"))[0].id)
    await scene.change(Document, "B1", status="AUTHORISED")
    await scene.score()
    await scene.change(Document, "B1", status="DRAFT")
    await scene.score()
    assert (await scene.issues("DQ15"))[0].state == "dismissed"


async def test_reopening(scene: Scene) -> None:
    await scene.document("B1", 110, DRAFT_DAY, status="DRAFT")
    await scene.score()
    (issue,) = await scene.issues("DQ15")
    await dismiss(scene, issue.id)
    await scene.jobs("score_client")
    async with scene.ctx.unit() as unit:
        assert (await reopen_issues(unit, client_id=scene.client_id, issue_ids=[issue.id])).updated == 1
    assert len(await scene.jobs("score_client")) == 1
    (back,) = await scene.issues("DQ15")
    assert (back.state, back.dismissed_at) == ("open", None)


async def test_a_job_at_work_is_followed_by_one_more(scene: Scene) -> None:
    for number in ("B1", "B2", "B3"):
        await scene.document(number, 110, DRAFT_DAY, status="DRAFT")
    await scene.score()
    for issue in await scene.issues("DQ15"):
        await dismiss(scene, issue.id)
    assert [args["once_more"] for args in await scene.jobs("score_client")] == [False, True]


async def test_all_or_none(scene: Scene) -> None:
    await scene.document("B1", 110, DRAFT_DAY, status="DRAFT")
    await scene.document("B2", 110, DRAFT_DAY, status="DRAFT")
    await scene.score()
    issues = await scene.issues("DQ15")
    with pytest.raises(NotFound):
        await dismiss(scene, issues[0].id, UUID(int=5))
    resolved = next(issue for issue in issues if issue.key == str(known("B2")))
    await scene.change(Document, "B2", status="AUTHORISED")
    await scene.score()
    with pytest.raises(AlreadyResolved):
        await dismiss(scene, *[issue.id for issue in issues])
    assert {issue.state for issue in await scene.issues("DQ15") if issue.id != resolved.id} == {"open"}


async def test_what_is_dismissed_while_the_books_are_judged_counts_all_the_same(scene: Scene) -> None:
    await scene.document("B1", 110, DRAFT_DAY, status="DRAFT")
    await scene.score()
    (issue,) = await scene.issues("DQ15")
    looks: list[Dismissed] = []

    async def meanwhile(
        ctx: Context,
        tenant_id: UUID,
        as_of: date,
        profile: Profile,
        dismissed: Dismissed,
        people: frozenset[str],
        before: Before,
    ) -> Judgement:
        if not looks:
            await dismiss(scene, issue.id)
        looks.append(dismissed)
        return await judge_tenant(ctx, tenant_id, as_of, profile, dismissed, people, before)

    await score_client(scene.ctx, client_id=scene.client_id, judging=meanwhile)
    assert looks == [Dismissed(), Dismissed(items={"DQ15": {issue.key: issue.fingerprint}})]
    async with scene.ctx.unit(write=False) as unit:
        card, change = await reads.latest_scorecard(unit, scene.client_id)
    assert card.checks["DQ15"]["n"] == 0
    assert change
    assert change > 0


async def test_a_resource_that_was_not_read_keeps_its_issues(scene: Scene) -> None:
    await scene.contact("ACME LTD")
    await scene.score()
    assert [issue.state for issue in await scene.issues("DQ06")] == ["open"]
    async with scene.ctx.unit() as unit:
        await unit.execute(delete(HighWater).where(HighWater.firm_id == unit.firm_id, HighWater.resource == "contacts"))
    await scene.change(Contact, "ACME LTD", status="ARCHIVED")
    card = await scene.score()
    assert card.checks["DQ06"]["state"] == "not_synced"
    assert [issue.state for issue in await scene.issues("DQ06")] == ["open"]


async def test_old_readings_are_provisional(scene: Scene) -> None:
    scene.clock.at = scene.clock.now() + timedelta(hours=49)
    assert (await scene.score()).provisional


async def test_clean_up_names_what_brings_most_first(scene: Scene) -> None:
    await scene.document("B1", 110, DRAFT_DAY, status="DRAFT")
    await scene.document("B2", 50, DRAFT_DAY, status="DRAFT")
    await scene.document("B3", 50, DRAFT_DAY, status="DRAFT", currency="NZD")
    await scene.score()
    await dismiss(scene, next(i.id for i in await scene.issues("DQ15") if i.title == "Bill B3"))
    async with scene.ctx.unit(write=False) as unit:
        lines = await issue_reads.clean_up(unit, scene.client_id)
    assert [line.check.code for line in lines[:2]] == ["DQ15", "DQ30"]
    assert (lines[0].open, lines[0].dismissed, str(lines[0].amount), lines[0].currency, lines[0].oldest) == (
        2,
        1,
        "160.00",
        "AUD",
        DRAFT_DAY,
    )


async def test_pages_of_issues(scene: Scene) -> None:
    for number, day in (("B1", 3), ("B2", 1), ("B3", 2)):
        await scene.document(number, 110, date(2026, 10, day), status="DRAFT")
    await scene.score()
    titles: list[str] = []
    after: Any = None
    async with scene.ctx.unit(write=False) as unit:
        while True:
            page = await issue_reads.issues_of_check(unit, scene.client_id, "DQ15", state="open", limit=1, after=after)
            titles += [issue.title for issue in page.issues]
            assert (page.total, page.short_code) == (3, "!aB3dE")
            after = page.next
            if after is None:
                break
    assert titles == ["Bill B2", "Bill B3", "Bill B1"]


async def test_history_and_nothing_yet(scene: Scene) -> None:
    async with scene.ctx.unit(write=False) as unit:
        with pytest.raises(NotScored):
            await reads.latest_scorecard(unit, scene.client_id)
    first = await scene.score()
    await scene.document("B1", 110, DRAFT_DAY, status="DRAFT")
    second = await scene.score()
    async with scene.ctx.unit(write=False) as unit:
        assert [card.value for card in await reads.score_history(unit, scene.client_id)] == [first.value, second.value]
        _, change = await reads.latest_scorecard(unit, scene.client_id)
    assert first.value is not None
    assert second.value is not None
    assert change == second.value - first.value
    assert (await scene.client()).score_change == change


async def test_a_client_without_an_organisation(scene: Scene) -> None:
    async with scene.ctx.unit() as unit:
        (await unit.get(Client, scene.client_id)).tenant_id = None
    with pytest.raises(NoLedger):
        await score_client(scene.ctx, client_id=scene.client_id)


async def test_a_failing_check_is_an_error_on_the_card(scene: Scene) -> None:
    """A year end that no calendar has: Xero would not say it, and the other checks go on."""
    await scene.change(Organisation, "tenant", financial_year_end_month=13)
    card = await scene.score()
    assert card.checks["DQ27"]["state"] == "error"
    assert card.checks["DQ06"]["state"] == "evaluated"
