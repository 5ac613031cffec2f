"""Every expected failure is a Problem: what happened, which kind, and what helps.

    Problem
    ├── NotFound (missing)         also for what another firm owns: nobody learns that it exists
    ├── Invalid (invalid)          names each field
    ├── Forbidden (forbidden)      names who may
    ├── SignedOut (unauthenticated)
    ├── Stale (stale)              somebody else changed it meanwhile
    └── one class per trouble in each slice's problems.py

Each door has one table from Kind to what it does; nobody else words a cause.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar


class Kind(StrEnum):
    """What sort of trouble it is; decides the status code and whether a job is tried again."""

    INVALID = "invalid"
    UNAUTHENTICATED = "unauthenticated"
    FORBIDDEN = "forbidden"
    MISSING = "missing"
    GONE = "gone"
    CONFLICT = "conflict"
    STALE = "stale"
    BUSY = "busy"
    UPSTREAM = "upstream"


@dataclass(frozen=True, slots=True)
class Remedy:
    """What helps: a button's label and its operation, or the time at which it continues by itself."""

    label: str
    operation: str | None = None
    href: str | None = None
    until: datetime | None = None

    def as_dict(self) -> dict[str, Any]:
        """JSON for rows and bodies."""
        return {
            "label": self.label,
            "operation": self.operation,
            "href": self.href,
            "until": self.until.isoformat() if self.until else None,
        }


@dataclass(frozen=True, slots=True)
class FieldError:
    """One wrong field: a JSON pointer into the body (RFC 6901) and what is wanted."""

    pointer: str
    detail: str


@dataclass
class Problem(Exception):
    """An expected failure. Subclasses set `kind` and `title`; `detail` speaks of this occurrence."""

    kind: ClassVar[Kind]
    title: ClassVar[str]

    detail: str | None = None
    remedy: Remedy | None = None
    extensions: dict[str, Any] = field(default_factory=dict)
    errors: list[FieldError] = field(default_factory=list)

    def __str__(self) -> str:
        return self.detail or self.title

    def __hash__(self) -> int:
        return id(self)

    @classmethod
    def slug(cls) -> str:
        """`BundleFull` is `bundle-full`, the last part of the problem's `type` URI."""
        return re.sub(r"(?<!^)(?=[A-Z])", "-", cls.__name__).lower()

    @property
    def until(self) -> datetime | None:
        """When it is over by itself, where that is known."""
        return self.remedy.until if self.remedy else None

    def as_dict(self) -> dict[str, Any]:
        """The form in which a row keeps it, and from which a door makes a body."""
        return {
            "slug": self.slug(),
            "kind": self.kind.value,
            "title": self.title,
            "detail": self.detail,
            "remedy": self.remedy.as_dict() if self.remedy else None,
            "extensions": self.extensions,
        }


class NotFound(Problem):
    """There is no such row, or it is another firm's, or the asker may not see it."""

    kind, title = Kind.MISSING, "Not found"


class Invalid(Problem):
    """Fields are wrong; `errors` names each."""

    kind, title = Kind.INVALID, "Some fields need a look"

    def __init__(self, errors: list[FieldError], detail: str | None = None) -> None:
        super().__init__(detail=detail or "Nothing was saved.", errors=errors)


class Forbidden(Problem):
    """The asker's role does not allow it."""

    kind, title = Kind.FORBIDDEN, "Your role does not allow this"


class SignedOut(Problem):
    """Nobody is signed in."""

    kind, title = Kind.UNAUTHENTICATED, "Sign in to continue"

    def __init__(self, detail: str | None = None) -> None:
        super().__init__(detail=detail, remedy=Remedy("Sign in", "sign_in", "/login"))


class Stale(Problem):
    """Somebody else changed the row since it was read."""

    kind, title = Kind.STALE, "Somebody else changed this meanwhile"


class WorkerCrashed(Problem):
    """The work ended its process several times in a row."""

    kind, title = Kind.CONFLICT, "The work stopped unexpectedly several times"

    def __init__(self) -> None:
        super().__init__(
            detail="It was stopped so that it does not hold up the rest. Nothing that was read is lost.",
            remedy=Remedy("Try again", "retry"),
        )


class StorageFull(Problem):
    """The disk under the database is full. Reading goes on; what would have been written was not."""

    kind, title = Kind.BUSY, "The database has no room left"

    def __init__(self, *, until: datetime | None = None) -> None:
        super().__init__(
            detail="Nothing more can be saved until whoever runs this installation makes room. What was saved before stays.",
            remedy=Remedy("Continues by itself", "wait", until=until) if until else Remedy("Try again", "retry"),
            extensions={"cause": "storage_full"},
        )


class Unexpected(Problem):
    """Something failed that should not; the log has the details under the job's id."""

    kind, title = Kind.CONFLICT, "Something went wrong on our side"

    def __init__(self, reference: str) -> None:
        super().__init__(
            detail=f"Trying again often helps. If not, give this reference to your administrator: {reference}.",
            remedy=Remedy("Try again", "retry"),
        )
