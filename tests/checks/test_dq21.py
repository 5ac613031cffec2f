from fractions import Fraction

import pytest

from practice.scoring.check import measure
from tests.books import Told, books, check


def test_more_than_three_calendar_months_overdue() -> None:
    told = (
        books()
        .contact("A")
        .invoice("A", 100, "2026-06-30", due="2026-07-30")
        .invoice("A", 300, "2026-07-01", due="2026-07-31")
    )
    found = told.look("DQ21")
    (finding,) = found.findings
    assert (finding.detail, finding.amount_cents, finding.contact) == (
        "Due 30 July 2026 and not paid in full",
        10000,
        "A",
    )
    assert (found.of, found.whole_cents) == (2, 40000)
    assert check("DQ21").degree(measure(found, told.build().period_end)) == Fraction(3, 4)


def test_without_a_due_date_its_own_date_counts() -> None:
    assert [f.detail for f in books().invoice("A", 1, "2026-07-30").look("DQ21").findings] == [
        "Dated 30 July 2026 and not paid in full"
    ]


@pytest.mark.parametrize(
    ("as_of", "due", "old"),
    [
        ("2026-12-09", "2026-08-30", 0),
        ("2026-12-09", "2026-08-29", 1),
        ("2026-06-01", "2026-02-28", 0),
        ("2026-06-01", "2026-02-27", 1),
    ],
)
def test_shorter_months_end_earlier(as_of: str, due: str, old: int) -> None:
    assert len(books().on(as_of).invoice("A", 1, "2025-12-01", due=due).look("DQ21").findings) == old


@pytest.mark.parametrize(
    "told",
    [
        books().invoice("A", 1, "2026-01-01", owed=0),
        books().invoice("A", 1, "2026-01-01", status="PAID"),
        books().invoice("A", 1, "2026-01-01", status="SUBMITTED", owed=1),
        books().invoice("A", 1, "2026-11-01", due="2026-01-01"),
        books().bill("A", 1, "2026-01-01"),
        books().credit_note("sales", "A", 1, "2026-01-01"),
    ],
)
def test_nothing_owed_is_nothing_to_judge(told: Told) -> None:
    found = told.look("DQ21")
    assert (found.findings, found.whole_cents) == ((), 0)
    assert found.not_applicable


def test_other_currencies_are_brought_to_the_own_one() -> None:
    told = (
        books()
        .invoice("A", 100, "2026-01-01", currency="USD", rate=0.5)
        .invoice("A", 200, "2026-10-01", due="2026-11-30")
    )
    found = told.look("DQ21")
    assert found.whole_cents == 40000
    assert [(f.amount_cents, f.currency, f.base_cents) for f in found.findings] == [(10000, "USD", 20000)]


def test_only_what_is_still_owed_counts() -> None:
    assert books().invoice("A", 100, "2026-01-01", owed=30).look("DQ21").findings[0].amount_cents == 3000
