"""What a letter is: the entries it answers, and how it is written for each person."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from practice.kernel.record import EntryRow
from practice.kernel.unit import Unit


@dataclass(frozen=True, slots=True)
class Written:
    """A letter to one person: plain paragraphs, and one link with its label."""

    recipient: str
    subject: str
    paragraphs: tuple[str, ...]
    link: str
    link_label: str


@dataclass(frozen=True, slots=True)
class Letter:
    """Answers entries with these verbs."""

    name: str
    answers: frozenset[str]
    write: Callable[[Unit, EntryRow], Awaitable[list[Written]]]
