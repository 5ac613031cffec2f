"""Issues set aside by people, and what a score makes of it."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text, update

from practice.clients.models import Client
from practice.clients.visibility import rewrite_sight
from practice.firms.models import Member
from practice.kernel.actor import Actor
from practice.kernel.jobs import JobRow
from practice.kernel.problems import Forbidden, Invalid, NotFound
from practice.kernel.record import EntryRow
from practice.ledgers.models.documents import Document
from practice.scoring.change_issues import Changed
from practice.scoring.check import Finding, Link
from practice.scoring.dismiss_issues import Scope, dismiss_issues
from practice.scoring.issue_reads import Sort, clean_up, issues_of_check, rules_of_firm
from practice.scoring.jobs import ScoreClient
from practice.scoring.merge_issues import merge_issues
from practice.scoring.models import Issue, IssueChange
from practice.scoring.problems import AlreadyResolved, ChangedSince
from practice.scoring.read_suggestion import read_suggestion
from practice.scoring.remove_rule import remove_rule
from practice.scoring.reopen_issues import reopen_issues
from practice.scoring.shipped import PRACTICE_ID, PRECISION_ID
from practice.scoring.snooze_issues import snooze_issues
from practice.scoring.undo_issue_change import undo_issue_change
from practice.scoring.wake_snoozed import wake_snoozed
from tests.practice.scoring.conftest import Scene
from tests.practice.scoring.test_profiles import assign, change, create, lines

DAY = date(2026, 10, 1)
TODAY = date(2026, 11, 21)


async def dismiss(scene: Scene, *ids: UUID, scope: Scope = "item", reason: str = "So it is") -> Changed:
    async with scene.ctx.unit() as unit:
        return await dismiss_issues(unit, client_id=scene.client_id, issue_ids=ids, reason=reason, scope=scope)


async def snooze(scene: Scene, *ids: UUID, until: date) -> Changed:
    async with scene.ctx.unit() as unit:
        return await snooze_issues(unit, client_id=scene.client_id, issue_ids=ids, until=until)


async def reopen(scene: Scene, *ids: UUID) -> Changed:
    async with scene.ctx.unit() as unit:
        return await reopen_issues(unit, client_id=scene.client_id, issue_ids=ids)


async def undo(scene: Scene, change: Changed) -> int:
    async with scene.ctx.unit() as unit:
        return await undo_issue_change(unit, client_id=scene.client_id, undo=change.undo)


async def states(scene: Scene, code: str = "DQ15") -> dict[str, str]:
    return {issue.title.removeprefix("Bill "): issue.state for issue in await scene.issues(code)}


async def drafts(scene: Scene, *numbers: str, contact: str = "Acme") -> dict[str, Issue]:
    """Bills that nobody approved, scored; the issues by number."""
    for number in numbers:
        await scene.document(number, 110, DAY, status="DRAFT", contact_id=scene.row(Document, contact).remote_id)
    await scene.score()
    return {issue.title.removeprefix("Bill "): issue for issue in await scene.issues("DQ15")}


async def n_of(scene: Scene, code: str = "DQ15") -> int:
    n: int = (await scene.score()).checks[code]["n"]
    return n


async def keep(scene: Scene, findings: list[Finding], *, client_id: UUID | None = None, code: str = "DQ15") -> None:
    async with scene.ctx.unit() as unit:
        client = await unit.lock(Client, client_id or scene.client_id)
        await merge_issues(unit, client_id=client.id, findings={code: findings}, as_of=TODAY)


def finding(key: str, **more: Any) -> Finding:
    said: dict[str, Any] = {"key": key, "fingerprint": "f", "title": f"Bill {key}", "detail": "Draft", "date": DAY}
    return Finding(**said | more)


async def other_client(scene: Scene, name: str = "Birch", **more: Any) -> UUID:
    async with scene.ctx.unit() as unit:
        client = unit.add(
            Client(**{"tenant_id": None, "name": name, "state": "active", "visibility": "whole_team"} | more)
        )
    return client.id


async def verbs(scene: Scene) -> list[tuple[str, dict[str, Any]]]:
    async with scene.ctx.unit(write=False) as unit:
        rows = await unit.scalars(
            select(EntryRow)
            .where(EntryRow.firm_id == unit.firm_id, EntryRow.verb.regexp_match("^(issue|rule)"))
            .order_by(EntryRow.seq)
        )
    return [(row.verb, row.facts) for row in rows]


async def test_snoozed_does_not_count_until_its_day(scene: Scene) -> None:
    issue = (await drafts(scene, "B1", "B2"))["B1"]
    change = await snooze(scene, issue.id, until=TODAY + timedelta(days=2))
    assert (change.updated, change.also) == (1, 0)
    assert await n_of(scene) == 1
    assert await states(scene) == {"B1": "snoozed", "B2": "open"}
    scene.clock.move(timedelta(days=1))
    assert await n_of(scene) == 1
    scene.clock.move(timedelta(days=1))
    assert await n_of(scene) == 2
    (awake,) = [issue for issue in await scene.issues("DQ15") if issue.title == "Bill B1"]
    assert (awake.state, awake.snoozed_until, awake.snoozed_at, awake.snoozed_by) == ("open", None, None, None)


async def test_snoozed_and_changed_is_open_before_its_day(scene: Scene) -> None:
    issue = (await drafts(scene, "B1"))["B1"]
    await snooze(scene, issue.id, until=TODAY + timedelta(days=30))
    await scene.change(Document, "B1", total_cents=20_000)
    assert await n_of(scene) == 1
    assert await states(scene) == {"B1": "open"}


async def test_the_day_of_a_snooze_asks_for_the_score(scene: Scene) -> None:
    """By the organisation's own day: in Sydney it begins eleven hours before it does in London."""
    issue = (await drafts(scene, "B1"))["B1"]
    await snooze(scene, issue.id, until=TODAY + timedelta(days=1))
    await scene.jobs("score_client")
    scene.clock.at = scene.clock.now().replace(hour=12, minute=59)
    async with scene.ctx.unit() as unit:
        assert await wake_snoozed(unit) == []
    scene.clock.at = scene.clock.now().replace(hour=13, minute=0)
    async with scene.ctx.unit() as unit:
        assert await wake_snoozed(unit) == [scene.client_id]
    assert len(await scene.jobs("score_client")) == 1
    assert await n_of(scene) == 1
    async with scene.ctx.unit() as unit:
        assert await wake_snoozed(unit) == []


