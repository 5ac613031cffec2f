from typing import Any

import pytest

from tests.books import Told, books

LOAN = {"class_": "LIABILITY", "type": "TERMLIAB"}


def showing() -> Told:
    told = books().account("900", "Business Loan", **LOAN).account("400").contact("Acme")
    return told.spend("Acme", 22, "2026-10-31", codes=[], reference="L").line("900", 10, 1).line("400", 10, 1)


def test_tax_on_a_loan() -> None:
    found = showing().bill("Acme", 5, "2025-11-01", codes=[]).line("900", 50, "0.01").line("900", 50, 5).look("DQ35")
    assert [(f.key, f.detail, f.count, f.amount_cents) for f in found.findings] == [
        ("documents-0001", "2 lines with tax on 900 Business Loan", 2, 5_01),
        ("bank_transactions-0001", "1 line with tax on 900 Business Loan", 1, 1_00),
    ]
    assert found.of == 4


@pytest.mark.parametrize(
    ("more", "n"),
    [
        ({"class_": "ASSET", "type": "CURRENT"}, 1),
        ({"class_": "EQUITY", "type": "EQUITY"}, 1),
        ({"class_": "ASSET", "type": "FIXED"}, 0),
        ({"class_": "ASSET", "type": "PREPAYMENT"}, 0),
        ({"class_": "ASSET", "type": "BANK"}, 0),
        ({"class_": "EXPENSE", "type": "EXPENSE"}, 0),
        ({"class_": "REVENUE", "type": "REVENUE"}, 0),
        ({"class_": "LIABILITY", "name": "Income in Advance"}, 0),
        ({"class_": "ASSET", "name": "PREPAID insurance"}, 0),
        ({"class_": "ASSET", "name": "Prepayment"}, 0),
        ({"class_": "ASSET", "name": "Prepayments"}, 0),
        ({"class_": "LIABILITY", "name": "Advances in"}, 1),
        ({"class_": "ASSET", "name": "Unprepaid"}, 1),
        ({"class_": None}, 0),
    ],
)
def test_which_accounts(more: dict[str, Any], n: int) -> None:
    told = books().account("900", **{"type": "CURRENT"} | more).bill("A", 11, "2026-05-05", codes=[]).line("900", 10, 1)
    found = told.look("DQ35")
    assert (len(found.findings), found.of) == (n, 1)


@pytest.mark.parametrize("tax", [0, None])
def test_lines_without_tax(tax: int | None) -> None:
    assert (
        books()
        .account("900", **LOAN)
        .bill("A", 9, "2026-05-05", codes=[])
        .line("900", 9, tax)
        .look("DQ35")
        .not_applicable
    )


@pytest.mark.parametrize(("day", "status"), [("2025-10-31", "PAID"), ("2026-11-01", "PAID"), ("2026-05-05", "DRAFT")])
def test_lines_that_do_not_count(day: str, status: str) -> None:
    told = books().account("900", **LOAN).bill("A", 9, day, codes=[], status=status).line("900", 9, 1)
    assert told.look("DQ35").not_applicable


def test_tax_that_was_given_back_is_tax() -> None:
    told = books().account("900", **LOAN).credit_note("sales", "A", 9, "2026-05-05", codes=[]).line("900", -9, -1)
    assert [f.amount_cents for f in told.look("DQ35").findings] == [-1_00]
