"""What a prepared export is: gathered in one read-only unit, made into bytes without one. Being in `kinds/` is being registered."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from practice.kernel.discovery import discover
from practice.kernel.problems import FieldError, Invalid
from practice.kernel.unit import Unit


@dataclass(frozen=True, slots=True)
class Asked:
    """What a file is to be about; `client_id` where it is about one client."""

    client_id: UUID | None
    params: dict[str, Any]


@dataclass(frozen=True, slots=True)
class ExportKind:
    """One kind of file."""

    kind: str
    about_client: bool
    media_type: str
    suffix: str
    gather: Callable[[Unit, Asked], Awaitable[Any]]
    """Reads what the file shows, as the one who asked may see it."""
    name: Callable[[Any], str]
    """The file's name without its suffix."""
    render: Callable[[Any], bytes]


@cache
def kinds() -> dict[str, ExportKind]:
    """Every kind by name."""
    found = [kind for module in discover("practice.exports.kinds") for kind in vars(module).values()]
    return {kind.kind: kind for kind in found if isinstance(kind, ExportKind)}


def kind_named(kind: str) -> ExportKind:
    """Raises Invalid, naming those there are."""
    found = kinds().get(kind)
    if found is None:
        raise Invalid([FieldError("/kind", f"Choose one of {', '.join(sorted(kinds()))}.")])
    return found
