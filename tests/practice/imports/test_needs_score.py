"""A night that found nothing new: the score is taken again once a week, and when the month has turned."""

from datetime import date, datetime, timedelta

import pytest

from practice.clients.models import Client
from practice.imports.models import Import, ImportRun
from practice.imports.needs_score import needs_score
from tests.practice.scoring.conftest import NOW, Scene, scene, settings

__all__ = ["scene", "settings"]


@pytest.mark.parametrize(
    ("ago", "changed", "kind", "wanted"),
    [
        (timedelta(days=1), 0, "night", False),
        (timedelta(days=6, hours=23), 0, "night", False),
        (timedelta(days=7), 0, "night", True),
        (timedelta(days=1), 1, "night", True),
        (timedelta(days=1), 0, "import", True),
        (None, 0, "night", True),
    ],
)
async def test_a_quiet_night(scene: Scene, ago: timedelta | None, changed: int, kind: str, wanted: bool) -> None:
    async with scene.ctx.unit() as unit:
        client = await unit.get(Client, scene.client_id)
        client.scored_at = None if ago is None else unit.now - ago
        run = unit.add(ImportRun(kind=kind, night=date(2026, 11, 21) if kind == "night" else None))
        await unit.flush()
        import_ = unit.add(
            Import(run_id=run.id, client_id=client.id, tenant_id=scene.tenant_id, state="importing", changed=changed)
        )
        await unit.flush()
        assert await needs_score(unit, import_id=import_.id) == wanted


async def test_the_month_turns_where_the_organisation_is(scene: Scene) -> None:
    """In Sydney it is the first of the month while it is still the last one here."""
    async with scene.ctx.unit() as unit:
        client = await unit.get(Client, scene.client_id)
        client.scored_at = datetime(2026, 11, 30, 12, tzinfo=NOW.tzinfo)
        run = unit.add(ImportRun(kind="night", night=date(2026, 11, 30)))
        await unit.flush()
        import_ = unit.add(Import(run_id=run.id, client_id=client.id, tenant_id=scene.tenant_id, state="importing"))
        await unit.flush()
    for hour, wanted in ((12, False), (14, True)):
        scene.clock.at = datetime(2026, 11, 30, hour, tzinfo=NOW.tzinfo)
        async with scene.ctx.unit(write=False) as unit:
            assert await needs_score(unit, import_id=import_.id) == wanted
