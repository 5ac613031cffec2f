"""The only place that makes ids: UUID version 7, so that rows made together lie together."""

from typing import Protocol
from uuid import UUID

from uuid_utils.compat import uuid7


class Ids(Protocol):
    """Makes ids."""

    def new(self) -> UUID: ...


class TimeOrderedIds:
    """Ids in the order of their making (RFC 9562)."""

    def new(self) -> UUID:
        return uuid7()


class CountingIds:
    """Ids for tests: 1, 2, 3 …"""

    def __init__(self) -> None:
        self.last = 0

    def new(self) -> UUID:
        self.last += 1
        return UUID(int=self.last)