@pytest.mark.parametrize("until", [TODAY - timedelta(days=1), TODAY, TODAY + timedelta(days=367)])
async def test_a_day_that_is_no_day_to_wait_for(scene: Scene, until: date) -> None:
    issue = (await drafts(scene, "B1"))["B1"]
    with pytest.raises(Invalid) as refused:
        await snooze(scene, issue.id, until=until)
    assert refused.value.errors[0].pointer == "/until"
    assert await states(scene) == {"B1": "open"}


async def test_a_contact_is_set_aside_now_and_later(scene: Scene) -> None:
    await scene.contact("Birch")
    await drafts(scene, "C1", contact="Birch")
    issues = await drafts(scene, "B1", "B2")
    change = await dismiss(scene, issues["B1"].id, scope="contact", reason="They send drafts")
    assert (change.updated, change.also) == (1, 1)
    assert await states(scene) == {"B1": "dismissed", "B2": "dismissed", "C1": "open"}
    await drafts(scene, "B3")
    assert await states(scene) == {"B1": "dismissed", "B2": "dismissed", "B3": "dismissed", "C1": "open"}
    assert await n_of(scene) == 1
    (later,) = [issue for issue in await scene.issues("DQ15") if issue.title == "Bill B3"]
    assert (later.dismissed_scope, later.dismissed_reason, later.dismissed_by) == (
        "contact",
        "They send drafts",
        scene.ctx.actor.member_id,
    )
    await scene.change(Document, "B1", total_cents=20_000)
    assert await n_of(scene) == 1, "a contact's dismissal does not ask what changed"
    async with scene.ctx.unit(write=False) as unit:
        assert await rules_of_firm(unit) == []


