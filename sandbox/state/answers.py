"""Answers to writes, kept under their Idempotency-Key for six minutes, refusals too."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

KEPT_FOR: Final = timedelta(minutes=6)
LONGEST_KEY: Final = 128


class OtherRequest(Exception):
    """The key has been used for something else."""


@dataclass(frozen=True)
class Kept:
    request: str
    at: datetime
    status: int
    body: bytes
    media_type: str


def digest(*parts: bytes) -> str:
    whole = hashlib.sha256()
    for part in parts:
        whole.update(len(part).to_bytes(8, "big") + part)
    return whole.hexdigest()


@dataclass
class Answers:
    _by_key: dict[tuple[str, str, str], Kept] = field(default_factory=dict)

    def find(self, who: tuple[str, str, str], request: str, now: datetime) -> Kept | None:
        """What was answered under this app, tenant and key; raises if the request was another one."""
        kept = self._by_key.get(who)
        if kept is None or now - kept.at >= KEPT_FOR:
            return None
        if kept.request != request:
            raise OtherRequest
        return kept

    def keep(self, who: tuple[str, str, str], kept: Kept) -> None:
        self._by_key = {key: one for key, one in self._by_key.items() if kept.at - one.at < KEPT_FOR}
        self._by_key[who] = kept

    def clear(self) -> None:
        self._by_key.clear()
