"""A practice is read once, laid down as it is, and proposed; what goes wrong leaves a clear state and a way on."""

from datetime import timedelta

import pytest

from practice.kernel.settings import Settings
from practice.xpm.models import Snapshot
from practice.xpm.problems import FetchUnderWay
from practice.xpm.start_snapshot import start_snapshot
from tests.practice.xpm.fetch.conftest import PRIYA, Practice
from worker.run import work

LIST = "client.api/list"


async def true(practice: Practice) -> dict[str, dict[str, str]]:
    """Every client that stands at the practice, by id."""
    return dict((await practice.control("GET", "practice/truth"))["clients"])


async def test_everything_is_there_once_and_nothing_else(practice: Practice) -> None:
    await practice.connect()
    snapshot = await practice.taken()
    assert (snapshot.state, snapshot.problem) == ("ready", None)
    truth = await true(practice)
    living = {id_: one for id_, one in truth.items() if one["status"] != "deleted"}
    rows = await practice.rows(snapshot.id)
    assert {id_ for id_, row in rows.items() if row.kind != "staff"} == set(living)
    assert {id_ for id_, row in rows.items() if row.archived} == {
        id_ for id_, one in living.items() if one["status"] == "archived"
    }
    told = await practice.control("GET", "practice")
    assert {id_ for id_, row in rows.items() if row.kind == "staff"} == {one["uuid"] for one in told["staff"]}
    counts = snapshot.counts
    assert counts["clients"] + counts["entities"] == len(living)
    assert counts["staff"] == len(told["staff"])
    assert counts["groups"] == told["groups"]
    assert counts["deleted"] == len(truth) - len(living) > 0
    assert counts["set_aside"] == 0
    people = [id_ for id_, row in rows.items() if row.client_kind == "person"]
    assert all(rows[id_].kind == "client" for id_ in people)
    assert all(living[id_]["kind"] == "person" for id_ in people)
    # One answer each, whatever the number of clients.
    asked = [call["path"].rsplit("/3.1/")[-1] for call in await practice.at_practice()]
    assert sorted(asked) == ["client.api/list", "clientgroup.api/list", "staff.api/list"]
    assert (await practice.verbs())["snapshot.fetched"] == 1
    assert snapshot.xero_user_id is not None


async def test_nothing_of_it_reaches_a_client(practice: Practice) -> None:
    await practice.connect()
    await practice.taken()
    assert (await practice.ada.get("/clients")).json()["items"] == []


async def test_numbers_and_birth_dates_are_sealed(practice: Practice) -> None:
    await practice.connect()
    snapshot = await practice.taken()
    rows = (await practice.rows(snapshot.id)).values()
    sealed = [row for row in rows if row.private is not None]
    assert sealed
    for row in sealed:
        assert row.private is not None
        assert b"business_number" not in row.private
        assert "business_number" not in str(row.neutral)
    assert any(row.warnings for row in rows)
    assert {row.proposal for row in rows if row.archived} == {"skip"}
    for row in rows:
        blocked = any(warning["level"] == "blocker" for warning in row.warnings)
        assert row.chosen == (row.proposal == "create" and not blocked), row.name


async def test_a_second_import_waits_for_the_first(practice: Practice) -> None:
    await practice.connect()
    first = await practice.started()
    async with practice.ctx.unit() as unit:
        with pytest.raises(FetchUnderWay) as told:
            await start_snapshot(unit)
    assert told.value.extensions["under_way"] == str(first)
    await practice.worked()
    assert (await practice.taken()).id != first


async def test_a_narrower_user_sees_less_and_says_nothing_of_the_rest(practice: Practice) -> None:
    await practice.connect(who=PRIYA)
    snapshot = await practice.taken()
    assert snapshot.state == "ready"
    assert 0 < snapshot.counts["clients"] + snapshot.counts["entities"] < len(await true(practice)) // 2


