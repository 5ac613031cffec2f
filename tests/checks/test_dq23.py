from typing import Any

import pytest

from tests.books import Told, books


def one_waiting() -> Told:
    return books().contact("Acme").credit_note("sales", "Acme", 50, "2026-09-30", owed=20, number="CN1")


def showing() -> Told:
    return one_waiting().credit("prepayment", "purchases", "Bolt", 9, "2024-01-01", number=None)


def test_credits_that_still_wait() -> None:
    found = showing().look("DQ23")
    assert [(f.key, f.title, f.detail, f.amount_cents) for f in found.findings] == [
        ("documents-0002", "Supplier prepayment of 1 January 2024", "AUD 9.00 of AUD 9.00 is not allocated", 9_00),
        ("documents-0001", "Credit note CN1", "AUD 20.00 of AUD 50.00 is not allocated", 20_00),
    ]
    assert [f.links[0].kind for f in found.findings] == ["bank_transaction", "credit_note"]
    assert found.of == 2


@pytest.mark.parametrize(("day", "n"), [("2026-09-30", 1), ("2026-10-01", 0), ("2026-10-31", 0)])
def test_more_than_thirty_days_before_the_end_of_the_period(day: str, n: int) -> None:
    found = books().credit_note("sales", "A", 50, day, owed=50).look("DQ23")
    assert (len(found.findings), found.of) == (n, 1)


@pytest.mark.parametrize("more", [{"owed": 0}, {"status": "PAID"}, {"status": "DRAFT"}, {"status": "SUBMITTED"}])
def test_credits_that_do_not_wait(more: dict[str, Any]) -> None:
    assert (
        one_waiting().credit_note("sales", "A", 50, "2026-01-01", **more).look("DQ23").findings[0].key
        == "documents-0001"
    )
    assert len(one_waiting().credit_note("sales", "A", 50, "2026-01-01", **more).look("DQ23").findings) == 1


def test_measured_against_those_of_the_period_and_the_older_ones_that_wait() -> None:
    told = books().credit_note("sales", "A", 5, "2025-10-31", owed=5).credit_note("sales", "A", 5, "2025-10-31", owed=0)
    told.credit_note("sales", "A", 5, "2025-11-01", status="PAID").credit_note("sales", "A", 5, "2026-10-31", owed=5)
    told.credit_note("sales", "A", 5, "2026-11-01", owed=5).credit_note("sales", "A", 5, "2026-02-02", status="DRAFT")
    told.credit("overpayment", "sales", "A", 5, "2026-02-02", owed=0)
    found = told.look("DQ23")
    assert (len(found.findings), found.of) == (1, 4)


def test_invoices_are_no_credits() -> None:
    assert books().invoice("A", 50, "2026-01-01").look("DQ23").not_applicable


def test_it_keeps_its_own_currency_and_the_chosen_wait() -> None:
    told = books().credit_note("sales", "A", 50, "2026-08-31", owed=50, currency="USD").choosing(DQ23=60)
    assert [(f.currency, f.amount_cents) for f in told.look("DQ23").findings] == [("USD", 50_00)]
    assert told.choosing(DQ23=61).look("DQ23").findings == ()