async def test_taking_up_one_of_a_contact_takes_up_all(scene: Scene) -> None:
    issues = await drafts(scene, "B1", "B2")
    await dismiss(scene, issues["B1"].id, scope="contact")
    change = await reopen(scene, issues["B2"].id)
    assert (change.updated, change.also) == (1, 1)
    assert await n_of(scene) == 2
    assert await undo(scene, change) == 2
    assert await states(scene) == {"B1": "dismissed", "B2": "dismissed"}
    await drafts(scene, "B3")
    assert (await states(scene))["B3"] == "dismissed", "the contact's dismissal is back with its issues"


async def test_a_contact_is_asked_for(scene: Scene) -> None:
    await keep(scene, [finding("k1", contact="Acme"), finding("k2")])
    ids = [issue.id for issue in await scene.issues("DQ15")]
    with pytest.raises(Invalid) as refused:
        await dismiss(scene, *ids, scope="contact")
    assert (refused.value.errors[0].pointer, refused.value.errors[0].detail) == (
        "/scope",
        "1 of them have no contact.",
    )
    assert {issue.state for issue in await scene.issues("DQ15")} == {"open"}
    with pytest.raises(Invalid):
        await dismiss(scene, *ids, reason="  ")


async def test_a_rule_holds_at_every_client(scene: Scene) -> None:
    birch = await other_client(scene)
    await keep(scene, [finding("b1", contact="ACME  pty"), finding("b2", contact="Oak")], client_id=birch)
    await keep(scene, [finding("a1", contact="Acme Pty"), finding("a2", contact="Acme Pty")])
    mine = [issue.id for issue in await scene.issues("DQ15") if issue.key == "a1"]
    change = await dismiss(scene, *mine, scope="rule", reason="A sister company")
    assert (change.updated, change.also) == (1, 2)
    by_key = {issue.key: issue for issue in await scene.issues("DQ15")}
    assert {key: issue.state for key, issue in by_key.items()} == {
        "a1": "dismissed", "a2": "dismissed", "b1": "dismissed", "b2": "open",
    }  # fmt: skip
    assert {args["client_id"] for args in await scene.jobs("score_client")} == {str(scene.client_id), str(birch)}
    async with scene.ctx.unit(write=False) as unit:
        (line,) = await rules_of_firm(unit)
    assert (line.rule.code, line.rule.name, line.rule.reason, line.by, line.hides) == (
        "DQ15", "Acme Pty", "A sister company", "Ada", 3,
    )  # fmt: skip
    # Removed, its issues count again at once, and the scores are taken again.
    async with scene.ctx.unit() as unit:
        assert await remove_rule(unit, rule_id=line.rule.id) == 3
    assert {issue.state for issue in await scene.issues("DQ15")} == {"open"}
    assert len(await scene.jobs("score_client")) == 2
    async with scene.ctx.unit(write=False) as unit:
        assert await rules_of_firm(unit) == []
    with pytest.raises(ChangedSince):
        await undo(scene, change)
    assert [verb for verb, _ in await verbs(scene)] == ["issue.dismissed", "rule.made", "rule.removed"]


