"""A month is over when it is over where the organisation is, not in Greenwich."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from practice.kernel.clock import FrozenClock
from practice.kernel.problems import Invalid
from practice.kernel.runtime import Runtime
from practice.kernel.settings import Settings
from practice.ledgers.high_water import save_high_water
from practice.ledgers.seal_period import seal_period
from practice.ledgers.set_figure import Stated, set_figure
from practice.ledgers.store_page import store_page
from tests.make import client, firm, tenant

JUNE = date(2026, 6, 30)
# The first of July in Sydney, and still the last of June in Greenwich and in Honolulu.
EVENING = datetime(2026, 6, 30, 20, tzinfo=UTC)
# The first of July in Greenwich, and still the last of June in Honolulu.
MORNING = datetime(2026, 7, 1, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "zone", "over"),
    [
        (EVENING, "Australia/Sydney", True),
        (EVENING, None, False),
        (MORNING, None, True),
        (MORNING, "Pacific/Honolulu", False),
    ],
)
async def test_june_is_sealed_and_its_last_day_entered_when_it_is_over_there(
    product: Settings, now: datetime, zone: str | None, over: bool
) -> None:
    async with Runtime.open(product, clock=FrozenClock(now)) as runtime:
        ctx = runtime.context(await firm(runtime, "Bright", "Ada"))
        async with ctx.unit() as unit:
            tenant_id = tenant(unit).id
            client_id = (await client(unit)).id
            organisation: dict[str, Any] = {"remote_id": str(UUID(int=1)), "name": "Acme", "time_zone": zone}
            await store_page(unit, tenant_id=tenant_id, resource="organisation", rows=[organisation])
            await save_high_water(
                unit, tenant_id=tenant_id, resource="organisation", modified_since=now - timedelta(days=1)
            )
        first = JUNE + timedelta(days=1)

        async def enter_the_first_of_july() -> None:
            async with ctx.unit() as unit:
                await set_figure(
                    unit, tenant_id=tenant_id, client_id=client_id, stated=Stated("tax_filed", first, Decimal(1))
                )

        if over:
            sealed = await seal_period(ctx, tenant_id=tenant_id, client_id=client_id, period_end=JUNE, note="")
            assert sealed.period_end == JUNE
            await enter_the_first_of_july()
        else:
            with pytest.raises(Invalid) as refused:
                await seal_period(ctx, tenant_id=tenant_id, client_id=client_id, period_end=JUNE, note="")
            assert [error.pointer for error in refused.value.errors or ()] == ["/period_end"]
            with pytest.raises(Invalid) as refused:
                await enter_the_first_of_july()
            assert [error.pointer for error in refused.value.errors or ()] == ["/date"]
