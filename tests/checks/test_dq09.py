from typing import Any

import pytest

from tests.books import Told, books


def billed(told: Told, *codes: str, contact: str = "Acme", tax: str | None = None) -> Told:
    for code in codes:
        told.bill(contact, 11, "2026-03-01", codes=[]).line(code, 10, 1, tax)
    return told


def showing() -> Told:
    return billed(books().account("400", "Advertising").contact("Acme"), "400", "400", "400", tax="INPUT")


def keys(told: Told) -> list[str]:
    return [f.key for f in told.look("DQ09").findings]


def test_always_on_one_account_and_rate_without_a_default() -> None:
    found = showing().tax_rate("INPUT", name="GST on Expenses").look("DQ09")
    account, tax = found.findings
    assert (account.key, tax.key) == ("Acme:purchases:account", "Acme:purchases:tax")
    assert account.detail == "No default account for purchases; 3 of 3 lines have 400 Advertising"
    assert tax.detail == "No default tax rate for purchases; 3 of 3 lines have GST on Expenses"
    assert {name: account.facts[name] for name in ("contact_id", "side", "kind", "value")} == {
        "contact_id": "Acme", "side": "purchases", "kind": "account", "value": "400",
    }  # fmt: skip
    assert account.facts["fix"] == {
        "kind": "contact_default", "contact_id": "Acme", "side": "purchases", "what": "account", "value": "400",
    }  # fmt: skip
    assert tax.facts["fix"]["what"] == "tax"
    assert tax.facts["fix"]["value"] == "INPUT"
    assert found.of == 2


def test_each_default_settles_its_own() -> None:
    def left(**defaults: Any) -> list[str]:
        return keys(billed(books().contact("A", **defaults), *["400"] * 3, contact="A", tax="INPUT"))

    assert left(purchases_account="404") == ["A:purchases:tax"]
    assert left(purchases_tax="NONE") == ["A:purchases:account"]
    assert left(sales_account="400", sales_tax="INPUT") == ["A:purchases:account", "A:purchases:tax"]
    assert left(purchases_account=" ", purchases_tax="INPUT") == ["A:purchases:account"]


@pytest.mark.parametrize(
    ("codes", "n"),
    [
        (["400"] * 3, 1),
        (["400"] * 2, 0),
        (["400"] * 9 + ["404"], 1),
        (["400"] * 8 + ["404"], 0),
        (["400"] * 18 + ["404", "408"], 1),
        (["400"] * 17 + ["404", "408"], 0),
    ],
)
def test_three_documents_and_nine_tenths(codes: list[str], n: int) -> None:
    found = billed(books().contact("Acme"), *codes).look("DQ09")
    assert (len(found.findings), found.of or 0) == (n, n)


def test_documents_count_and_not_lines() -> None:
    told = books().contact("A").bill("A", 5, "2026-03-01", codes=["400"] * 5).bill("A", 5, "2026-03-01", codes=["400"])
    assert told.look("DQ09").not_applicable
    assert keys(told.credit_note("purchases", "A", 5, "2026-03-01", codes=["400"])) == ["A:purchases:account"]


def test_directions_are_apart() -> None:
    told = books().contact("A")
    told.spend("A", 5, "2026-03-01", codes=["400"]).bill("A", 5, "2026-03-01", codes=["400"])
    told.receive("A", 5, "2026-03-01", codes=["400"]).invoice("A", 5, "2026-03-01", codes=["400"])
    assert told.look("DQ09").not_applicable
    assert keys(told.receive("A", 5, "2026-03-01", codes=["400"])) == ["A:sales:account"]


@pytest.mark.parametrize(
    "third",
    [{"day": "2025-10-31"}, {"day": "2026-11-01"}, {"status": "DRAFT"}, {"codes": [None]}, {"contact": "Bolt"}],
)
def test_lines_that_do_not_count(third: dict[str, Any]) -> None:
    told = billed(books().contact("Acme"), "400", "400")
    more: dict[str, Any] = {"contact": "Acme", "total": 5, "day": "2026-03-01", "codes": ["400"]} | third
    told.bill(**more)
    assert told.look("DQ09").not_applicable


def test_only_active_contacts() -> None:
    assert billed(books().contact("Acme", status="ARCHIVED"), *["400"] * 3).look("DQ09").not_applicable
    assert billed(books(), *["400"] * 3).look("DQ09").not_applicable
