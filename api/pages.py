"""Lists in pages: a Page and the opaque cursor that asks for the next one.

A cursor holds the sort key of the last row that was given out, so that rows added meanwhile neither repeat nor hide others.
"""

import base64
import binascii
import json
from typing import Any, Generic, TypeVar

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


def decode_cursor(cursor: str | None, keys: int) -> list[Any] | None:
    """The sort keys in a cursor, or None for the first page. Raises Invalid where it was not made by us."""
    if cursor is None:
        return None
    try:
        found = json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
    except (binascii.Error, ValueError):
        found = None
    if not isinstance(found, list) or len(found) != keys:
        raise Invalid([FieldError("?cursor", "Use next_cursor of the page before.")])
    return found
