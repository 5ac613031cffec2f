from typing import Any

import pytest

from tests.books import Amount, Told, books


def chart() -> Told:
    told = books().account("200", "Sales", class_="REVENUE", type="REVENUE").account("400", "Advertising")
    return told.account("900", "Loan", class_="LIABILITY").contact("Acme")


def received(total: Amount = 100, day: str = "2026-05-05", **more: Any) -> Told:
    return chart().receive("Acme", total, day, **{"codes": ["200"]} | more)


def showing() -> Told:
    return received(reference="R1").invoice("Acme", 100, "2026-04-20", number="S1")


def keys(told: Told) -> list[str]:
    return [f.key for f in told.look("DQ14").findings]


def test_money_beside_an_open_invoice() -> None:
    told = showing().spend("Acme", 70, "2026-06-01", codes=["400", "900"]).bill("Acme", 70, "2026-06-02", number="B1")
    found = told.look("DQ14")
    assert [(f.key, f.amount_cents, [link.kind for link in f.links]) for f in found.findings] == [
        ("bank_transactions-0001:documents-0001", 100_00, ["bank_transaction", "invoice"]),
        ("bank_transactions-0002:documents-0002", 70_00, ["bank_transaction", "bill"]),
    ]
    assert found.findings[0].detail == (
        "Receive money of 5 May 2026 is coded to income; invoice S1 over the same AUD 100.00, 15 days apart, is open"
    )
    assert found.of == 2


@pytest.mark.parametrize(("dated", "n"), [("2026-03-06", 1), ("2026-03-05", 0), ("2026-07-04", 1), ("2026-07-05", 0)])
def test_sixty_days_either_way(dated: str, n: int) -> None:
    assert len(keys(received().invoice("Acme", 100, dated))) == n


@pytest.mark.parametrize(
    "more",
    [
        {"total": "100.01"},
        {"owed": "99.99"},
        {"status": "PAID"},
        {"status": "SUBMITTED", "owed": 100},
        {"contact": "Bolt"},
        {"currency": "NZD"},
    ],
)
def test_documents_that_do_not_fit(more: dict[str, Any]) -> None:
    document: dict[str, Any] = {"contact": "Acme", "total": 100, "day": "2026-05-01"} | more
    assert keys(received().invoice(**document)) == []


@pytest.mark.parametrize(
    "more",
    [
        {"day": "2025-10-31"},
        {"day": "2026-11-01"},
        {"codes": ["900"]},
        {"codes": ["400"]},
        {"codes": [None]},
        {"type": "RECEIVE-PREPAYMENT"},
    ],
)
def test_money_that_does_not_fit(more: dict[str, Any]) -> None:
    day = more.get("day", "2026-05-05")
    assert keys(received(**more).invoice("Acme", 100, day)) == []


def test_the_document_may_be_outside_the_period() -> None:
    assert len(keys(received(day="2025-11-01").invoice("Acme", 100, "2025-10-01"))) == 1
    assert len(keys(received(day="2026-10-31").invoice("Acme", 100, "2026-11-20"))) == 1


def test_money_out_beside_a_sales_invoice() -> None:
    assert keys(chart().spend("Acme", 100, "2026-05-05", codes=["400"]).invoice("Acme", 100, "2026-05-05")) == []
    assert keys(received().bill("Acme", 100, "2026-05-05")) == []
    assert keys(received().credit_note("sales", "Acme", 100, "2026-05-05", owed=100)) == []


def test_the_nearest_then_the_first() -> None:
    told = received().invoice("Acme", 100, "2026-05-01").invoice("Acme", 100, "2026-05-07")
    assert keys(told) == ["bank_transactions-0001:documents-0002"]
    assert keys(told.invoice("Acme", 100, "2026-05-03")) == ["bank_transactions-0001:documents-0002"]


def test_a_currency_that_is_not_said_is_the_own() -> None:
    assert len(keys(received(currency="AUD").invoice("Acme", 100, "2026-05-05"))) == 1
    assert len(keys(received(currency="USD").invoice("Acme", 100, "2026-05-05", currency="USD"))) == 1


def test_measured_against_money_with_a_contact() -> None:
    told = chart().spend(None, 5, "2026-05-05").spend("A", 5, "2026-05-05").receive("B", 5, "2026-05-05", codes=[])
    assert told.look("DQ14").of == 2
    assert books().spend(None, 5, "2026-05-05").look("DQ14").not_applicable


@pytest.mark.parametrize(("chosen", "n"), [(15, 1), (14, 0)])
def test_the_practice_may_choose_other_days(chosen: int, n: int) -> None:
    assert len(keys(showing().choosing(DQ14=chosen))) == n
