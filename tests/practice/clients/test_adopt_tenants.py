"""Clients are made of chosen tenants, each once, and never more than the bundle holds."""

import asyncio
from uuid import UUID

import pytest
from sqlalchemy import func, select, update

from practice.clients.adopt_tenants import adopt_tenants
from practice.clients.archive_client import archive_client
from practice.clients.bundle import BundleUse, bundle_use
from practice.clients.models import Client, ClientManager
from practice.clients.problems import BundleFull, ClientInUse, NotAnOrganisation
from practice.clients.remove_drafts import remove_drafts
from practice.clients.restore_client import restore_client
from practice.firms.models import Firm
from practice.imports.models import Import, ImportRun
from practice.kernel.actor import Actor
from practice.kernel.problems import NotFound
from tests import make
from tests.practice.clients.conftest import Practice


async def adopt(practice: Practice, *tenants: UUID, by: Actor | None = None) -> list[UUID]:
    async with practice.unit(by) as unit:
        return [client.id for client in await adopt_tenants(unit, tenant_ids=tenants)]


async def bundle(practice: Practice, size: int) -> None:
    async with practice.unit() as unit:
        await unit.execute(update(Firm).where(Firm.id == unit.firm_id).values(client_bundle=size))


async def use(practice: Practice, actor: Actor | None = None) -> BundleUse:
    async with practice.unit(actor, write=False) as unit:
        return await bundle_use(unit)


async def test_twice_is_the_same_client(practice: Practice) -> None:
    one, two, three = await practice.tenants("One", "Two", "Three")
    first = await adopt(practice, two, one)
    again = await adopt(practice, one, three, two)
    assert (again[0], again[2]) == (first[1], first[0]), "in the order asked for"
    assert await practice.verbs() == ["client.adopted"] * 3
    client = await practice.client(first[0])
    assert (client.name, client.state, client.visibility) == ("Two", "draft", "xero_users")
    assert await use(practice) == BundleUse(limit=50, used=3, drafts=3)


async def test_more_than_the_bundle_adds_nothing_and_says_by_how_many(practice: Practice) -> None:
    await bundle(practice, 3)
    await practice.clients("There")
    await practice.clients("Gone", state="archived")
    with pytest.raises(BundleFull) as full:
        await adopt(practice, *await practice.tenants("A", "B", "C", "D"))
    assert full.value.extensions == {"limit": 3, "used": 1, "by": 2}
    assert full.value.remedy is not None
    assert full.value.remedy.label == "Remove 2"
    assert await practice.sees(practice.ada, "draft") == []
    assert await practice.verbs() == []
    assert (await use(practice)).used == 1


async def test_two_people_at_once_never_take_more_than_there_is(practice: Practice) -> None:
    await bundle(practice, 5)
    mia = await practice.member("Mia", "manager")
    ours, theirs = await practice.tenants("A", "B", "C"), await practice.tenants("D", "E", "F")
    done = await asyncio.gather(
        adopt(practice, *ours), adopt(practice, *theirs, by=mia), return_exceptions=True
    )
    refused = [one for one in done if isinstance(one, BaseException)]
    assert len(refused) == 1
    assert isinstance(refused[0], BundleFull)
    assert refused[0].extensions == {"limit": 5, "used": 3, "by": 1}
    assert (await use(practice)).used == 3


async def test_two_people_at_once_adopt_one_tenant_once(practice: Practice) -> None:
    mia = await practice.member("Mia", "manager")
    tenants = await practice.tenants("A", "B")
    ours, theirs = await asyncio.gather(adopt(practice, *tenants), adopt(practice, *reversed(tenants), by=mia))
    assert ours == theirs[::-1]
    assert (await use(practice)).used == 2


async def test_the_bundle_counts_clients_that_the_asker_may_not_see(practice: Practice) -> None:
    await bundle(practice, 2)
    await practice.clients("Secret", visibility="specific_people")
    mia = await practice.member("Mia", "manager")
    assert await practice.sees(mia) == []
    assert await use(practice, mia) == BundleUse(limit=2, used=1, drafts=0)
    with pytest.raises(BundleFull) as full:
        await adopt(practice, *await practice.tenants("A", "B"), by=mia)
    assert full.value.extensions == {"limit": 2, "used": 1, "by": 1}


async def test_whoever_adopts_can_configure(practice: Practice) -> None:
    mia = await practice.member("Mia", "manager")
    [client] = await adopt(practice, *await practice.tenants("A"), by=mia)
    assert await practice.sees(mia, "draft") == ["A"]
    async with practice.unit() as unit:
        managers = await unit.scalars(select(ClientManager.member_id).where(ClientManager.client_id == client))
    assert managers == [mia.member_id]
    # An owner sees all anyway, and is nobody's manager by that.
    [other] = await adopt(practice, *await practice.tenants("B"))
    async with practice.unit() as unit:
        assert await unit.scalars(select(ClientManager.member_id).where(ClientManager.client_id == other)) == []


