"""One transaction of one actor: what it reaches, what it keeps, and that its record cannot be rewritten unseen."""

import asyncio
from uuid import UUID

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import create_async_engine

from practice.access.models import Identity
from practice.clients.models import Client, Sight
from practice.clients.problems import BundleFull
from practice.kernel.actor import Actor
from practice.kernel.jobs import JobRow
from practice.kernel.problems import NotFound
from practice.kernel.record import EntryRow, ReadRecord
from practice.kernel.runtime import Runtime
from practice.kernel.settings import Settings
from practice.kernel.verify_record import verify_record
from tests import make

MEMBER = text("SELECT current_setting('app.member_id', true)")


async def clients(runtime: Runtime, actor: Actor, *names: str, visibility: str = "whole_team") -> list[UUID]:
    async with runtime.context(actor).unit() as unit:
        return [(await make.client(unit, name, visibility=visibility)).id for name in names]


async def test_get_and_find_keep_to_the_firm(runtime: Runtime, bright: Actor) -> None:
    other = await make.firm(runtime, "Dim", "Dan")
    [theirs] = await clients(runtime, other, "Theirs")
    zed, abe = await clients(runtime, bright, "Zed", "Abe")
    async with runtime.context(bright).unit() as unit:
        assert (await unit.get(Client, zed)).name == "Zed"
        assert [row.name for row in await unit.find(Client, [zed, abe, zed])] == ["Zed", "Abe"]
        for read in (unit.get, unit.lock):
            with pytest.raises(NotFound):
                await read(Client, theirs)
        with pytest.raises(NotFound) as missing:
            await unit.find(Client, [abe, theirs])
        assert missing.value.extensions == {"missing": [str(theirs)]}
        with pytest.raises(TypeError, match="not owned"):
            await unit.get(Identity, abe)


async def test_lock_reads_again_and_keeps_what_was_changed(runtime: Runtime, bright: Actor) -> None:
    [id_] = await clients(runtime, bright, "Acme")
    async with runtime.context(bright).unit() as unit:
        client = await unit.get(Client, id_)
        async with runtime.context(bright).unit() as other:
            (await other.get(Client, id_)).documents = 7
        client.tags = ["mine"]
        locked = await unit.lock(Client, id_)
        assert (locked.documents, locked.tags) == (7, ["mine"])


async def test_an_exception_undoes_everything(runtime: Runtime, bright: Actor) -> None:
    with pytest.raises(ZeroDivisionError):
        async with runtime.context(bright).unit() as unit:
            await make.client(unit, "Gone")
            unit.record("firm.changed")
            await unit.enqueue(ReadRecord())
            raise ZeroDivisionError
    async with runtime.context(bright).unit(write=False) as unit:
        assert await unit.scalar(select(func.count()).select_from(Client).where(Client.firm_id == bright.firm_id)) == 0
        verbs = await unit.scalars(select(EntryRow.verb).where(EntryRow.firm_id == bright.firm_id))
        assert "firm.changed" not in verbs


async def test_whole_firm_lifts_what_a_member_sees_and_puts_it_back(runtime: Runtime, bright: Actor) -> None:
    sam = await make.member(runtime, bright, "Sam", "staff")
    await clients(runtime, bright, "Hidden", visibility="specific_people")
    seen = select(func.count()).select_from(Client).where(Client.firm_id == bright.firm_id)
    async with runtime.context(sam).unit() as unit:
        assert await unit.scalar(seen) == 0
        async with unit.whole_firm():
            async with unit.whole_firm():
                assert await unit.scalar(seen) == 1
            assert await unit.scalar(seen) == 1, "the inner one ended the outer one"
        assert await unit.scalar(seen) == 0


async def test_whole_firm_ends_with_a_problem(runtime: Runtime, bright: Actor) -> None:
    sam = await make.member(runtime, bright, "Sam", "staff")
    async with runtime.context(sam).unit() as unit:
        with pytest.raises(BundleFull):
            async with unit.whole_firm():
                raise BundleFull(limit=1, used=1, by=1)
        assert await unit.scalar(MEMBER) == str(sam.member_id)


