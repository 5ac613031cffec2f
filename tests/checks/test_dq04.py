from fractions import Fraction

import pytest

from practice.scoring.check import measure
from tests.books import Told, books, check


def quiet_since(day: str) -> Told:
    return books().bank("Everyday").spend("Acme", 10, day)


def showing() -> Told:
    return quiet_since("2026-11-13").transfer(1, "2020-01-06")


def degree(told: Told) -> Fraction:
    return check("DQ04").degree(measure(told.look("DQ04"), told.build().period_end))


@pytest.mark.parametrize(
    ("last", "expected"),
    [
        ("2026-11-21", 1),
        ("2026-11-14", 1),  # 7 days
        ("2026-11-13", Fraction(1, 2)),
        ("2026-11-07", Fraction(1, 2)),  # 14 days
        ("2026-11-06", 0),
        ("2026-08-23", 0),  # 90 days
    ],
)
def test_days(last: str, expected: Fraction | int) -> None:
    assert degree(quiet_since(last)) == expected


def test_the_last_of_them_counts_and_nothing_after_today() -> None:
    (one,) = quiet_since("2026-11-01").spend(None, 1, "2026-11-10").spend(None, 1, "2026-11-22").look("DQ04").findings
    assert (one.key, one.title, one.detail) == (
        "account-Everyday",
        "Everyday",
        "Nothing since 10 November 2026, 11 days ago",
    )


@pytest.mark.parametrize(
    "told",
    [
        showing().receive(None, 1, "2026-11-20", type="RECEIVE-TRANSFER"),
        showing().spend(None, 1, "2026-11-20", type="SPEND-PREPAYMENT"),
        showing().spend(None, 1, "2026-11-20", reconciled=False),
        showing().payment(1, "2026-11-20"),
        showing().transfer(1, "2026-11-20"),
    ],
)
def test_everything_that_moves_the_account_counts(told: Told) -> None:
    assert degree(told) == 1


@pytest.mark.parametrize(
    "told",
    [
        showing().receive(None, 1, "2026-11-20", status="DELETED"),
        showing().payment(1, "2026-11-20", status="DELETED"),
        showing().transfer(1, "2026-11-20", status="VOIDED"),
        showing().spend(None, 1, "2026-11-20", account_id="account-Savings"),
        showing().bill("Acme", 1, "2026-11-20"),
    ],
)
def test_what_does_not_move_it(told: Told) -> None:
    assert degree(told) == Fraction(1, 2)


def test_both_ends_of_a_transfer_are_used() -> None:
    found = books().bank("Everyday").bank("Savings").transfer(1, "2026-11-01").look("DQ04")
    assert (found.of, [one.key for one in found.findings]) == (2, ["account-Everyday", "account-Savings"])


@pytest.mark.parametrize(
    "told",
    [
        quiet_since("2026-08-22"),  # 91 days
        books().bank("Everyday"),
        books().bank("Everyday", status="ARCHIVED").spend(None, 1, "2026-10-01"),
        books().account("610", type="CURRENT").payment(1, "2026-10-01", bank="account-610"),
    ],
)
def test_no_account_in_use_is_nothing_to_judge(told: Told) -> None:
    assert told.look("DQ04").not_applicable


def test_the_days_may_be_chosen_and_a_failure_is_twice_as_many() -> None:
    assert degree(showing().choosing(DQ04=8)) == 1
    assert degree(showing().choosing(DQ04=4)) == Fraction(1, 2)
    assert degree(showing().choosing(DQ04=3)) == 0