async def test_an_archived_client_comes_back_for_who_may_not_see_it_too(practice: Practice) -> None:
    [tenant] = await practice.tenants("A")
    [client] = await adopt(practice, tenant)
    async with practice.unit() as unit:
        await archive_client(unit, client_id=client)
    mia = await practice.member("Mia", "manager")
    assert await adopt(practice, tenant, by=mia) == [client]
    assert (await practice.client(client)).state == "draft"
    assert (await practice.verbs())[-1] == "client.restored"


async def test_only_organisations_of_the_firm_become_clients(practice: Practice) -> None:
    with pytest.raises(NotAnOrganisation, match="Manager is not an organisation"):
        await adopt(practice, *await practice.tenants("Manager", kind="practice_manager"))
    dim = Practice(practice.runtime, await make.firm(practice.runtime, "Dim", "Dan"))
    [theirs] = await dim.tenants("Theirs")
    ours = await practice.tenants("Ours")
    with pytest.raises(NotFound):
        await adopt(practice, *ours, theirs)
    assert await practice.sees(practice.ada, "draft") == []


# -- giving places back ---------------------------------------------------------------------------------------------


async def test_archiving_gives_the_place_back_and_restoring_needs_one(practice: Practice) -> None:
    await bundle(practice, 1)
    [one] = await practice.clients("One", state="active")
    async with practice.unit() as unit:
        await archive_client(unit, client_id=one)
        await archive_client(unit, client_id=one)
    assert (await use(practice)).used == 0
    assert await practice.verbs() == ["client.archived"]
    assert (await practice.client(one)).archived_at is not None
    [two] = await practice.clients("Two")
    with pytest.raises(BundleFull) as full:
        async with practice.unit() as unit:
            await restore_client(unit, client_id=one)
    assert full.value.extensions == {"limit": 1, "used": 1, "by": 1}
    assert (await practice.client(one)).state == "archived"
    async with practice.unit() as unit:
        await archive_client(unit, client_id=two)
    async with practice.unit() as unit:
        restored = await restore_client(unit, client_id=one)
        assert (restored.state, restored.archived_at) == ("ready", None), "it was never imported"
    assert (await use(practice)).used == 1


async def test_a_client_at_work_is_not_archived(practice: Practice) -> None:
    [one] = await practice.clients("One")
    async with practice.unit() as unit:
        (await unit.get(Client, one)).importing = "waiting"
    with pytest.raises(ClientInUse):
        async with practice.unit() as unit:
            await archive_client(unit, client_id=one)


async def test_two_restore_at_once_and_one_place_is_left(practice: Practice) -> None:
    await bundle(practice, 1)
    ids = await practice.clients("One", "Two", state="archived")

    async def restore(id_: UUID) -> bool:
        try:
            async with practice.unit() as unit:
                await restore_client(unit, client_id=id_)
        except BundleFull:
            return False
        return True

    assert sorted(await asyncio.gather(*(restore(id_) for id_ in ids))) == [False, True]
    assert (await use(practice)).used == 1


async def test_adopting_and_restoring_one_client_at_once_do_not_block_each_other(practice: Practice) -> None:
    [tenant] = await practice.tenants("A")
    [client] = await adopt(practice, tenant)

    async def restore() -> None:
        async with practice.unit() as unit:
            await restore_client(unit, client_id=client)

    for _ in range(3):
        async with practice.unit() as unit:
            await archive_client(unit, client_id=client)
        await asyncio.gather(restore(), adopt(practice, tenant), restore())
        assert (await practice.client(client)).state in ("draft", "ready")
    assert (await use(practice)).used == 1


async def test_drafts_go_without_a_trace_but_in_the_record(practice: Practice) -> None:
    mia = await practice.member("Mia", "manager")
    drafts = await adopt(practice, *await practice.tenants("A", "B"), by=mia)
    async with practice.unit(mia) as unit:
        assert await remove_drafts(unit, client_ids=drafts) == 2
    assert (await use(practice)).used == 0
    assert (await practice.verbs())[-2:] == ["client.dropped"] * 2
    async with practice.unit() as unit:
        assert await unit.scalar(select(func.count()).select_from(ClientManager)) == 0


@pytest.mark.parametrize("state", ["active", "archived"])
async def test_what_was_imported_is_not_dropped(practice: Practice, state: str) -> None:
    [kept] = await practice.clients("Kept", state=state)
    [draft] = await adopt(practice, *await practice.tenants("A"))
    with pytest.raises(ClientInUse):
        async with practice.unit() as unit:
            await remove_drafts(unit, client_ids=[draft, kept])
    assert (await practice.client(draft)).state == "draft", "all or none"


async def test_a_draft_with_a_cancelled_import_is_kept_and_says_why(practice: Practice) -> None:
    [one] = await practice.clients("One")
    async with practice.unit() as unit:
        run = unit.add(ImportRun(started_by=practice.ada.member_id, state="open"))
        await unit.flush()
        tenant_id = (await unit.get(Client, one)).tenant_id
        unit.add(
            Import(run_id=run.id, client_id=one, tenant_id=tenant_id, state="cancelled", finished_at=unit.now, stages=[])
        )
    with pytest.raises(ClientInUse, match="Archive it"):
        async with practice.unit() as unit:
            await remove_drafts(unit, client_ids=[one])
