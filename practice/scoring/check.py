"""What a check is: a pure function of the books that yields findings, with the words a person needs to act on them.

A *finding* is what a check sees; an *issue* is its life in the database. Being in `checks/` is being registered.
"""

import datetime as dt
import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from operator import attrgetter
from typing import Any, Literal

from practice.ledgers.books import Books

Severity = Literal["high", "medium", "low"]
State = Literal["evaluated", "not_applicable", "no_permission", "not_synced", "error"]
FixKind = Literal["contact_default", "archive_contact", "archive_account", "tax_number"]
LinkKind = Literal[
    "invoice", "bill", "credit_note", "contact", "bank_transaction", "journal", "account", "organisation"
]


@dataclass(frozen=True, slots=True)
class Link:
    """Where to look in Xero; the door makes an address of it."""

    kind: LinkKind
    id: str | None
    label: str

    def __reduce__(self) -> tuple[type["Link"], tuple[Any, ...]]:
        return Link, (self.kind, self.id, self.label)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to look at. `key` stays while it is the same thing; `fingerprint` moves when the thing changes."""

    key: str
    fingerprint: str
    title: str
    detail: str
    amount_cents: int | None = None
    currency: str | None = None
    date: dt.date | None = None
    contact: str | None = None
    account: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    links: tuple[Link, ...] = ()
    count: int = 1
    """How much it adds to n: a group of three duplicates is two too many."""
    subject: str | None = None
    """What n counts, where two findings may speak of one thing."""
    base_cents: int = 0
    """The amount in the organisation's currency, where the degree is a share of money."""
    fails: bool = False
    """Whether it fails the check outright rather than warns."""

    def __reduce__(self) -> tuple[type["Finding"], Any]:
        # Sixty thousand of them come out of the child; a dataclass's own way of being pickled takes thrice as long.
        return Finding, _PARTS(self)


_PARTS = attrgetter(*Finding.__dataclass_fields__)


@dataclass(frozen=True, slots=True)
class Found:
    """All that a check saw: the findings, and what they are measured against."""

    findings: tuple[Finding, ...] = ()
    of: int | None = None
    whole_cents: int | None = None
    not_applicable: str | None = None
    """Why there is nothing to judge; None where there is."""
    not_synced: str | None = None
    """What was not read yet, so that nothing can be said; None where all is there."""


@dataclass(frozen=True, slots=True)
class Measure:
    """The numbers a degree is made of, without what people dismissed."""

    n: int = 0
    of: int | None = None
    part_cents: int = 0
    whole_cents: int | None = None
    age: int | None = None
    fails: bool = False


NOTHING = Measure()


@dataclass(frozen=True, slots=True)
class Threshold:
    """The number of a check that a practice may choose otherwise, in words and within bounds."""

    default: int
    least: int
    most: int
    unit: Literal["days", "weeks", "months", "percent", "money", "lines"]
    says: str

    def chosen(self, books: Books, code: str) -> int:
        """The practice's choice, or the default."""
        return books.thresholds.get(code, self.default)


Degree = Callable[[Measure], Fraction]


@dataclass(frozen=True, slots=True)
class Check:
    """A check and its words. `needs` names the frames and columns it reads."""

    code: str
    title: str
    group: str
    severity: Severity
    why: str
    fix: str
    definition: str
    source: str
    needs: Mapping[str, tuple[str, ...]]
    degree: Degree
    says: str
    """What it found, for a reader: {n}, {of}, {age}, {part} and {whole} are filled in."""
    look: Callable[[Books], Found]
    scored: bool = True
    """Whether it may have a weight in a profile."""
    fixes: tuple[FixKind, ...] = ()
    """What can be written to Xero to put a finding right; each finding says in its facts what exactly."""
    threshold: Threshold | None = None
    instead: str | None = None
    """What a person can enter where nobody's consent brings it, as a sentence that asks for it."""
    by: Literal["day", "month"] = "month"
    """How long its outcome holds for the same books: till the day, or only the period, is another."""


def measure(found: Found, period_end: dt.date, dismissed: Iterable[str] = ()) -> Measure:
    """What counts: dismissed findings leave n but stay in what n is measured against."""
    gone = frozenset(dismissed)
    counted = [finding for finding in found.findings if finding.key not in gone]
    subjects: dict[str, int] = {}
    for finding in counted:
        subject = finding.subject or finding.key
        subjects[subject] = max(finding.count, subjects.get(subject, 0))
    oldest = min((finding.date for finding in counted if finding.date), default=None)
    return Measure(
        n=sum(subjects.values()),
        of=found.of,
        part_cents=sum(finding.base_cents for finding in counted),
        whole_cents=found.whole_cents,
        age=(period_end - oldest).days if oldest else None,
        fails=any(finding.fails for finding in counted),
    )


def key_of(ids: Iterable[str]) -> str:
    """A key for several things together, whatever order they came in; long ones are shortened to a digest."""
    joined = "+".join(sorted(ids))
    return joined if len(joined) <= 160 else hashlib.sha256(joined.encode()).hexdigest()


def fingerprint_of(*facts: object) -> str:
    """Changes when any of the facts does."""
    return hashlib.sha256("\x1f".join(str(fact) for fact in facts).encode()).hexdigest()[:32]
