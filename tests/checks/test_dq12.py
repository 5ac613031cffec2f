import pytest

from tests.books import Told, books, n_of


def test_two_bills_and_a_bill_with_spend_money() -> None:
    told = books().contact("Acme").bill("Acme", 110, "2026-10-01").bill("Acme", 110, "2026-10-06")
    told.bill("Birch", 50, "2026-05-01", status="PAID").spend("Birch", 50, "2026-04-28")
    found = told.look("DQ12")
    assert [(f.key, f.amount_cents) for f in found.findings] == [
        ("documents-0001+documents-0002", 11000),
        ("bank_transactions-0001+documents-0003", 5000),
    ]
    assert (n_of(found), found.of) == (2, 4)
    assert [(link.kind, link.label) for link in found.findings[1].links] == [
        ("bank_transaction", "Bank transaction of 28 April 2026"),
        ("bill", "Bill N3"),
    ]


def test_a_chain_of_days_is_one_group() -> None:
    told = books()
    for day in ("2026-10-01", "2026-10-06", "2026-10-11", "2026-10-17"):
        told.bill("Acme", 110, day)
    found = told.look("DQ12")
    assert [(f.count, f.amount_cents) for f in found.findings] == [(2, 22000)]
    assert (n_of(found), found.of) == (2, 4)


@pytest.mark.parametrize(
    "other",
    [
        {"day": "2026-10-07"},
        {"total": "110.01"},
        {"contact": "Birch"},
        {"currency": "NZD"},
        {"status": "DRAFT"},
        {"status": "VOIDED"},
        {"status": "DELETED"},
    ],
)
def test_near_misses(other: dict[str, object]) -> None:
    more = {"contact": "Acme", "total": 110, "day": "2026-10-02"} | other
    assert books().bill("Acme", 110, "2026-10-01").bill(**more).look("DQ12").findings == ()  # type: ignore[arg-type]  # told in the test's own words


@pytest.mark.parametrize(
    "told",
    [
        books().bill("Acme", 1, "2025-10-31").bill("Acme", 1, "2025-11-01"),
        books().bill("Acme", 1, "2026-10-31").bill("Acme", 1, "2026-11-01"),
        books().bill("Acme", 1, "2026-10-01").invoice("Acme", 1, "2026-10-01"),
        books().bill("Acme", 1, "2026-10-01").receive("Acme", 1, "2026-10-01"),
        books().bill("Acme", 1, "2026-10-01").credit_note("purchases", "Acme", 1, "2026-10-01"),
        books().bill("Acme", 1, "2026-10-01").spend("Acme", 1, "2026-10-01", type="SPEND-PREPAYMENT"),
        books().bill("Acme", 1, "2026-10-01").spend("Acme", 1, "2026-10-01", status="VOIDED"),
        books().bill(None, 1, "2026-10-01").bill(None, 1, "2026-10-01"),
    ],
)
def test_other_near_misses(told: Told) -> None:
    assert told.look("DQ12").findings == ()


def test_the_own_currency_need_not_be_said() -> None:
    assert len(books().bill("A", 1, "2026-10-01").bill("A", 1, "2026-10-01", currency="AUD").look("DQ12").findings) == 1


def test_only_sales_is_nothing_to_judge() -> None:
    assert books().invoice("A", 1, "2026-10-01").look("DQ12").not_applicable
