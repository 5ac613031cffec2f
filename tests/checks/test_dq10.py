from typing import Any

import pytest

from tests.books import Told, books


def showing() -> Told:
    return books().contact("Acme").invoice("Acme", 5, "2024-10-31", status="PAID")


def dormant(told: Told) -> list[str]:
    return [f.key for f in told.look("DQ10").findings]


def test_nothing_for_two_years() -> None:
    found = showing().contact("Never").look("DQ10")
    assert [(f.key, f.detail) for f in found.findings] == [
        ("Acme", "Last transaction on 31 October 2024"),
        ("Never", "Never had a transaction"),
    ]
    assert found.findings[0].facts["fix"] == {"kind": "archive_contact", "contact_id": "Acme"}
    assert found.of == 2


@pytest.mark.parametrize("day", ["2024-11-01", "2026-11-20"])
def test_any_dealing_since(day: str) -> None:
    assert dormant(showing().invoice("Acme", 5, day, status="DRAFT", owed=0)) == []
    assert dormant(showing().credit_note("purchases", "Acme", 5, day, owed=0)) == []
    assert dormant(showing().spend("Acme", 5, day, type="SPEND-OVERPAYMENT")) == []


@pytest.mark.parametrize("status", ["VOIDED", "DELETED"])
def test_what_was_voided_was_no_dealing(status: str) -> None:
    assert dormant(showing().invoice("Acme", 5, "2026-01-01", status=status, owed=0)) == ["Acme"]


@pytest.mark.parametrize(("updated", "n"), [("2024-10-31", 1), ("2024-11-01", 0), (None, 1)])
def test_its_record_was_not_changed_since(updated: str | None, n: int) -> None:
    assert len(dormant(books().contact("Acme", updated_on=updated))) == n


@pytest.mark.parametrize(("more", "n"), [({"owed": "0.01"}, 0), ({"owed": 0}, 1), ({"owed": 5, "status": "PAID"}, 1)])
def test_nothing_is_due(more: dict[str, Any], n: int) -> None:
    assert len(dormant(books().contact("Acme").bill("Acme", 5, "2020-01-01", **more))) == n


def test_only_active_contacts() -> None:
    assert books().contact("Acme", status="ARCHIVED").look("DQ10").not_applicable


def test_the_practice_may_choose_other_months() -> None:
    assert dormant(showing().choosing(DQ10=25)) == []
    assert dormant(books().contact("A").invoice("A", 5, "2025-10-31", owed=0).choosing(DQ10=12)) == ["A"]


def test_the_end_of_a_shorter_month() -> None:
    """Twelve months before 29 February 2028 is 28 February 2027."""
    told = books().on("2028-03-05").choosing(DQ10=12).contact("A").contact("B")
    told.spend("A", 5, "2027-02-28").spend("B", 5, "2027-03-01")
    assert dormant(told) == ["A"]