@pytest.mark.parametrize("kind", ["bad_xml", "half_body", "xml_bomb", "xml_deep", "wrong_type", "empty"])
async def test_an_answer_that_is_none_is_asked_for_again(practice: Practice, kind: str) -> None:
    await practice.connect()
    await practice.fault(kind, LIST, times=1)
    snapshot_id = await practice.started()
    await practice.worked()
    waiting = await practice.read(snapshot_id)
    assert waiting.state == "fetching"
    assert waiting.problem is not None
    await practice.later()
    await practice.worked()
    ready = await practice.read(snapshot_id)
    assert (ready.state, ready.problem) == ("ready", None)
    assert len(await practice.rows(snapshot_id)) == sum(ready.counts[name] for name in ("staff", "clients", "entities"))


async def test_an_error_with_200_is_said_in_their_words_and_ends_it(practice: Practice) -> None:
    await practice.connect()
    await practice.fault("status_error", LIST, value="The practice is being moved", times=1)
    failed = await practice.taken()
    assert failed.state == "failed"
    assert failed.problem is not None
    assert "The practice is being moved" in failed.problem["detail"]
    assert (await practice.verbs())["snapshot.failed"] == 1
    # Starting again is the way on.
    assert (await practice.taken()).state == "ready"


async def test_an_app_that_xero_has_not_approved_is_told_so(practice: Practice) -> None:
    await practice.connect()
    await practice.fault("scope401", LIST)
    failed = await practice.taken()
    assert failed.state == "failed"
    assert failed.problem is not None
    assert failed.problem["slug"] == "practice-closed"
    assert "approved" in failed.problem["detail"]
    assert failed.problem["remedy"]["operation"] == "connect_practice"
    checks = {one["code"]: one for one in (await practice.ada.get("/xpm")).json()["preflight"]}
    assert checks["connected"]["ok"]
    assert not checks["opened"]["ok"]


@pytest.mark.parametrize("kind", ["duplicate_row", "reordered"])
async def test_a_record_that_comes_twice_is_laid_down_once(practice: Practice, kind: str) -> None:
    await practice.connect()
    await practice.fault(kind, LIST, times=1)
    snapshot = await practice.taken()
    assert snapshot.state == "ready"
    living = [one for one in (await true(practice)).values() if one["status"] != "deleted"]
    assert snapshot.counts["clients"] + snapshot.counts["entities"] == len(living)


async def test_the_day_is_used_up_and_it_goes_on_when_it_opens(practice: Practice) -> None:
    await practice.connect()
    await practice.fault("day429", LIST, times=1)
    snapshot_id = await practice.started()
    await practice.worked()
    waiting = await practice.read(snapshot_id)
    assert waiting.state == "fetching"
    assert waiting.problem is not None
    assert waiting.problem["remedy"]["operation"] == "wait"
    calls = len(await practice.at_practice())
    await practice.worked()
    assert len(await practice.at_practice()) == calls
    await practice.later(timedelta(days=1, minutes=5))
    await practice.worked()
    assert (await practice.read(snapshot_id)).state == "ready"
    # What was read whole before it is not read again.
    asked = [call["path"].rsplit("/")[-2] for call in await practice.at_practice()]
    assert asked.count("staff.api") == 1


async def test_the_consent_is_withdrawn_half_way(practice: Practice) -> None:
    await practice.connect()
    snapshot_id = await practice.started()
    await practice.control("POST", "revoke", user="margaret@ironbark.example")
    await practice.worked()
    failed = await practice.read(snapshot_id)
    assert failed.state == "failed"
    assert failed.problem is not None
    assert failed.problem["remedy"]["operation"] == "connect_practice"
    await practice.connect()
    assert (await practice.taken()).state == "ready"


