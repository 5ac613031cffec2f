"""Which function does which job, and which one writes its outcome to the slice's own row."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, TypeVar

from practice.kernel.context import Run
from practice.kernel.discovery import discover
from practice.kernel.jobs import Job
from practice.kernel.problems import Problem
from practice.kernel.unit import Unit

J = TypeVar("J", bound=Job)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a slice ended. `again`: more slices follow; `waiting`: parked until a time, no attempt spent."""

    state: Literal["done", "again", "waiting", "retry", "failed", "handed_back"]
    problem: Problem | None = None
    until: datetime | None = None

    @property
    def done(self) -> bool:
        return self.state == "done"


Handler = Callable[[Run, Any], Awaitable[None]]
Settler = Callable[[Unit, Any, Outcome], Awaitable[None]]

CLASSES: dict[str, type[Job]] = {}
HANDLERS: dict[str, Handler] = {}
SETTLERS: dict[str, Settler] = {}


def handles(job: type[J]) -> Callable[[Callable[[Run, J], Awaitable[None]]], Callable[[Run, J], Awaitable[None]]]:
    """Registers the function that does this job; a second one for the same job is refused."""

    def register(function: Callable[[Run, J], Awaitable[None]]) -> Callable[[Run, J], Awaitable[None]]:
        if job.job_name() in HANDLERS:
            raise ValueError(f"{job.__name__} has a handler already")
        CLASSES[job.job_name()] = job
        HANDLERS[job.job_name()] = function
        return function

    return register


def settles(
    job: type[J],
) -> Callable[[Callable[[Unit, J, Outcome], Awaitable[None]]], Callable[[Unit, J, Outcome], Awaitable[None]]]:
    """Registers what runs in the unit that settles the job's row, so that row and slice cannot disagree."""

    def register(function: Callable[[Unit, J, Outcome], Awaitable[None]]) -> Callable[[Unit, J, Outcome], Awaitable[None]]:
        SETTLERS[job.job_name()] = function
        return function

    return register


def load_handlers() -> None:
    """Imports worker/jobs, so that every decorator has run."""
    discover("worker.jobs")
