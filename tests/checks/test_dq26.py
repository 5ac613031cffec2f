from typing import Any

import pytest

from tests.books import Told, books


def closed() -> Told:
    """Closed until the end of June 2026."""
    return books().contact("Acme").locked(period="2026-06-30", year="2025-06-30")


def showing() -> Told:
    return closed().gone("invoice", "2026-06-30", "2026-07-15", side="sales", number="S1", contact_id="Acme")


def test_what_was_voided_after_the_close_is_named() -> None:
    (one,) = showing().look("DQ26").findings
    assert (one.key, one.title, one.contact, one.amount_cents) == ("removed-0001", "Invoice S1", "Acme", 10_000)
    assert one.detail == "Voided on 15 July 2026; dated 30 June 2026, and the books are closed until 30 June 2026"
    assert (one.links[0].kind, one.links[0].id) == ("invoice", "removed-0001")


@pytest.mark.parametrize(
    ("day", "updated", "found"),
    [
        ("2026-06-30", "2026-07-14", 0),  # fourteen days after the close
        ("2026-06-30", "2026-07-15", 1),
        ("2026-07-01", "2026-07-15", 0),
        ("2019-01-01", "2026-11-21", 1),
        ("2026-06-30", "2026-11-22", 0),
    ],
)
def test_days(day: str, updated: str, found: int) -> None:
    assert len(closed().gone("invoice", day, updated).look("DQ26").findings) == found


@pytest.mark.parametrize(("updated", "found"), [("2025-11-20", 0), ("2025-11-21", 1)])
def test_changes_of_more_than_a_year_ago_were_reviewed(updated: str, found: int) -> None:
    told = books().locked(period="2025-06-30", year="2025-06-30").bill("Acme", 1, "2026-10-01")
    assert len(told.gone("invoice", "2025-06-01", updated).look("DQ26").findings) == found


@pytest.mark.parametrize(
    ("period", "year", "found"),
    [
        ("2026-06-30", None, 1),
        (None, "2026-06-30", 1),
        ("2025-06-30", "2026-06-30", 1),
        ("2026-05-31", "2025-06-30", 0),
    ],
)
def test_the_later_of_the_two_lock_dates_closes(period: str | None, year: str | None, found: int) -> None:
    told = books().locked(period=period, year=year).bill("Acme", 1, "2026-10-01")
    assert len(told.gone("invoice", "2026-06-30", "2026-07-15").look("DQ26").findings) == found


@pytest.mark.parametrize(
    ("kind", "more", "title", "link"),
    [
        ("invoice", {"side": "purchases", "number": "B1", "status": "DELETED"}, "Bill B1", "bill"),
        ("credit_note", {"side": "sales", "number": "C1"}, "Credit note C1", "credit_note"),
        ("bank_transaction", {"side": "purchases"}, "Spend money of 1 June 2026", "bank_transaction"),
    ],
)
def test_kinds(kind: str, more: dict[str, Any], title: str, link: str) -> None:
    (one,) = closed().gone(kind, "2026-06-01", "2026-09-01", **more).look("DQ26").findings
    assert (one.title, one.links[0].kind) == (title, link)
    assert one.detail.startswith("Deleted" if more.get("status") == "DELETED" else "Voided")


@pytest.mark.parametrize("kind", ["prepayment", "overpayment", "manual_journal"])
def test_other_kinds_are_not_looked_at(kind: str) -> None:
    assert closed().gone(kind, "2026-06-01", "2026-09-01").look("DQ26").not_applicable


def test_it_is_measured_against_the_documents_of_the_year() -> None:
    told = showing()
    told.bill("Acme", 1, "2025-11-01").bill("Acme", 1, "2026-10-31", status="DRAFT").credit_note(
        "sales", "Acme", 1, "2026-01-01"
    )
    told.spend(None, 1, "2026-01-01").receive(None, 1, "2026-01-01", type="RECEIVE-TRANSFER")
    told.bill("Acme", 1, "2025-10-31").bill("Acme", 1, "2026-11-01").spend(None, 1, "2025-10-31")
    told.gone("invoice", "2025-10-31", "2025-11-01").bill("Acme", 1, "2026-10-01", status="VOIDED")
    assert told.look("DQ26").of == 6


def test_a_foreign_invoice_keeps_its_currency() -> None:
    (one,) = closed().gone("invoice", "2026-06-01", "2026-09-01", currency="USD").look("DQ26").findings
    assert one.currency == "USD"


def test_nothing_is_closed_without_a_lock_date() -> None:
    told = books().locked(period=None, year=None).gone("invoice", "2026-06-01", "2026-09-01")
    assert told.look("DQ26").not_applicable == "No lock date is set, so nothing is closed."


def test_no_documents_is_nothing_to_judge() -> None:
    assert closed().look("DQ26").not_applicable
