from fractions import Fraction

import pytest

from practice.scoring.check import measure
from tests.books import Told, books, check


def reconciled_to(day: str) -> Told:
    return books().bank("Everyday").spend("Acme", 10, day).spend("Acme", 10, "2026-10-31", reconciled=False)


def showing() -> Told:
    return reconciled_to("2026-10-23").transfer(1, "2020-01-06")


def degree(told: Told) -> Fraction:
    return check("DQ05").degree(measure(told.look("DQ05"), told.build().period_end))


@pytest.mark.parametrize(
    ("last", "age"),
    [("2026-10-31", None), ("2026-10-24", None), ("2026-10-23", 8), ("2026-10-01", 30), ("2026-05-01", 183)],
)
def test_days(last: str, age: int | None) -> None:
    found = reconciled_to(last).look("DQ05")
    assert measure(found, reconciled_to(last).build().period_end).age == age
    assert (len(found.findings), found.of) == (int(age is not None), 1)


def test_degrees() -> None:
    assert degree(reconciled_to("2026-10-24")) == 1
    assert degree(showing()) == 1 - Fraction(1, 46)
    assert degree(reconciled_to("2026-10-01")) == Fraction(1, 2)
    assert degree(reconciled_to("2026-09-01")) == 0


def test_what_was_reconciled_since_does_not_help_the_period() -> None:
    (one,) = showing().spend(None, 1, "2026-11-20").look("DQ05").findings
    assert one.key == "account-Everyday"
    assert one.detail == "Last reconciled to 23 October 2026, 8 days before the period's end"


def test_never_reconciled_counts_from_the_first_item() -> None:
    told = (
        books()
        .bank("Everyday")
        .spend(None, 1, "2026-03-01", reconciled=False)
        .payment(1, "2026-10-30", reconciled=False)
    )
    (one,) = told.look("DQ05").findings
    assert one.date is not None
    assert one.date.isoformat() == "2026-03-01"
    assert one.detail == "Never reconciled since its first entry of 1 March 2026"


@pytest.mark.parametrize(
    "told",
    [
        showing().payment(1, "2026-10-24"),
        showing().transfer(1, "2026-10-24", went_to=False),
        showing().receive(None, 1, "2026-10-24", type="RECEIVE-TRANSFER"),
    ],
)
def test_every_kind_of_item_may_be_the_last(told: Told) -> None:
    assert told.look("DQ05").findings == ()


@pytest.mark.parametrize(
    "told",
    [
        showing().payment(1, "2026-10-24", status="DELETED"),
        showing().transfer(1, "2026-10-24", came_from=False),
        showing().spend(None, 1, "2026-10-24", account_id="account-Savings"),
    ],
)
def test_near_misses(told: Told) -> None:
    assert len(told.look("DQ05").findings) == 1


@pytest.mark.parametrize(("day", "of"), [("2026-08-02", 1), ("2026-08-01", 0), ("2026-10-31", 1), ("2026-11-01", 0)])
def test_an_account_is_judged_when_it_was_used_in_the_ninety_days(day: str, of: int) -> None:
    found = books().bank("Everyday").spend(None, 1, day).look("DQ05")
    assert found.of == of
    assert bool(found.not_applicable) is (of == 0)


def test_archived_accounts_are_left_alone() -> None:
    assert (
        books()
        .bank("Old", status="ARCHIVED")
        .spend(None, 1, "2026-10-01", account_id="account-Old")
        .look("DQ05")
        .not_applicable
    )
