"""The day's calls: bulk reading stops while some are left for people, waits until the day opens, and goes on at its page."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import update

from practice.connections.models import DayQuota
from practice.connections.reach_tenant import reach_tenant
from practice.kernel.jobs import JobRow
from tests.practice.imports.conftest import Desk, pages

A_DAY = timedelta(days=1)


async def a_day_of(desk: Desk, calls: int) -> None:
    """Here and at Xero, from a fresh day on."""
    await desk.later(A_DAY)
    await desk.control("POST", "limits", daily=calls)
    lent = desk.house.rt.lent
    xero = lent.settings.xero.model_copy(update={"daily_limit": calls})
    desk.house.rt.lent = replace(lent, settings=lent.settings.model_copy(update={"xero": xero}))


async def test_an_import_that_uses_up_the_day_goes_on_tomorrow_at_the_exact_page(desk: Desk) -> None:
    client_id = desk.clients[1]
    await a_day_of(desk, 15)
    await desk.start(client_id)
    await desk.worked()
    import_ = await desk.import_of(client_id)
    assert import_.state == "waiting"
    assert import_.problem
    assert import_.problem["slug"] == "day-limit-reached"
    first = await desk.calls(client_id)
    assert [call["status"] for call in first] == [200] * 14
    assert import_.waiting_until
    assert timedelta(minutes=59) < import_.waiting_until - desk.clock.now() <= timedelta(hours=1)

    async with reach_tenant(desk.ctx, import_.tenant_id, urgent=True) as ledger:
        await ledger.pull("organisation")  # what a person waits for may use what is left

    await desk.later(A_DAY)
    for _ in range(30):
        await desk.worked()
        import_ = await desk.import_of(client_id)
        if not import_.active:
            break
        await desk.later(A_DAY)
    assert import_.state == "done"
    calls = await desk.calls(client_id)
    assert {call["status"] for call in calls} == {200}
    often = pages(calls)
    assert often.pop(("/api.xro/2.0/Organisation", None)) == 2
    assert max(often.values()) == 1
    assert await desk.stored(client_id) == await desk.true(client_id)


async def test_an_emptied_redis_does_not_forget_the_day(desk: Desk) -> None:
    client_id = desk.clients[1]
    await a_day_of(desk, 15)
    await desk.start(client_id)
    await desk.worked()
    asked = len(await desk.calls(client_id))
    day = (await desk.all(DayQuota, DayQuota.tenant_id == (await desk.import_of(client_id)).tenant_id))[-1]
    assert (day.calls, day.left_calls) == (14, 1)

    redis = desk.house.rt.lent.redis
    await redis.flushdb()
    await redis.set("rl:xero:app:epoch", "1:new")
    desk.clock.move(timedelta(minutes=59))
    async with desk.ctx.unit() as unit:
        await unit.execute(
            update(JobRow).where(JobRow.firm_id == unit.firm_id, JobRow.state == "queued").values(run_at=unit.now)
        )
    await desk.worked()
    assert len(await desk.calls(client_id)) == asked
    # An hour after the last answer one call asks whether the day has opened; it has not.
    await desk.later(timedelta(hours=1))
    await desk.worked()
    assert len(await desk.calls(client_id)) == asked + 1
