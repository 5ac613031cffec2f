"""The sandbox's time: it can be moved and scaled, so that a day's window passes in a second."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta


class Clock:
    """Runs with the machine until it is moved (`advance`) or made faster (`scale`). A scale of 0 stops it."""

    def __init__(self, start: datetime | None = None, *, scale: float = 1.0) -> None:
        self._fixed = start
        self._scale = scale
        self._begin()

    def _begin(self) -> None:
        self._base = self._fixed or datetime.now(UTC)
        self._since = time.monotonic()

    @property
    def scale(self) -> float:
        return self._scale

    def now(self) -> datetime:
        return self._base + timedelta(seconds=(time.monotonic() - self._since) * self._scale)

    def advance(self, seconds: float) -> None:
        self._base += timedelta(seconds=seconds)

    def set_scale(self, scale: float) -> None:
        self._base = self.now()
        self._since = time.monotonic()
        self._scale = scale

    def waits(self, seconds: float) -> float:
        """How long the caller's own clock runs while this one runs `seconds`."""
        return seconds / self._scale if self._scale > 0 else seconds

    def reset(self) -> None:
        self._scale = 1.0 if self._fixed is None else self._scale
        self._begin()
