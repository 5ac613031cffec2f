"""Lists in pages: a Page and the opaque cursor that asks for the next one.

A cursor holds the sort key of the last row that was given out, so that rows added meanwhile neither repeat nor hide others.
"""

import base64
import binascii
import datetime as dt
import json
from collections.abc import Callable
from typing import Any, Generic, TypeVar
from uuid import UUID

from api.wire import Out
from practice.kernel.problems import FieldError, Invalid

T = TypeVar("T")


class Page(Out, Generic[T]):
    """Some of the rows, how many there are in all, and the cursor of the next page."""

    items: list[T]
    next_cursor: str | None
    total: int


def whole(items: list[T]) -> dict[str, Any]:
    """A list that always fits one page."""
    return {"items": items, "next_cursor": None, "total": len(items)}


def encode_cursor(*keys: object) -> str:
    """Makes an opaque cursor of a row's sort keys."""
    return base64.urlsafe_b64encode(json.dumps(keys, default=str).encode()).decode().rstrip("=")


def decode_cursor(cursor: str | None, *kinds: Callable[[Any], Any]) -> list[Any] | None:
    """The sort keys in a cursor, each read as its kind, or None for the first page. Raises Invalid where it was not made by us."""
    if cursor is None:
        return None
    try:
        found = json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
        if isinstance(found, list):
            return [read(key) for read, key in zip(kinds, found, strict=True)]
    except (binascii.Error, ValueError, RecursionError):
        pass
    raise Invalid([FieldError("?cursor", "Use next_cursor of the page before.")])


def a_place(key: Any) -> int:
    """How many rows came before, or the number of the last one."""
    if not isinstance(key, int) or not 0 <= key < 2**63:
        raise ValueError(key)
    return key


def an_id(key: Any) -> UUID:
    return UUID(a_text(key))


def a_moment(key: Any) -> dt.datetime:
    return dt.datetime.fromisoformat(a_text(key)).replace(tzinfo=dt.UTC)


def a_text(key: Any) -> str:
    """Text that a database takes: no NUL, no half of a character."""
    if not isinstance(key, str) or "\0" in key:
        raise ValueError(key)
    key.encode()
    return key