async def test_a_key_is_queued_once(runtime: Runtime, bright: Actor) -> None:
    async with runtime.context(bright).unit() as unit:
        await unit.execute(text("DELETE FROM job"))
        assert await unit.enqueue(ReadRecord()) is not None
        assert await unit.enqueue(ReadRecord()) is None
        assert await unit.scalar(select(func.count()).select_from(JobRow).where(JobRow.firm_id == bright.firm_id)) == 1


async def test_a_verb_outside_the_closed_set_is_refused(runtime: Runtime, bright: Actor) -> None:
    async with runtime.context(bright).unit() as unit:
        with pytest.raises(ValueError, match="closed set"):
            unit.record("client.greeted")


# -- the record ---------------------------------------------------------------------------------------------------


async def record(runtime: Runtime, actor: Actor) -> None:
    async with runtime.context(actor).unit() as unit:
        client = await make.client(unit, "Acme")
        unit.record("client.adopted", on=client)
        unit.record("client.configured", on=client, before={"tags": []}, after={"tags": ["é", "a"]}, share=0.1)
    async with runtime.context(actor).unit() as unit:
        unit.record("firm.changed", name="Brighter")


async def verified(runtime: Runtime, actor: Actor) -> int | None:
    async with runtime.context(actor).unit(write=False) as unit:
        return await verify_record(unit)


async def test_the_record_is_a_chain(runtime: Runtime, bright: Actor) -> None:
    other = await make.firm(runtime, "Dim", "Dan")
    await record(runtime, bright)
    async with runtime.context(bright).unit(write=False) as unit:
        rows = await unit.scalars(select(EntryRow).where(EntryRow.firm_id == bright.firm_id).order_by(EntryRow.seq))
    assert [row.seq for row in rows] == [1, 2, 3, 4, 5]
    assert {row.actor_name for row in rows[2:]} == {"Ada"}
    assert rows[2].client_id == rows[2].subject_id is not None
    assert await verified(runtime, bright) is None
    assert await verified(runtime, other) is None


@pytest.mark.parametrize(
    ("tampering", "broken"),
    [
        ("UPDATE entry SET facts = '{\"name\": \"Darker\"}' WHERE seq = 5", 5),
        ("UPDATE entry SET actor_name = 'Eve' WHERE seq = 2", 2),
        ("UPDATE entry SET at = at - interval '1 day' WHERE seq = 1", 1),
        ("UPDATE entry SET client_id = NULL WHERE seq = 3", 3),
        ("DELETE FROM entry WHERE seq = 4", 4),
        ("DELETE FROM entry WHERE seq = 5", 5),
        ("DELETE FROM entry; DELETE FROM chain_head WHERE false", 1),
        ("UPDATE chain_head SET seq = 4", 6),
    ],
)
async def test_tampering_shows(runtime: Runtime, product: Settings, bright: Actor, tampering: str, broken: int) -> None:
    await record(runtime, bright)
    # As nobody in the product can: past every role.
    engine = create_async_engine(product.database.url)
    async with engine.begin() as owner:
        for statement in tampering.split(";"):
            await owner.execute(text(statement))
    await engine.dispose()
    assert await verified(runtime, bright) == broken


async def test_the_product_itself_cannot_tamper(runtime: Runtime, bright: Actor) -> None:
    for statement in ("UPDATE entry SET verb = verb", "DELETE FROM entry"):
        with pytest.raises(Exception, match="permission denied"):
            async with runtime.context(bright).unit() as unit:
                await unit.execute(text(statement))


async def test_two_recorders_at_once_make_one_chain(runtime: Runtime, bright: Actor) -> None:
    async def once(number: int) -> None:
        async with runtime.context(bright).unit() as unit:
            unit.record("firm.changed", number=number)

    await asyncio.gather(*(once(number) for number in range(8)))
    async with runtime.context(bright).unit(write=False) as unit:
        numbers = await unit.scalars(select(EntryRow.seq).where(EntryRow.firm_id == bright.firm_id))
        assert sorted(numbers) == list(range(1, 11))
        assert await verify_record(unit) is None


async def test_sealed_cells_open_through_the_unit(runtime: Runtime, bright: Actor) -> None:
    async with runtime.context(bright).unit() as unit:
        row = Sight(id=unit.ids.new())
        row.__dict__["cell"] = unit.seal(row, "cell", "secret")
        assert unit.reveal(row, "cell") == "secret"
