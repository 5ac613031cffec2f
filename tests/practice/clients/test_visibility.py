"""Who sees a client: every mode, written at once, and asked by every read."""

import asyncio
from uuid import UUID

import pytest

from practice.clients import reads
from practice.clients.archive_client import archive_client
from practice.clients.configure_clients import Configuration
from practice.clients.mark_seen import mark_seen
from practice.clients.models import Client
from practice.clients.visibility import rewrite_all_sight, set_xero_users
from practice.firms.models import Member
from practice.kernel.problems import NotFound
from tests.practice.clients.conftest import Practice


async def test_owners_and_admins_see_all_and_others_by_mode(practice: Practice) -> None:
    abe, sam = await practice.member("Abe", "admin"), await practice.member("Sam")
    await practice.clients("Open", visibility="whole_team")
    await practice.clients("Named", visibility="specific_people")
    await practice.clients("Xero", visibility="xero_users")
    for actor in (practice.ada, abe):
        assert await practice.sees(actor) == ["Named", "Open", "Xero"]
    for role in ("manager", "viewer"):
        assert await practice.sees(await practice.member(role, role)) == [], "made before they joined"
    assert await practice.sees(sam) == ["Open"]


async def test_a_manager_of_a_client_sees_it_in_every_mode(practice: Practice) -> None:
    sam = await practice.member("Sam")
    assert sam.member_id
    for mode in ("specific_people", "xero_users"):
        [id_] = await practice.clients(mode, visibility=mode)
        await practice.configure(Configuration(id_, manager_ids=[sam.member_id]))
    assert await practice.sees(sam) == ["specific_people", "xero_users"]
    assert await practice.sees(sam, "mine") == ["specific_people", "xero_users"]


async def test_each_change_of_mode_is_seen_by_the_next_read(practice: Practice) -> None:
    sam, bea = await practice.member("Sam"), await practice.member("Bea", email="Bea@Bright.example")
    [id_] = await practice.clients("Acme", visibility="whole_team")
    assert bea.member_id

    async def seen_by(**change: object) -> list[str]:
        await practice.configure(Configuration(id_, **change))  # type: ignore[arg-type]  # one field at a time
        return [actor.name for actor in (sam, bea) if await practice.sees(actor)]

    assert await seen_by(tags=["x"]) == ["Sam", "Bea"]
    assert await seen_by(visibility="specific_people") == []
    assert await seen_by(viewer_ids=[bea.member_id]) == ["Bea"]
    assert await seen_by(visibility="xero_users") == [], "before the first read of its users: nobody more"
    async with practice.unit() as unit:
        await set_xero_users(unit, client_id=id_, users=[("bea@bright.EXAMPLE", "STANDARD"), (None, "STANDARD")])
    assert [actor.name for actor in (sam, bea) if await practice.sees(actor)] == ["Bea"]
    assert await seen_by(visibility="whole_team") == ["Sam", "Bea"]


@pytest.mark.parametrize(
    ("role", "sees"),
    [("STANDARD", True), ("FINANCIALADVISER", True), ("READONLY", False), ("INVOICEONLY", False), ("CASHBOOKCLIENT", False), (None, False)],
)
async def test_which_xero_users_count(practice: Practice, role: str | None, sees: bool) -> None:
    sam = await practice.member("Sam")
    [id_] = await practice.clients("Acme", visibility="xero_users")
    async with practice.unit() as unit:
        await set_xero_users(unit, client_id=id_, users=[("sam@bright.example", role)])
    assert bool(await practice.sees(sam)) == sees


async def test_who_leaves_xero_or_the_firm_sees_no_more(practice: Practice) -> None:
    sam = await practice.member("Sam")
    assert sam.member_id
    [id_] = await practice.clients("Acme", visibility="xero_users")
    for users, sees in (([("sam@bright.example", "STANDARD")], ["Acme"]), ([], [])):
        async with practice.unit() as unit:
            await set_xero_users(unit, client_id=id_, users=users)
        assert await practice.sees(sam) == sees
    await practice.configure(Configuration(id_, visibility="whole_team"))
    async with practice.unit() as unit:
        (await unit.get(Member, sam.member_id)).state = "removed"
        await unit.flush()
        await rewrite_all_sight(unit)
    assert await practice.sees(sam) == []


