"""What holds for every check on whatever books: order, pieces, time zones and columns it does not read are nothing to it."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Any

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from practice.ledgers.books import FRAMES, Books
from practice.scoring.catalogue import catalogue
from practice.scoring.check import Found, measure
from stack.places import ROOT
from tests.randomly import books_of, random_books, random_organisation, random_rows

SEEDS = st.integers(0, 1_000_000)
ALWAYS = (5, 10, 26)
"""Whatever chance brings besides: in these books together every check finds something."""
QUICK = settings(max_examples=15)


def always(test: Callable[..., None]) -> Callable[..., None]:
    for seed in ALWAYS:
        test = example(seed)(test)
    return test


def looked(books: Books) -> dict[str, Found]:
    """What every check finds, in one order."""
    found = {code: check.look(books) for code, check in catalogue().items()}
    return {
        code: replace(one, findings=tuple(sorted(one.findings, key=lambda finding: finding.key)))
        for code, one in found.items()
    }


def changed(before: dict[str, Found], after: dict[str, Found]) -> list[str]:
    return [code for code in before if before[code] != after[code]]


def test_each_check_finds_something_in_the_books_that_are_always_looked_at() -> None:
    """Else what is shown below would say nothing of it. Where this fails, other seeds are to be found for `ALWAYS`."""
    silent = set(catalogue())
    for seed in ALWAYS:
        silent -= {code for code, found in looked(random_books(Random(seed))).items() if found.findings}
    assert silent == set()


@always
@QUICK
@given(SEEDS)
def test_the_order_of_rows_changes_nothing(seed: int) -> None:
    chance = Random(seed)
    rows, organisation = random_rows(chance), random_organisation(chance)
    shuffled = {name: chance.sample(each, len(each)) for name, each in rows.items()}
    assert changed(looked(books_of(rows, organisation)), looked(books_of(shuffled, organisation))) == []


@always
@QUICK
@given(SEEDS)
def test_pages_in_any_order_change_nothing(seed: int) -> None:
    chance = Random(seed)
    whole = random_books(chance)

    def paged(frame: pl.DataFrame) -> pl.DataFrame:
        size = chance.randint(1, 9)
        pages = [frame.slice(at, size) for at in range(0, max(frame.height, 1), size)]
        return pl.concat(chance.sample(pages, len(pages)), rechunk=False)

    pieces: dict[str, Any] = {name: paged(getattr(whole, name)) for name in FRAMES}
    assert changed(looked(whole), looked(replace(whole, **pieces))) == []


@always
@QUICK
@given(SEEDS)
def test_what_a_check_does_not_name_it_does_not_read(seed: int) -> None:
    """Where only a few checks look again, only what they name is loaded."""
    told = random_books(Random(seed))
    for check in catalogue().values():
        bare: dict[str, Any] = {name: getattr(told, name).select(check.needs.get(name, ())) for name in FRAMES}
        assert check.look(replace(told, **bare)) == check.look(told), check.code


@QUICK
@given(SEEDS)
def test_findings_are_apart_and_count_until_they_are_put_right(seed: int) -> None:
    told = random_books(Random(seed))
    for code, found in looked(told).items():
        keys = [finding.key for finding in found.findings]
        assert len(set(keys)) == len(keys), code
        assert bool(found.findings) is bool(measure(found, told.period_end).n), code
        assert measure(found, told.period_end, keys).n == 0, code
        assert not (found.findings and (found.not_applicable or found.not_synced)), code
        degree = catalogue()[code].degree(measure(found, told.period_end))
        assert 0 <= degree <= 1, code
        assert catalogue()[code].degree(measure(found, told.period_end, keys)) == 1, code


PRINTS = """
from random import Random
from tests.checks.test_properties import digest
print(digest())
"""


def digest() -> str:
    """All findings on a few books, as one number that another process can come to."""
    said = [repr(looked(random_books(Random(seed)))) for seed in ALWAYS]
    return hashlib.sha256("\n".join(said).encode()).hexdigest()


@pytest.mark.parametrize(
    ("zone", "seed", "threads"), [("Pacific/Kiritimati", "1", "1"), ("Pacific/Pago_Pago", "2", "4"), ("UTC", "3", "2")]
)
def test_the_process_changes_nothing(zone: str, seed: str, threads: str) -> None:
    """Its time zone, how it hashes, and how many threads it has."""
    told = subprocess.run(
        [sys.executable, "-c", PRINTS],
        env=os.environ | {"TZ": zone, "PYTHONHASHSEED": seed, "POLARS_MAX_THREADS": threads},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.strip() == digest()
