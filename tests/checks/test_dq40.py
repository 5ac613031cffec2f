from fractions import Fraction

import pytest

from practice.scoring.check import measure
from tests.books import Told, books, check

LIABILITY = {"type": "CURRLIAB", "class_": "LIABILITY"}


def payroll(name: str = "PAYG Withholding", **more: str) -> Told:
    return books().account("825", name, **LIABILITY | more).account("477", "Wages")


def showing() -> Told:
    return payroll().posting("2026-10-28", {"477": 900, "825": -900}).balance("825", "-1400")


def degree(told: Told) -> Fraction:
    return check("DQ40").degree(measure(told.look("DQ40"), told.build().period_end))


def test_what_is_left_of_other_months_warns() -> None:
    (one,) = showing().look("DQ40").findings
    assert (one.key, one.title, one.fails) == ("account-825:2026-10-31", "825 PAYG Withholding", False)
    assert one.detail == "AUD 1,400.00 owing on 31 October 2026; the month's journals come to AUD 900.00"
    assert degree(showing()) == Fraction(1, 2)


@pytest.mark.parametrize(
    ("balance", "found"),
    [
        ("-900.00", 0),
        ("-900.01", 0),
        ("-899.99", 0),
        ("-900.02", 1),
        ("-899.98", 1),
        ("0", 0),
        ("-0.01", 0),
        ("-0.02", 1),
        ("900.00", 1),
    ],
)
def test_nil_or_the_months_own_is_as_it_should_be(balance: str, found: int) -> None:
    told = payroll().posting("2026-10-28", {"477": 900, "825": -900}).balance("825", balance)
    assert len(told.look("DQ40").findings) == found


def test_several_journals_and_lines_are_netted() -> None:
    told = (
        payroll()
        .posting("2026-10-01", {"477": 900, "825": -900})
        .posting("2026-10-31", {"825": "150.25", "477": "-150.25"})
    )
    assert told.balance("825", "-749.75").look("DQ40").findings == ()


@pytest.mark.parametrize(
    ("day", "fails"),
    [
        ("2026-06-30", None),
        ("2026-07-01", True),
        ("2026-09-30", True),
        ("2026-10-01", None),
        ("2026-10-31", None),
        ("2026-11-01", None),
    ],
)
def test_no_journal_in_the_month_fails_if_there_were_some_before(day: str, fails: bool | None) -> None:
    found = payroll().posting(day, {"477": 900, "825": -900}).look("DQ40")
    assert [one.fails for one in found.findings] == ([] if fails is None else [fails])
    if fails:
        assert found.findings[0].detail == (
            "No payroll journal in October 2026, though there were some in the three months before"
        )


def test_a_journal_of_the_next_month_does_not_help_this_one() -> None:
    told = payroll().posting("2026-09-28", {"825": -900}).posting("2026-11-01", {"825": -900})
    assert [one.fails for one in told.look("DQ40").findings] == [True]


def test_journals_that_cancel_each_other_are_journals() -> None:
    told = (
        payroll()
        .posting("2026-09-28", {"825": -900})
        .posting("2026-10-28", {"825": -900})
        .posting("2026-10-29", {"825": 900})
    )
    assert told.look("DQ40").findings == ()


@pytest.mark.parametrize("status", ["DRAFT", "VOIDED", "DELETED"])
def test_only_posted_journals_count(status: str) -> None:
    told = payroll().posting("2026-09-28", {"825": -900}).posting("2026-10-28", {"825": -900}, status=status)
    assert [one.fails for one in told.look("DQ40").findings] == [True]


def test_bills_and_spend_money_are_no_journals() -> None:
    told = payroll().bill("ATO", 900, "2026-10-20", codes=["825"]).posting("2026-09-28", {"825": -900})
    assert [one.fails for one in told.look("DQ40").findings] == [True]


def test_a_line_that_has_no_id_is_found_by_its_code() -> None:
    told = payroll().posting("2026-10-28", {"825": -900}).balance("825", -900)
    for line in told.rows["lines"]:
        line["account_id"] = None
    assert told.look("DQ40").findings == ()


@pytest.mark.parametrize(
    ("name", "looked_at"),
    [
        ("PAYROLL liabilities", True),
        ("PAYE & NIC", True),
        ("Superannuation Payable", True),
        ("Pension contributions", True),
        ("Wages Payable - Payroll", True),
        ("Wages payable", True),
        ("Wages Clearing", True),
        ("Wages", False),
        ("Pensions", False),
        ("Accounts payable", False),
        ("Payee deposits", False),
    ],
)
def test_names(name: str, looked_at: bool) -> None:
    found = payroll(name).balance("825", -50).look("DQ40")
    assert len(found.findings) == looked_at
    assert bool(found.not_applicable) is not looked_at


@pytest.mark.parametrize("more", [{"class_": "EXPENSE"}, {"status": "ARCHIVED"}])
def test_which_accounts(more: dict[str, str]) -> None:
    assert payroll(**more).balance("825", -50).look("DQ40").not_applicable


def test_the_balance_of_another_month_says_nothing() -> None:
    assert payroll().balance("825", -50, "2026-09-30").look("DQ40").not_synced
