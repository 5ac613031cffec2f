"""Works something out once for all the checks that look at the same books, and forgets it with them."""

import weakref
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from practice.ledgers.books import Books

Made = TypeVar("Made")

_made: dict[int, dict[Callable[..., Any], Any]] = {}


def once(make: Callable[[Books], Made]) -> Callable[[Books], Made]:
    """Books never change, so what was made of them stays right; it is kept by identity, as frames have no hash.

    What is as long as the ledger stays in memory until its books are judged: that must be worth its place.
    """

    @wraps(make)
    def made(books: Books) -> Made:
        kept = _made.get(id(books))
        if kept is None:
            kept = _made[id(books)] = {}
            weakref.finalize(books, _made.pop, id(books), None).atexit = False
        if make not in kept:
            kept[make] = make(books)
        found: Made = kept[make]
        return found

    return made
