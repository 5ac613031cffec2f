"""Jobs of our own on real servers, and a worker that drains without arq."""

from collections.abc import Awaitable, Callable, Iterator
from typing import ClassVar

import pytest

from practice.kernel.context import Run
from practice.kernel.jobs import Job, Lane
from worker import handling


class Errand(Job):
    """A job whose work a test gives."""

    queue, tries = "slow", 3
    lane: ClassVar[Lane | None] = Lane("errands", width=5)
    number: int

    @property
    def key(self) -> str:
        return f"errand:{self.number}"


Work = Callable[[Run, Errand], Awaitable[None]]


@pytest.fixture
def errand() -> Iterator[Callable[[Work], type[Errand]]]:
    """Registers the work; taken back after the test."""
    name = Errand.job_name()

    def given(work: Work) -> type[Errand]:
        handling.CLASSES[name], handling.HANDLERS[name] = Errand, work
        return Errand

    yield given
    for table in (handling.CLASSES, handling.HANDLERS, handling.SETTLERS):
        table.pop(name, None)