async def test_a_score_at_work_is_followed_by_one_that_knows_the_rule(scene: Scene) -> None:
    """It may have asked for the rules already, and find something new that they hide."""
    birch = await other_client(scene)
    async with scene.ctx.unit() as unit:
        await unit.enqueue(ScoreClient(client_id=birch))
        await unit.execute(
            update(JobRow).where(JobRow.firm_id == unit.firm_id).values(state="running", lease_until=unit.now)
        )
    await keep(scene, [finding("a1", contact="Acme")])
    (issue,) = await scene.issues("DQ15")
    await dismiss(scene, issue.id, scope="contact")
    assert [args["once_more"] for args in await scene.jobs("score_client") if args["client_id"] == str(birch)] == [
        False
    ]
    async with scene.ctx.unit() as unit:
        await unit.enqueue(ScoreClient(client_id=birch))
        await unit.execute(
            update(JobRow).where(JobRow.firm_id == unit.firm_id).values(state="running", lease_until=unit.now)
        )
    await reopen(scene, issue.id)
    await dismiss(scene, issue.id, scope="rule")
    asked = [args["once_more"] for args in await scene.jobs("score_client") if args["client_id"] == str(birch)]
    assert asked == [False, True]


async def test_a_rule_without_a_contact_is_about_the_account_or_the_title(scene: Scene) -> None:
    birch = await other_client(scene)
    theirs = [finding("b1", account="Advertising"), finding("b2", title="No lock date", date=None)]
    await keep(scene, theirs, client_id=birch)
    await keep(scene, [finding("a1", account="advertising"), finding("a2", title="No lock  date", date=None)])
    change = await dismiss(
        scene, *[issue.id for issue in await scene.issues("DQ15") if issue.key.startswith("a")], scope="rule"
    )
    assert (change.updated, change.also) == (2, 2)
    async with scene.ctx.unit(write=False) as unit:
        assert sorted(line.rule.about for line in await rules_of_firm(unit)) == [
            "account:advertising",
            "title:no lock date",
        ]


async def test_one_that_a_rule_hides_can_count_all_the_same(scene: Scene) -> None:
    issues = await drafts(scene, "B1", "B2")
    await dismiss(scene, issues["B1"].id, scope="rule")
    assert await n_of(scene) == 0
    change = await reopen(scene, issues["B2"].id)
    assert (change.updated, change.also) == (1, 0)
    assert await n_of(scene) == 1
    assert await states(scene) == {"B1": "dismissed", "B2": "open"}
    await snooze(scene, issues["B2"].id, until=TODAY + timedelta(days=9))
    assert await n_of(scene) == 0


async def test_a_manager_makes_a_rule_also_where_they_see_nothing(scene: Scene) -> None:
    hidden = await other_client(scene, visibility="specific_people")
    await keep(scene, [finding("b1", contact="Acme")], client_id=hidden)
    await keep(scene, [finding("a1", contact="Acme")])
    for role, may in (("staff", False), ("manager", True)):
        async with scene.ctx.unit() as unit:
            member = unit.add(
                Member(
                    identity_id=unit.ids.new(), name=role, email=f"{role}@x.org", role=role, state="active", version=1
                )
            )
            await unit.flush()
            await rewrite_sight(unit, [scene.client_id, hidden])
        ctx = scene.ctx.acting_as(
            Actor(kind="staff", firm_id=scene.ctx.actor.firm_id, member_id=member.id, role=role)  # type: ignore[arg-type]  # one of the roles
        )
        async with ctx.unit(write=False) as unit:
            assert [issue.key for issue in await unit.scalars(select(Issue))] == ["a1"]
        ids = [issue.id for issue in await scene.issues("DQ15") if issue.key == "a1"]
        try:
            async with ctx.unit() as unit:
                change = await dismiss_issues(
                    unit, client_id=scene.client_id, issue_ids=ids, reason="So it is", scope="rule"
                )
        except Forbidden:
            assert not may
        else:
            assert may
            assert (change.updated, change.also) == (1, 1)
    assert {issue.state for issue in await scene.issues("DQ15")} == {"dismissed"}


