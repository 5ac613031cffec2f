from typing import Any

import pytest

from tests.books import Told, books


def showing() -> Told:
    return books().contact("Acme").bill("Acme", "75.01", "2026-10-31", has_attachments=False, number="B1")


def test_bills_and_spend_money_above_the_limit() -> None:
    told = showing().spend("Acme", 100, "2025-11-01", has_attachments=False, reference="Card 7")
    told.bill("Acme", 500, "2026-10-01", has_attachments=True, status="PAID")
    found = told.look("DQ25")
    assert [(f.key, f.title, f.amount_cents) for f in found.findings] == [
        ("bank_transactions-0001", "Spend money Card 7", 100_00),
        ("documents-0001", "Bill B1", 75_01),
    ]
    assert [f.links[0].kind for f in found.findings] == ["bank_transaction", "bill"]
    assert found.of == 3


@pytest.mark.parametrize(
    "more",
    [
        {"total": 75},
        {"day": "2025-10-31"},
        {"day": "2026-11-01"},
        {"status": "DRAFT"},
        {"status": "SUBMITTED"},
        {"has_attachments": True},
    ],
)
def test_near_misses(more: dict[str, Any]) -> None:
    bill: dict[str, Any] = {"contact": "A", "total": 100, "day": "2026-05-05", "has_attachments": False} | more
    assert books().bill(**bill).look("DQ25").findings == ()


def test_what_is_not_a_purchase() -> None:
    told = books().invoice("A", 100, "2026-05-05", has_attachments=False)
    told.receive("A", 100, "2026-05-05", has_attachments=False)
    told.credit_note("purchases", "A", 100, "2026-05-05", has_attachments=False)
    told.spend("A", 100, "2026-05-05", has_attachments=False, type="SPEND-OVERPAYMENT")
    told.spend("A", 100, "2026-05-05", has_attachments=False, type="SPEND-TRANSFER")
    assert told.look("DQ25").not_applicable


@pytest.mark.parametrize(("rate", "n"), [(1.1, 0), (1.05, 1), (None, 1)])
def test_another_currency_counts_by_its_rate(rate: float | None, n: int) -> None:
    # NZD 80.00 is AUD 72.73 at 1.1, AUD 76.19 at 1.05.
    told = books().bill("A", 80, "2026-05-05", currency="NZD", rate=rate, has_attachments=False)
    found = told.look("DQ25")
    assert (len(found.findings), found.of) == (n, n)
    assert all(f.currency == "NZD" and f.amount_cents == 80_00 for f in found.findings)


def test_the_practice_may_choose_another_limit() -> None:
    assert showing().choosing(DQ25=80).look("DQ25").findings == ()
    assert (
        len(books().bill("A", "20.01", "2026-05-05", has_attachments=False).choosing(DQ25=20).look("DQ25").findings)
        == 1
    )


def test_where_nothing_says_whether_it_has_attachments() -> None:
    assert books().bill("A", 100, "2026-05-05").spend("A", 100, "2026-05-05").look("DQ25").not_synced
    told = books().bill("A", 100, "2026-05-05").spend("A", 9, "2026-05-05", has_attachments=True)
    found = told.look("DQ25")
    assert (found.not_synced, found.findings, found.of) == (None, (), 1)
