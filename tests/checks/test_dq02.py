from fractions import Fraction
from typing import Any

import pytest

from practice.scoring.check import measure
from practice.scoring.judge import judge
from tests.books import FIRST, Told, books, check


def waiting(lines: int | None, earliest: str | None = "2026-10-09", day: str = "2026-11-20", **more: Any) -> Told:
    return books().bank("Everyday", **more).stated("statement", "Everyday", day, 1000, lines=lines, earliest=earliest)


def showing() -> Told:
    # Long over, and yet looked at.
    return waiting(3).transfer(1, "2020-01-06")


def degree(told: Told) -> Fraction:
    return check("DQ02").degree(measure(told.look("DQ02"), told.build().period_end))


def test_an_account_is_one_issue_and_each_line_counts() -> None:
    found = showing().look("DQ02")
    (one,) = found.findings
    assert (one.key, one.title, one.count) == ("account-Everyday", "Everyday", 3)
    assert one.detail == "3 statement lines wait to be coded, the earliest of 9 October 2026"
    assert found.of == 3


@pytest.mark.parametrize(
    ("lines", "earliest", "others", "expected"),
    [
        (0, None, 0, 1),
        (1, "2026-10-16", 99, Fraction(9, 10)),  # 15 days, one of a hundred
        (1, "2026-10-15", 999, 1 - Fraction(1, 30)),
        (1, "2026-10-01", 999, Fraction(1, 2)),  # 30 days
        (1, "2026-09-01", 999, 0),
        (1, "2026-11-10", 99, Fraction(9, 10)),  # since the end of the period
        (1, None, 99, Fraction(9, 10)),
        (2, "2026-10-31", 0, 0),  # two of twenty, as a small number counts
        (1, "2026-10-31", 0, Fraction(1, 2)),
    ],
)
def test_the_worse_of_age_and_share_is_the_degree(
    lines: int, earliest: str | None, others: int, expected: Fraction | int
) -> None:
    told = waiting(lines, earliest)
    for _ in range(others):
        told.spend(None, 1, "2026-05-05")
    assert degree(told) == expected


def test_it_is_measured_against_what_is_reconciled_of_the_year() -> None:
    told = showing().payment(1, "2026-10-31").transfer(1, "2025-11-01").spend(None, 1, "2026-01-01")
    told.spend(None, 1, "2026-01-01", reconciled=False).spend(None, 1, "2025-10-31").spend(None, 1, "2026-11-01")
    told.spend(None, 1, "2026-01-01", type="SPEND-TRANSFER").spend(None, 1, "2026-01-01", status="DELETED")
    assert told.look("DQ02").of == 3 + 1 + 2 + 1


def test_the_latest_statement_up_to_today_counts() -> None:
    told = waiting(9, day="2026-11-01").stated("statement", "Everyday", "2026-11-21", lines=2, earliest="2026-11-20")
    told.stated("statement", "Everyday", "2026-11-22", lines=7, earliest="2026-11-20")
    assert [one.count for one in told.look("DQ02").findings] == [2]


def test_a_statement_without_a_count_of_lines_takes_none_away() -> None:
    told = showing().stated("statement", "Everyday", "2026-11-21", 1000)
    assert [one.count for one in told.look("DQ02").findings] == [3]


def test_an_account_with_nothing_waiting_is_judged_and_fine() -> None:
    found = waiting(0, None).look("DQ02")
    assert (found.findings, found.not_applicable) == ((), None)


def test_accounts_add_up() -> None:
    told = showing().bank("Savings").stated("statement", "Savings", "2026-11-20", lines=2, earliest="2026-10-01")
    found = measure(told.look("DQ02"), told.build().period_end)
    assert (found.n, found.of, found.age) == (5, 5, 30)


@pytest.mark.parametrize(
    "told",
    [
        books().bank("Everyday"),
        waiting(None),
        waiting(3, status="ARCHIVED"),
        waiting(3, day="2026-11-22"),
        books().bank("Everyday").stated("tax_filed", "Everyday", "2026-11-20", lines=3),
        books().account("610", type="CURRENT").stated("statement", "610", "2026-11-20", lines=3),
    ],
)
def test_nothing_to_judge(told: Told) -> None:
    assert told.look("DQ02").not_applicable
    assert told.look("DQ02").findings == ()


def test_without_the_permission_to_read_statements_it_is_not_judged() -> None:
    told = showing()
    told.more["absent"] = {"stated": "no_permission"}
    outcome = judge(told.build(), FIRST)
    assert (outcome.judged["DQ02"].state, outcome.judged["DQ03"].state) == ("no_permission", "no_permission")