async def test_undo_puts_back_exactly_what_was(scene: Scene) -> None:
    issues = await drafts(scene, "B1", "B2", "B3")
    await dismiss(scene, issues["B1"].id, reason="The first")
    await snooze(scene, issues["B2"].id, until=TODAY + timedelta(days=5))
    before = [life(issue) for issue in await scene.issues("DQ15")]
    change = await dismiss(scene, *[issue.id for issue in issues.values()], reason="All")
    assert change.updated == 2, "what was dismissed keeps its reason"
    assert set((await states(scene)).values()) == {"dismissed"}
    await scene.jobs("score_client")
    assert await undo(scene, change) == 2
    assert [life(issue) for issue in await scene.issues("DQ15")] == before
    assert len(await scene.jobs("score_client")) == 1
    with pytest.raises(NotFound):
        await undo(scene, change)
    verb, facts = (await verbs(scene))[-1]
    assert (verb, facts) == ("issue.undone", {"issues": 2, "kind": "dismissed"})


def life(issue: Issue) -> tuple[Any, ...]:
    names = (
        "key", "state", "dismissed_at", "dismissed_by", "dismissed_reason", "dismissed_scope", "rule_id", "counts_anyway",
        "snoozed_until", "snoozed_at", "snoozed_by",
    )  # fmt: skip
    return tuple(getattr(issue, name) for name in names)


async def test_what_has_changed_since_is_not_undone(scene: Scene) -> None:
    issues = await drafts(scene, "B1", "B2", "B3")
    change = await dismiss(scene, *[issue.id for issue in issues.values()])
    await reopen(scene, issues["B1"].id)
    await dismiss(scene, issues["B1"].id)
    await scene.change(Document, "B2", total_cents=20_000)
    await scene.score()
    with pytest.raises(ChangedSince) as refused:
        await undo(scene, change)
    assert refused.value.extensions == {"changed": 2}
    assert await states(scene) == {"B1": "dismissed", "B2": "open", "B3": "dismissed"}


async def test_other_words_are_no_change(scene: Scene) -> None:
    """The same draft, a month older."""
    await keep(scene, [finding("k1")])
    (issue,) = await scene.issues("DQ15")
    change = await dismiss(scene, issue.id)
    await keep(scene, [finding("k1", detail="Draft for two months")])
    assert await undo(scene, change) == 1
    (after,) = await scene.issues("DQ15")
    assert (after.state, after.detail) == ("open", "Draft for two months")


async def test_after_a_day_there_is_no_undo(scene: Scene) -> None:
    issues = await drafts(scene, "B1", "B2")
    change = await dismiss(scene, issues["B1"].id)
    scene.clock.move(timedelta(hours=24, seconds=1))
    with pytest.raises(NotFound):
        await undo(scene, change)
    await dismiss(scene, issues["B2"].id)
    async with scene.ctx.unit(write=False) as unit:
        assert change.undo not in await unit.scalars(select(IssueChange.id))


async def test_fixed_stays_fixed_until_it_is_found_all_the_same(scene: Scene) -> None:
    issue = (await drafts(scene, "B1"))["B1"]
    async with scene.ctx.unit() as unit:
        (await unit.lock(Issue, issue.id)).fix(by=unit.actor.member_id, at=unit.now)
    with pytest.raises(AlreadyResolved):
        await dismiss(scene, issue.id)
    await scene.change(Document, "B1", status="AUTHORISED")
    await scene.score()
    (gone,) = await scene.issues("DQ15")
    assert (gone.state, gone.fixed_by, gone.resolved_at) == ("fixed", scene.ctx.actor.member_id, None)
    await scene.change(Document, "B1", status="DRAFT")
    await scene.score()
    (back,) = await scene.issues("DQ15")
    assert (back.state, back.found_at > gone.found_at) == ("open", True)


