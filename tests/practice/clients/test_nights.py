"""When the nights are, and that their work is spread evenly."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from practice.clients.nights import Night, next_turn

SYDNEY = "Australia/Sydney"
CLIENTS = [UUID(int=number * 7919) for number in range(2400)]


def test_a_night_is_the_firms_own() -> None:
    night = Night.of(date(2026, 11, 22), SYDNEY)
    assert (night.begins, night.ends) == (
        datetime(2026, 11, 21, 14, tzinfo=UTC),
        datetime(2026, 11, 21, 18, tzinfo=UTC),
    )


def test_before_one_it_is_still_the_night_before() -> None:
    at = datetime(2026, 11, 21, 13, 59, tzinfo=UTC)
    assert Night.begun(at, SYDNEY).day == date(2026, 11, 21)
    assert Night.begun(at + timedelta(minutes=1), SYDNEY).day == date(2026, 11, 22)


def test_a_sunday_is_looked_back_to() -> None:
    assert [Night.of(date(2026, 11, day), "UTC").sunday("UTC").day.day for day in range(21, 30)] == [
        15, 22, 22, 22, 22, 22, 22, 22, 29,
    ]  # fmt: skip


def test_every_night_has_a_turn_for_each_also_when_the_clocks_change() -> None:
    for day in (date(2026, 10, 4), date(2026, 4, 5), date(2026, 7, 1)):
        night = Night.of(day, SYDNEY)
        hours = {night.turn_of(client).astimezone(ZoneInfo(SYDNEY)).hour for client in CLIENTS}
        assert hours <= {1, 2, 3, 4}
        assert all(night.begins <= night.turn_of(client) < night.ends for client in CLIENTS)


def test_turns_are_spread_evenly() -> None:
    night = Night.of(date(2026, 11, 22), "UTC")
    minutes = Counter((night.turn_of(client) - night.begins) // timedelta(minutes=10) for client in CLIENTS)
    assert len(minutes) == 24
    assert max(minutes.values()) < 1.4 * min(minutes.values()), minutes


def test_the_same_hour_every_night() -> None:
    first, second = (Night.of(date(2026, 11, day), "UTC").turn_of(CLIENTS[1]) for day in (21, 22))
    assert second - first == timedelta(days=1)


def test_the_next_turn() -> None:
    turn = Night.of(date(2026, 11, 22), "UTC").turn_of(CLIENTS[1])
    assert next_turn(CLIENTS[1], now=turn - timedelta(seconds=1), time_zone="UTC") == turn
    assert next_turn(CLIENTS[1], now=turn, time_zone="UTC") == turn + timedelta(days=1)
    assert next_turn(CLIENTS[1], now=turn.replace(hour=0), time_zone="Nowhere/Atall") == turn
