"""The only place that asks what time it is."""

from datetime import UTC, datetime, timedelta
from typing import Protocol

import structlog

SLACK = timedelta(seconds=1)
WORTH_SAYING = timedelta(seconds=2)


class Clock(Protocol):
    """Tells the time, aware and in UTC."""

    def now(self) -> datetime: ...

    def set_by(self, told: datetime, *, took: timedelta) -> None: ...


class SystemClock:
    """PostgreSQL's time. Rows are due and leases end by its clock, so a machine whose own is minutes off must not write
    its times beside them (promises F39). The machine's clock carries it from one question to the next.
    """

    def __init__(self) -> None:
        self._ahead = timedelta(0)

    def now(self) -> datetime:
        """The machine's time, less what it is ahead."""
        return datetime.now(UTC) - self._ahead

    def set_by(self, told: datetime, *, took: timedelta) -> None:
        """What PostgreSQL told, and how long asking took: it looked somewhere in between. Within a second all is well."""
        most = datetime.now(UTC) - told
        right = min(max(self._ahead, most - took), most)
        by = abs(right - self._ahead)
        if by <= SLACK:
            return
        self._ahead = right
        if by > WORTH_SAYING:
            structlog.get_logger().warning("clock.differs", seconds=round(right.total_seconds(), 1))


class FrozenClock:
    """A clock for tests: it moves when told to."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def set_by(self, told: datetime, *, took: timedelta) -> None:
        """Nobody sets it but the test."""

    def move(self, by: timedelta) -> None:
        self.at += by