async def test_an_unchanged_look_writes_nothing(scene: Scene) -> None:
    found = [
        finding(f"k{n}", contact="Acme", facts={"n": n}, links=(Link("bill", str(n), "Bill in Xero"),), amount_cents=n)
        for n in range(50)
    ]
    await keep(scene, found)
    (one, other, *_) = await scene.issues("DQ15")
    await dismiss(scene, one.id)
    await snooze(scene, other.id, until=TODAY + timedelta(days=3))
    written = text("SELECT key, xmin::text, version FROM issue ORDER BY key")
    async with scene.ctx.unit(write=False) as unit:
        before = await unit.rows(written)
    await keep(scene, list(reversed(found)))
    async with scene.ctx.unit(write=False) as unit:
        assert await unit.rows(written) == before
    await keep(scene, [finding("k0", contact="Acme", facts={"n": 0}, amount_cents=1), *found[1:]])
    async with scene.ctx.unit(write=False) as unit:
        now = await unit.rows(written)
    assert [row.key for row, was in zip(now, before, strict=True) if row.xmin != was.xmin] == ["k0"]


async def test_what_is_said_comes_through_as_it_was_told(scene: Scene) -> None:
    said = finding(
        "k1", amount_cents=-12_345, currency="NZD", contact='Ümläut "&" Co\n', account="400",
        facts={"list": [1, None, "x\ty"], "deep": {"a": True}}, links=(Link("bill", None, "Bill\\in Xero"),),
        count=3, subject="s", base_cents=9_999_999_999, fails=True,
    )  # fmt: skip
    await keep(scene, [said])
    (issue,) = await scene.issues("DQ15")
    assert (str(issue.amount), issue.currency, issue.contact, issue.about) == (
        "-123.45", "NZD", 'Ümläut "&" Co\n', 'contact:ümläut "&" co',
    )  # fmt: skip
    assert (issue.facts, issue.links) == (
        {"list": [1, None, "x\ty"], "deep": {"a": True}},
        [{"kind": "bill", "id": None, "label": "Bill\\in Xero"}],
    )
    assert (issue.adds, issue.subject, issue.base_cents, issue.fails) == (3, "s", 9_999_999_999, True)


async def test_a_thousand_at_once(scene: Scene) -> None:
    await keep(scene, [finding(f"k{n}", contact=f"C{n % 7}") for n in range(1200)])
    ids = [issue.id for issue in await scene.issues("DQ15")][:1000]
    change = await dismiss(scene, *ids)
    assert (change.updated, change.also) == (1000, 0)
    assert sum(issue.state == "dismissed" for issue in await scene.issues("DQ15")) == 1000
    assert await undo(scene, change) == 1000
    assert {issue.state for issue in await scene.issues("DQ15")} == {"open"}
    change = await dismiss(scene, *ids, scope="contact")
    assert (change.updated, change.also) == (1000, 200)


async def test_clean_up_counts_what_is_snoozed_and_what_can_be_put_right(scene: Scene) -> None:
    await drafts(scene, "B1", "B2")
    one, _ = await scene.issues("DQ15")
    await snooze(scene, one.id, until=TODAY + timedelta(days=3))
    fixable = {"fix": {"kind": "archive_contact", "contact_id": "x"}}
    await keep(scene, [finding("k1", facts=fixable), finding("k2", facts=fixable), finding("k3")], code="DQ10")
    k1, *_ = await scene.issues("DQ10")
    await dismiss(scene, k1.id)
    async with scene.ctx.unit(write=False) as unit:
        lines = {line.check.code: line for line in await clean_up(unit, scene.client_id)}
        page = await issues_of_check(unit, scene.client_id, "DQ10", state="dismissed", limit=5)
    assert (lines["DQ15"].open, lines["DQ15"].snoozed, lines["DQ15"].fixable) == (1, 1, 0)
    assert (lines["DQ10"].open, lines["DQ10"].dismissed, lines["DQ10"].fixable) == (2, 1, 1)
    assert page.people == {scene.ctx.actor.member_id: "Ada"}


