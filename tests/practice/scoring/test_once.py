import gc
import pickle
from dataclasses import replace

import polars as pl

from practice.ledgers.books import Books
from practice.scoring import once as kept
from practice.scoring.columns import approved_lines
from practice.scoring.once import once
from tests.books import books


def test_a_frame_is_worked_out_once_for_the_same_books() -> None:
    made: list[Books] = []

    @once
    def lines(of: Books) -> pl.DataFrame:
        made.append(of)
        return of.lines

    one = books().bill("A", 5, "2026-05-05").build()
    assert lines(one) is lines(one)
    assert len(made) == 1


def test_other_books_have_their_own() -> None:
    one = books().bill("A", 5, "2026-05-05").build()
    assert approved_lines(one).height == 1
    assert approved_lines(replace(one, lines=one.lines.clear())).height == 0
    assert approved_lines(pickle.loads(pickle.dumps(one))).equals(approved_lines(one))


def test_it_is_forgotten_with_the_books() -> None:
    gc.collect()
    before = len(kept._made)
    one = books().bill("A", 5, "2026-05-05").build()
    approved_lines(one)
    assert len(kept._made) == before + 1
    del one
    gc.collect()
    assert len(kept._made) <= before