@pytest.mark.parametrize("where", ["after_staff", "after_batch", "after_clients", "after_staging"])
async def test_the_worker_dies_and_the_next_goes_on(practice: Practice, where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    await practice.connect()
    snapshot_id = await practice.started()
    taken = await practice.slice()
    lent = practice.rt.lent
    broken: Settings = lent.settings.model_copy(update={"failpoint": f"{where}:raise"})
    from dataclasses import replace

    outcome = await work(replace(lent, settings=broken), taken)
    assert outcome is not None
    assert not outcome.done
    await practice.later()
    await practice.worked()
    ready = await practice.read(snapshot_id)
    assert ready.state == "ready"
    rows = await practice.rows(snapshot_id)
    assert len(rows) == sum(ready.counts[name] for name in ("staff", "clients", "entities"))
    lists = [call for call in await practice.at_practice() if call["path"].endswith("client.api/list")]
    assert len(lists) == (1 if where in ("after_staging", "after_clients") else 2 if where == "after_batch" else 1)
    assert (await practice.verbs())["snapshot.fetched"] == 1


async def test_thrown_away_while_it_is_read(practice: Practice) -> None:
    await practice.connect()
    snapshot_id = await practice.started()
    answer = await practice.ada.send("DELETE", f"/xpm/imports/{snapshot_id}")
    assert answer.status_code == 204, answer.text
    await practice.worked()
    assert (await practice.read(snapshot_id)).state == "discarded"
    assert await practice.rows(snapshot_id) == {}
    assert isinstance(await practice.taken(), Snapshot)


async def test_what_changed_since_is_read_again_and_marked(practice: Practice) -> None:
    await practice.connect()
    snapshot = await practice.taken()
    before = await practice.rows(snapshot.id)
    changing = next(row for row in before.values() if row.kind == "client" and row.proposal == "create")
    await practice.later(timedelta(hours=2))
    await practice.control(
        "POST", "practice/change-client", uuid=changing.remote_id, fields={"phone": "0499 999 999"}
    )
    added = await practice.control(
        "POST", "practice/add-client", fields={"name": "Newcomer, Ned", "firstName": "Ned", "lastName": "Newcomer", "businessStructure": "Individual"}
    )
    refreshed = await practice.refreshed(snapshot.id)
    assert refreshed.state == "ready"
    assert refreshed.fetched_at is not None
    assert snapshot.fetched_at is not None
    assert refreshed.fetched_at > snapshot.fetched_at
    rows = await practice.rows(snapshot.id)
    assert len(rows) == len(before) + 1
    assert rows[changing.remote_id].changed_since
    assert rows[changing.remote_id].neutral["fields"]["phone"] == "0499 999 999"
    assert {row.remote_id for row in rows.values() if row.changed_since} == {changing.remote_id}
    assert rows.keys() - before.keys() <= {str(added.get("uuid")), *(rows.keys() - before.keys())}
    # In as many calls as the first reading.
    assert len(await practice.at_practice()) == 6


async def test_groups_and_relationships_are_read_again_though_no_client_says_that_it_changed(practice: Practice) -> None:
    await practice.connect()
    snapshot = await practice.taken()
    before = await practice.rows(snapshot.id)
    people = [row for row in before.values() if row.kind == "client" and not row.archived]
    lone = next(row for row in people if not row.neutral["groups"])
    related, relative = [row for row in people if row is not lone and not row.neutral["groups"]][:2]
    group = next(one for one in snapshot.groups if one["members"])
    await practice.later(timedelta(hours=2))
    await practice.control("POST", "practice/member", group=group["remote_id"], client=lone.remote_id)
    await practice.control("POST", "practice/relationship", client=related.remote_id, related=relative.remote_id, type="Spouse")
    refreshed = await practice.refreshed(snapshot.id)
    rows = await practice.rows(snapshot.id)
    assert {row.remote_id for row in rows.values() if row.changed_since} >= {lone.remote_id, related.remote_id}
    assert [group["remote_id"], group["name"]] in rows[lone.remote_id].neutral["groups"]
    assert relative.remote_id in {one["other_remote_id"] for one in rows[related.remote_id].neutral["relations"]}
    assert lone.remote_id in next(one for one in refreshed.groups if one["remote_id"] == group["remote_id"])["members"]
    assert refreshed.counts["relationships"] == snapshot.counts["relationships"] + 1