@pytest.mark.parametrize(
    ("sort", "keys"),
    [
        ("date", "bcad"), ("-date", "acbd"), ("amount", "dbca"), ("-amount", "acbd"), ("contact", "dabc"),
        ("-contact", "cbad"), ("title", "abcd"), ("-title", "dcba"),
    ],
)  # fmt: skip
async def test_sorted_page_by_page(scene: Scene, sort: Sort, keys: str) -> None:
    await keep(
        scene,
        [
            finding("a", amount_cents=-300, date=date(2026, 3, 1), contact="Acme"),
            finding("b", amount_cents=100, date=date(2026, 1, 1), contact="Birch"),
            finding("c", amount_cents=200, date=date(2026, 2, 1), contact="Cedar 50%"),
            finding("d", date=None),
        ],
    )
    seen, after = "", None
    async with scene.ctx.unit(write=False) as unit:
        while True:
            page = await issues_of_check(unit, scene.client_id, "DQ15", state="open", limit=1, after=after, sort=sort)
            seen += "".join(issue.key for issue in page.issues)
            after = page.next
            if after is None:
                break
        assert seen == keys
        found = await issues_of_check(unit, scene.client_id, "DQ15", state="open", limit=9, q="0% draft", sort=sort)
        assert ([issue.key for issue in found.issues], found.total) == (["c"], 1)


async def test_a_suggestion_from_what_people_did(scene: Scene) -> None:
    cents = [*range(8_000, 9_200, 100), 50_000, 9_500, 60_000, 70_000]
    bills = [finding(f"k{n:02}", amount_cents=amount, date=DAY) for n, amount in enumerate(cents)]
    await keep(scene, bills, code="DQ25")
    ids = [issue.id for issue in await scene.issues("DQ25")]
    await dismiss(scene, *ids[:11])
    await snooze(scene, ids[11], until=TODAY + timedelta(days=3))
    await keep(scene, bills[:-1], code="DQ25")
    async with scene.ctx.unit(write=False) as unit:
        threshold, current, found = await read_suggestion(unit, code="DQ25")
        with pytest.raises(NotFound):
            await read_suggestion(unit, code="DQ15")
    assert (threshold.unit, current, found.suggested, found.would_hide, found.dismissed, found.seen) == (
        "money", 75, 89, 0, 12, 16,
    )  # fmt: skip


async def test_a_suggestion_is_learnt_where_the_profile_counts(scene: Scene) -> None:
    retail = await create(scene, "Retail")
    await change(scene, retail, lines(20, 20, 20, 20, 20), thresholds={"DQ25": 200})
    shop = await other_client(scene, "Shop", tags=["shop"])
    kiosk = await other_client(scene, "Kiosk", tags=["shop"])
    await assign(scene, retail, "shop")
    await assign(scene, PRACTICE_ID, clients=(kiosk,))
    sizes = {scene.client_id: 8_000, shop: 25_000, kiosk: 11_000}
    for client_id, cents in sizes.items():
        bills = [finding(f"k{n}", amount_cents=cents + n, date=DAY) for n in range(10)]
        await keep(scene, bills, client_id=client_id, code="DQ25")
        async with scene.ctx.unit() as unit:
            ids = await unit.scalars(select(Issue.id).where(Issue.firm_id == unit.firm_id, Issue.client_id == client_id))
            await dismiss_issues(unit, client_id=client_id, issue_ids=ids, reason="Too small", scope="item")

    async def suggested(profile_id: UUID | None) -> tuple[int, int | None, int]:
        async with scene.ctx.unit(write=False) as unit:
            _, current, found = await read_suggestion(unit, code="DQ25", profile_id=profile_id)
        return current, found.suggested, found.seen

    assert await suggested(None) == (75, 81, 10)
    assert await suggested(retail) == (200, 260, 10)
    assert await suggested(PRACTICE_ID) == (75, 120, 10)
    assert (await suggested(PRECISION_ID))[1:] == (None, 0)
    with pytest.raises(NotFound):
        await suggested(shop)
