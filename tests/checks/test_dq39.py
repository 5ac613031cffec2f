from fractions import Fraction

import pytest

from practice.scoring.check import measure
from tests.books import Told, books, check

GST = {"type": "CURRLIAB", "class_": "LIABILITY", "system_account": "GST"}


def filed(amount: str, balance: str, day: str = "2026-10-31") -> Told:
    return books().account("820", "GST", **GST).balance("820", balance).stated("tax_filed", None, day, amount)


def showing() -> Told:
    return filed("500", "-520")


def degree(told: Told) -> Fraction:
    return check("DQ39").degree(measure(told.look("DQ39"), told.build().period_end))


def test_the_difference_is_an_issue_of_that_period() -> None:
    found = showing().look("DQ39")
    (one,) = found.findings
    assert (one.key, one.title, one.amount_cents, one.base_cents) == ("2026-10-31", "820 GST", 2000, 2000)
    assert one.detail == ("AUD 520.00 owed in the books on 31 October 2026, AUD 500.00 owed as filed: AUD 20.00 apart")
    assert found.whole_cents == 100_00


@pytest.mark.parametrize(
    ("amount", "balance", "expected"),
    [
        ("500", "-500.00", 1),
        ("500", "-500.01", 1),
        ("500", "-499.99", 1),
        ("500", "-500.02", 1 - Fraction(2, 10_000)),
        ("500", "-499.98", 1 - Fraction(2, 10_000)),
        ("500", "-450", Fraction(1, 2)),
        ("500", "-400", 0),
        ("500", "500", 0),
        ("-80", "80", 1),  # a refund
    ],
)
def test_cents(amount: str, balance: str, expected: Fraction | int) -> None:
    assert degree(filed(amount, balance)) == expected


def test_a_large_turnover_forgives_more() -> None:
    told = filed("500", "-450").invoice("Acme", 40_000, "2026-10-31")
    assert degree(told) == Fraction(3, 4)


def test_an_account_that_is_not_listed_holds_nothing() -> None:
    told = books().account("820", "GST", **GST).stated("tax_filed", None, "2026-10-31", 30)
    assert [one.amount_cents for one in told.look("DQ39").findings] == [3000]


@pytest.mark.parametrize(
    "told",
    [
        filed("500", "-520", "2026-09-30"),
        filed("500", "-520", "2026-11-01"),
        books().account("820", "GST", **GST).balance("820", -1).stated("statement", "820", "2026-10-31", 500),
        books().account("820", "GST", type="CURRLIAB").stated("tax_filed", None, "2026-10-31", 500),
    ],
)
def test_nothing_to_judge(told: Told) -> None:
    assert told.look("DQ39").not_applicable


def test_the_balance_of_another_month_says_nothing() -> None:
    told = books().account("820", "GST", **GST).balance("820", -1, "2026-09-30")
    assert told.stated("tax_filed", None, "2026-10-31", 500).look("DQ39").not_synced
