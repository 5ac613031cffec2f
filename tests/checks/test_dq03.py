from fractions import Fraction

import pytest

from practice.scoring.check import measure
from tests.books import Told, books, check


def compared(balance: str, statement: str | None, day: str = "2026-10-31", **more: str) -> Told:
    return books().bank("Everyday", **more).balance("Everyday", balance).stated("statement", "Everyday", day, statement)


def showing() -> Told:
    return compared("900", "1000.50")


def test_the_difference_is_an_issue_of_that_day() -> None:
    found = showing().look("DQ03")
    (one,) = found.findings
    assert (one.key, one.title, one.amount_cents) == ("account-Everyday:2026-10-31", "Everyday", 100_50)
    assert one.detail == (
        "AUD 900.00 in debit in the books on 31 October 2026, AUD 1,000.50 in debit on the statement: AUD 100.50 apart"
    )
    assert check("DQ03").degree(measure(found, showing().build().period_end)) == Fraction(0)


@pytest.mark.parametrize(
    ("balance", "statement", "found"),
    [
        ("900.00", "900.00", 0),
        ("900.01", "900.00", 0),
        ("899.99", "900.00", 0),
        ("900.02", "900.00", 1),
        ("899.98", "900.00", 1),
        ("-5.00", "5.00", 1),
        ("0", "0.02", 1),
    ],
)
def test_cents(balance: str, statement: str, found: int) -> None:
    told = compared(balance, statement).look("DQ03")
    assert (len(told.findings), told.of) == (found, 1)


@pytest.mark.parametrize(
    "told",
    [
        compared("900", "1000", "2026-10-30"),
        compared("900", "1000", "2026-11-01"),
        compared("900", None),
        compared("900", "1000", currency="USD"),
        compared("900", "1000", status="ARCHIVED"),
        books().bank("Everyday").balance("Everyday", 1).stated("tax_filed", "Everyday", "2026-10-31", 5),
        books().account("610", type="CURRENT").balance("610", 1).stated("statement", "610", "2026-10-31", 5),
    ],
)
def test_what_cannot_be_compared(told: Told) -> None:
    assert told.look("DQ03").not_applicable
    assert told.look("DQ03").findings == ()


def test_an_account_in_the_own_currency_may_say_so() -> None:
    assert len(compared("900", "1000", currency="AUD").look("DQ03").findings) == 1


def test_an_account_without_a_statement_is_not_judged() -> None:
    assert showing().bank("Savings").balance("Savings", 5).look("DQ03").of == 1


def test_the_balance_of_another_month_says_nothing() -> None:
    told = books().bank("Everyday").balance("Everyday", 1, "2026-09-30")
    assert told.stated("statement", "Everyday", "2026-10-31", 5).look("DQ03").not_synced
