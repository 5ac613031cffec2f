"""Does work that is made of many small Polars steps in one of Polars' own threads, where each step starts at once.

From any other thread each step is handed over to such a thread and waited for. Where the two sleep on different cores
that takes longer than the step itself: a small client's books are judged in half the time from within.
"""

from collections.abc import Callable
from contextvars import copy_context
from typing import Any, TypeVar

import polars as pl

Made = TypeVar("Made")

_TWO = pl.DataFrame({"here": [0], "there": [0]})


def in_polars(work: Callable[..., Made], *given: Any, **more: Any) -> Made:
    """What `work` returns or raises; the caller's thread waits for it, and what it keeps for its context is there too."""
    context = copy_context()
    made: list[Made] = []
    raised: list[BaseException] = []

    def column(values: pl.Series) -> pl.Series:
        try:
            made.append(context.run(work, *given, **more))
        except BaseException as error:  # noqa: BLE001 - it is raised again where it can be caught
            raised.append(error)
        return values

    # A function over one column alone would be called in this thread: the pool is there for several.
    _TWO.select(pl.col("here").map_batches(column, return_dtype=pl.Int64), pl.col("there") + 1)
    if raised:
        raise raised[0]
    return made[0]
