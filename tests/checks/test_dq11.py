from typing import Any

import pytest

from tests.books import Told, books


def showing() -> Told:
    return books().contact("Acme", email=" ", bank_account=None).invoice("Acme", 100, "2026-03-01")


def test_who_owes_needs_an_address_and_who_is_owed_a_bank_account() -> None:
    told = showing().invoice("Acme", 20, "2026-02-01", owed=5).bill("Acme", 70, "2026-04-01")
    told.contact("Fine", email="a@b.example", bank_account="12").invoice("Fine", 1, "2026-01-01").bill(
        "Fine", 1, "2026-01-01"
    )
    found = told.look("DQ11")
    assert [(f.key, f.detail, f.amount_cents) for f in found.findings] == [
        ("Acme:bank_account", "No bank account, and AUD 70.00 is open on 1 bill", 70_00),
        ("Acme:email", "No e-mail address, and AUD 105.00 is open on 2 invoices", 105_00),
    ]
    assert found.of == 4


@pytest.mark.parametrize(
    "more", [{"owed": 0}, {"status": "PAID"}, {"status": "DRAFT"}, {"status": "SUBMITTED"}, {"contact": "Nobody"}]
)
def test_near_misses(more: dict[str, Any]) -> None:
    invoice: dict[str, Any] = {"contact": "Acme", "total": 9, "day": "2026-03-01"} | more
    assert books().contact("Acme").invoice(**invoice).look("DQ11").not_applicable


def test_archived_contacts_and_credits_do_not_count() -> None:
    told = books().contact("Old", status="ARCHIVED").invoice("Old", 9, "2026-03-01")
    told.contact("A").credit_note("sales", "A", 5, "2026-03-01", owed=5)
    assert told.look("DQ11").not_applicable


def test_each_kind_needs_its_own_field() -> None:
    told = books().contact("A", bank_account="12").bill("A", 5, "2026-03-01")
    told.contact("B", email="b@b.example").invoice("B", 5, "2026-03-01")
    found = told.look("DQ11")
    assert (found.findings, found.of) == ((), 2)


def test_other_currencies_count_at_their_rate() -> None:
    told = books().contact("A").invoice("A", 120, "2026-03-01", currency="NZD", rate=1.2)
    assert [(f.amount_cents, f.currency) for f in told.look("DQ11").findings] == [(100_00, "AUD")]
