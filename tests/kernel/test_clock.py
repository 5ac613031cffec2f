"""A machine whose clock is minutes off writes PostgreSQL's times all the same (promises F39)."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from practice.kernel import clock as of_the_kernel
from practice.kernel.actor import Actor
from practice.kernel.clock import SystemClock
from practice.kernel.runtime import Runtime
from practice.kernel.settings import Settings

NO_TIME = timedelta(0)
TEN_MINUTES = timedelta(minutes=10)


def shifted(by: timedelta) -> type[datetime]:
    class Shifted(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
            assert tz is UTC
            return datetime.now(UTC) + by

    return Shifted


@pytest.mark.parametrize("by", [TEN_MINUTES, -TEN_MINUTES])
async def test_units_tell_the_databases_time_from_the_first(product: Settings, monkeypatch: pytest.MonkeyPatch, by: timedelta) -> None:
    monkeypatch.setattr(of_the_kernel, "datetime", shifted(by))
    async with Runtime.open(product) as runtime:
        assert abs(runtime.lent.clock.now() - datetime.now(UTC) - by) < TEN_MINUTES / 2
        for write in (False, True):
            async with runtime.context(Actor.door()).unit(write=write) as unit:
                assert abs(unit.now - await unit.scalar(select(func.now()))) < TEN_MINUTES / 2


def test_a_slow_answer_and_a_difference_within_a_second_leave_it_alone() -> None:
    clock = SystemClock()
    clock.set_by(datetime.now(UTC) - timedelta(seconds=8), took=timedelta(seconds=9))
    clock.set_by(datetime.now(UTC) + of_the_kernel.SLACK / 2, took=NO_TIME)
    before = datetime.now(UTC)
    assert before <= clock.now() <= datetime.now(UTC)


def test_what_is_learned_twice_at_once_counts_once_and_a_mended_clock_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = SystemClock()
    monkeypatch.setattr(of_the_kernel, "datetime", shifted(TEN_MINUTES))
    told = datetime.now(UTC)
    for _ in range(3):
        clock.set_by(told, took=NO_TIME)
    assert abs(clock.now() - datetime.now(UTC)) < TEN_MINUTES / 2
    monkeypatch.undo()
    clock.set_by(datetime.now(UTC), took=NO_TIME)
    assert abs(clock.now() - datetime.now(UTC)) < TEN_MINUTES / 2