async def test_all_who_rewrite_at_once_agree(practice: Practice) -> None:
    """Somebody configures while imports bring Xero users and a newcomer changes everybody's sight."""
    sam = await practice.member("Sam")
    ids = await practice.clients("A", "B", "C", visibility="xero_users")

    async def users(id_: UUID) -> None:
        async with practice.unit() as unit:
            await set_xero_users(unit, client_id=id_, users=[("sam@bright.example", "STANDARD")])

    async def everybody() -> None:
        async with practice.unit() as unit:
            await rewrite_all_sight(unit)

    await asyncio.gather(
        practice.configure(*(Configuration(id_, tags=["x"]) for id_ in reversed(ids))),
        *(users(id_) for id_ in ids),
        everybody(),
        everybody(),
    )
    assert await practice.sees(sam) == ["A", "B", "C"]


async def test_who_may_not_see_finds_nothing_and_counts_nothing(practice: Practice) -> None:
    sam = await practice.member("Sam")
    [hidden] = await practice.clients("Hidden", visibility="specific_people", state="active")
    [open_] = await practice.clients("Open")
    await practice.configure(Configuration(hidden, tags=["secret"]), Configuration(open_, tags=["plain"]))
    async with practice.unit(sam) as unit:
        for attempt in (
            unit.get(Client, hidden),
            unit.lock(Client, hidden),
            reads.read_listed(unit, [open_, hidden]),
            archive_client(unit, client_id=hidden),
            mark_seen(unit, client_id=hidden),
        ):
            with pytest.raises(NotFound):
                await attempt
        counts = await reads.count_views(unit)
        assert (counts["all"], counts["no_manager"]) == (1, 1)
        assert await reads.list_tags(unit) == ["plain"]
        assert await reads.neighbours(unit, await unit.get(Client, open_)) == (None, None)
        for wanted in (reads.Wanted(q="Hid"), reads.Wanted(tag="secret"), reads.Wanted(band="unscored", sort="-score")):
            listed, total = await reads.list_clients(unit, wanted, limit=10, offset=0)
            assert "Hidden" not in [one.client.name for one in listed]
            assert total == len(listed)


async def test_new_is_new_to_each_until_they_look(practice: Practice) -> None:
    sam = await practice.member("Sam")
    [id_] = await practice.clients("Acme")

    async def new_to() -> list[str]:
        return [actor.name for actor in (practice.ada, sam) if await practice.sees(actor, "new")]

    assert await new_to() == [], "nothing to look at before it is imported"
    async with practice.unit() as unit:
        (await unit.get(Client, id_)).last_imported_at = unit.now
    assert await new_to() == ["Ada", "Sam"]
    for _ in range(2):
        async with practice.unit(sam) as unit:
            await mark_seen(unit, client_id=id_)
    assert await new_to() == ["Ada"]
    async with practice.unit(sam, write=False) as unit:
        [one] = await reads.read_listed(unit, [id_])
        assert (one.is_new, (await reads.count_views(unit))["new"]) == (False, 0)


async def test_searching_takes_words_as_they_are(practice: Practice) -> None:
    await practice.clients("100% Pure", "Under_Score", "Underscore", "Back\\slash")
    async with practice.unit(write=False) as unit:
        for q, names in (("100%", ["100% Pure"]), ("under_", ["Under_Score"]), ("\\", ["Back\\slash"]), ("%", ["100% Pure"])):
            listed, _ = await reads.list_clients(unit, reads.Wanted(q=q), limit=10, offset=0)
            assert [one.client.name for one in listed] == names


async def test_a_page_is_a_part_and_the_order_is_whole(practice: Practice) -> None:
    ids: list[UUID] = await practice.clients("b", "A", "c", "a2")
    async with practice.unit() as unit:
        for id_, score in zip(ids, (50, None, 90, 50), strict=True):
            (await unit.get(Client, id_)).score = score
    for sort, names in (
        ("name", ["A", "a2", "b", "c"]),
        ("-name", ["c", "b", "a2", "A"]),
        ("score", ["a2", "b", "c", "A"]),
        ("-score", ["c", "a2", "b", "A"]),
    ):
        async with practice.unit(write=False) as unit:
            pages = [await reads.list_clients(unit, reads.Wanted(sort=sort), limit=2, offset=at) for at in (0, 2)]
        assert [one.client.name for page, _ in pages for one in page] == names, sort
        assert [total for _, total in pages] == [4, 4]
