"""When the nights are: a firm's own hours between one and five, and each client's turn in them. Pure.

A client's turn depends on its id alone, so that a night's work is spread evenly and falls at the same hour every night.
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

BEGINS, ENDS = time(1), time(5)
SUNDAY = 6
STALE_AFTER = timedelta(hours=36)


@dataclass(frozen=True, slots=True)
class Night:
    """One night of a firm, named for the day it begins on, where the firm is."""

    day: date
    begins: datetime
    ends: datetime

    @classmethod
    def of(cls, day: date, time_zone: str) -> "Night":
        zone = _zone(time_zone)
        return cls(
            day,
            datetime.combine(day, BEGINS, zone).astimezone(UTC),
            datetime.combine(day, ENDS, zone).astimezone(UTC),
        )

    @classmethod
    def begun(cls, now: datetime, time_zone: str) -> "Night":
        """The latest that has begun, over or not."""
        day = now.astimezone(_zone(time_zone)).date()
        tonight = cls.of(day, time_zone)
        return tonight if tonight.begins <= now else cls.of(day - timedelta(days=1), time_zone)

    def after(self, time_zone: str) -> "Night":
        return Night.of(self.day + timedelta(days=1), time_zone)

    def sunday(self, time_zone: str) -> "Night":
        """The latest Sunday's night, which may be this one: then everything is read whole."""
        return Night.of(self.day - timedelta(days=(self.day.weekday() - SUNDAY) % 7), time_zone)

    def turn_of(self, client_id: UUID) -> datetime:
        """When it is this client's turn."""
        part = int.from_bytes(hashlib.sha256(client_id.bytes).digest()[:6], "big") / 2**48
        return self.begins + (self.ends - self.begins) * part


def next_turn(client_id: UUID, *, now: datetime, time_zone: str) -> datetime:
    """The client's next turn."""
    night = Night.begun(now, time_zone)
    turn = night.turn_of(client_id)
    return turn if turn > now else night.after(time_zone).turn_of(client_id)


def _zone(time_zone: str) -> ZoneInfo:
    try:
        return ZoneInfo(time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
