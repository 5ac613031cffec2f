from fractions import Fraction

import pytest

from practice.scoring.check import measure
from tests.books import Told, books, check


def with_bank() -> Told:
    return books().bank("Everyday").bank("Savings").contact("Officeworks")


def test_every_kind_of_bank_item_counts_and_both_sides_of_a_transfer() -> None:
    found = (
        with_bank()
        .spend("Officeworks", 50, "2026-10-20", reconciled=False)
        .receive("Officeworks", 60, "2026-10-21", reconciled=False)
        .payment(70, "2026-10-22", reconciled=False)
        .transfer(80, "2026-10-23", came_from=False, went_to=False)
        .look("DQ01")
    )
    assert [(f.title, f.amount_cents, f.account) for f in found.findings] == [
        ("Spend money", 5000, "Everyday"),
        ("Receive money", 6000, "Everyday"),
        ("Payment", 7000, "Everyday"),
        ("Transfer out", 8000, "Everyday"),
        ("Transfer in", 8000, "Savings"),
    ]
    assert found.of == 5
    assert found.findings[0].contact == "Officeworks"
    assert found.findings[0].links[0].kind == "bank_transaction"


def test_what_is_reconciled_in_the_period_is_measured_against() -> None:
    found = with_bank().spend(None, 1, "2025-11-01").payment(1, "2026-10-31").transfer(1, "2026-01-01").look("DQ01")
    assert (found.findings, found.of) == ((), 4)


def test_older_items_count_only_while_they_are_open() -> None:
    found = with_bank().spend(None, 1, "2025-10-31").spend(None, 2, "2024-01-01", reconciled=False).look("DQ01")
    assert ([f.amount_cents for f in found.findings], found.of) == ([200], 1)


@pytest.mark.parametrize(
    "told",
    [
        with_bank().spend(None, 1, "2026-11-01", reconciled=False),
        with_bank().spend(None, 1, "2026-10-01", reconciled=False, status="DELETED"),
        with_bank().spend(None, 1, "2026-10-01", reconciled=False, type="SPEND-TRANSFER"),
        with_bank().receive(None, 1, "2026-10-01", reconciled=False, type="RECEIVE-TRANSFER"),
        with_bank().payment(1, "2026-10-01", reconciled=False, status="DELETED"),
        with_bank().account("880").payment(1, "2026-10-01", reconciled=False, bank="account-880"),
        with_bank().transfer(1, "2026-10-01", came_from=False, status="DELETED"),
        with_bank().spend(None, 1, None, reconciled=False),
    ],
)
def test_near_misses(told: Told) -> None:
    found = told.look("DQ01")
    assert (found.findings, found.of) == ((), 0)


def test_prepayments_made_from_the_bank_do_count() -> None:
    assert (
        len(with_bank().spend(None, 1, "2026-10-01", type="SPEND-PREPAYMENT", reconciled=False).look("DQ01").findings)
        == 1
    )


def test_a_payment_opens_the_document_it_paid() -> None:
    told = with_bank().bill("Officeworks", 10, "2026-10-01")
    told.payment(10, "2026-10-02", reconciled=False, document_id="documents-0001")
    told.payment(10, "2026-10-02", reconciled=False)
    paid, bare = told.look("DQ01").findings
    assert (paid.contact, paid.links[0].kind, paid.links[0].id) == ("Officeworks", "bill", "documents-0001")
    assert bare.links[0].kind == "organisation"
    assert paid.key == "payments-0001"


def test_no_bank_account_is_nothing_to_judge() -> None:
    assert books().spend(None, 1, "2026-10-01").look("DQ01").not_applicable


@pytest.mark.parametrize(("others", "degree"), [(0, Fraction(1, 2)), (99, 1 - Fraction(7, 30))])
def test_the_worse_of_age_and_share_is_the_degree(others: int, degree: Fraction) -> None:
    told = with_bank().spend(None, 1, "2026-10-09", reconciled=False)  # 22 days before the period's end
    for _ in range(others):
        told.spend(None, 1, "2026-10-10")
    found = measure(told.look("DQ01"), told.build().period_end)
    assert (found.n, found.of, found.age) == (1, others + 1, 22)
    assert check("DQ01").degree(found) == degree
