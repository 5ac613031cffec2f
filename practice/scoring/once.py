"""Works a frame out once for all the checks that look at the same books, and forgets it with them."""

import weakref
from collections.abc import Callable
from functools import wraps

import polars as pl

from practice.ledgers.books import Books

_made: dict[int, dict[str, pl.DataFrame]] = {}


def once(make: Callable[[Books], pl.DataFrame]) -> Callable[[Books], pl.DataFrame]:
    """Books never change, so what was made of them stays right; it is kept by identity, as frames have no hash."""

    @wraps(make)
    def made(books: Books) -> pl.DataFrame:
        kept = _made.get(id(books))
        if kept is None:
            kept = _made[id(books)] = {}
            weakref.finalize(books, _made.pop, id(books), None).atexit = False
        if make.__qualname__ not in kept:
            kept[make.__qualname__] = make(books)
        return kept[make.__qualname__]

    return made
