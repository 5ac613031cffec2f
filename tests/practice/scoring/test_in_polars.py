"""Work in a thread of Polars' own is as work anywhere."""

import os
import subprocess
import sys
import threading
from contextvars import ContextVar

import polars as pl
import pytest

from practice.scoring.in_polars import in_polars

WHO: ContextVar[str] = ContextVar("WHO", default="nobody")

NESTED = """
from threading import get_ident
from practice.scoring.in_polars import in_polars
outer, inner = in_polars(lambda: (get_ident(), in_polars(get_ident)))
print(outer == inner, outer == get_ident())
"""


def where() -> int:
    return threading.get_ident()


def test_it_runs_in_another_thread_and_answers_here() -> None:
    assert in_polars(where) != where()
    assert in_polars(max, [3, 5], default=0) == 5


def test_its_own_steps_need_no_other_thread() -> None:
    """With one thread there is only one place where they can be."""
    told = subprocess.run(
        [sys.executable, "-c", NESTED],
        env=os.environ | {"POLARS_MAX_THREADS": "1"},
        check=False,
        capture_output=True,
        text=True,
    )
    assert (told.stdout, told.returncode) == ("True False\n", 0), told.stderr


def test_what_it_raises_is_raised_here() -> None:
    def fail() -> None:
        raise LookupError("as it was")

    with pytest.raises(LookupError, match="as it was"):
        in_polars(fail)


def test_it_has_the_callers_context() -> None:
    token = WHO.set("Ada")
    try:
        assert in_polars(WHO.get) == "Ada"
    finally:
        WHO.reset(token)


def test_many_at_once_all_get_their_own_answer() -> None:
    answers: dict[int, int] = {}

    def one(number: int) -> None:
        frame = pl.DataFrame({"n": range(number)})
        answers[number] = in_polars(lambda: int(frame.filter(pl.col("n") >= 0).select(pl.col("n").sum()).item()))

    threads = [threading.Thread(target=one, args=(number,)) for number in range(1, 30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert answers == {number: number * (number - 1) // 2 for number in range(1, 30)}
