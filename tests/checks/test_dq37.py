from typing import Any

import pytest

from tests.books import Amount, Told, books


def registered() -> Told:
    return books().paying_tax(True).account("400", "Advertising", tax_type="INPUT").contact("Acme")


def line(net: Amount = 500, tax: Amount | None = 0, tax_type: str | None = "NONE", **account: Any) -> tuple[int, int]:
    told = books().paying_tax(True).account("400", **{"tax_type": "INPUT"} | account)
    found = told.bill("A", net, "2026-05-05", codes=[]).line("400", net, tax, tax_type).look("DQ37")
    return len(found.findings), found.of or 0


def showing() -> Told:
    return registered().bill("Acme", "100.01", "2026-10-31", codes=[]).line("400", "100.01", 0, "BASEXCLUDED")


def test_costs_without_the_tax_they_usually_have() -> None:
    told = showing().spend("Acme", 900, "2025-11-01", codes=[], reference="C")
    told.line("400", 300, None, None).line("400", 600, 0, "NONE").line("400", 600, 60, "INPUT")
    found = told.look("DQ37")
    assert [(f.key, f.detail, f.count, f.amount_cents) for f in found.findings] == [
        ("bank_transactions-0001", "2 lines without tax on 400 Advertising", 2, 900_00),
        ("documents-0001", "1 line without tax on 400 Advertising", 1, 100_01),
    ]
    assert found.of == 4


@pytest.mark.parametrize(("net", "of"), [("100.00", 0), ("100.01", 1), ("-500", 0)])
def test_above_a_hundred_net(net: str, of: int) -> None:
    assert line(net) == (of, of)


@pytest.mark.parametrize(
    ("more", "n"),
    [
        ({"tax_type": None}, 0),
        ({"tax_type": "NONE"}, 0),
        ({"tax_type": "BASEXCLUDED"}, 0),
        ({"tax_type": "EXEMPTEXPENSES"}, 1),
        ({"class_": "ASSET", "type": "FIXED"}, 1),
        ({"class_": "ASSET", "type": "PREPAYMENT"}, 1),
        ({"type": "DIRECTCOSTS"}, 1),
    ],
)
def test_the_account_usually_has_tax(more: dict[str, Any], n: int) -> None:
    told = books().paying_tax(True).account("400", **{"tax_type": "INPUT"} | more)
    found = told.bill("A", 500, "2026-05-05", codes=[]).line("400", 500, 0, "NONE").look("DQ37")
    assert (len(found.findings), found.of) == (n, 1)


@pytest.mark.parametrize(
    "more", [{"class_": "ASSET", "type": "CURRENT"}, {"class_": "LIABILITY"}, {"class_": "REVENUE"}]
)
def test_other_accounts_are_not_looked_at(more: dict[str, Any]) -> None:
    assert line(**more) == (0, 0)


def test_lines_with_tax_or_a_rate_of_nought() -> None:
    assert line(tax_type="EXEMPTEXPENSES") == (0, 1)
    assert line(tax="0.01") == (0, 1)
    assert line(tax=50, tax_type="INPUT") == (0, 1)
    assert line(tax=None, tax_type=None) == (1, 1)


def test_only_bills_and_spend_money() -> None:
    told = registered().credit_note("purchases", "A", 500, "2026-05-05", codes=[]).line("400", 500, 0, "NONE")
    told.invoice("A", 500, "2026-05-05", codes=[]).line("400", 500, 0, "NONE")
    told.receive("A", 500, "2026-05-05", codes=[]).line("400", 500, 0, "NONE")
    told.journal("2026-05-05").line("400", 500, 0, "NONE")
    assert told.look("DQ37").not_applicable


@pytest.mark.parametrize("pays", [False, None])
def test_who_is_not_registered(pays: bool | None) -> None:
    assert showing().paying_tax(pays).look("DQ37").not_applicable


@pytest.mark.parametrize(("rate", "n"), [(2, 1), (2.5, 0)])
def test_other_currencies_count_at_their_rate(rate: float, n: int) -> None:
    told = registered().bill("Acme", 240, "2026-05-05", codes=[], currency="USD", rate=rate).line("400", 240, 0, "NONE")
    found = told.look("DQ37")
    assert [(f.currency, f.amount_cents) for f in found.findings] == [("USD", 240_00)] * n
    assert found.of == n


def test_the_practice_may_choose_another_amount() -> None:
    assert showing().choosing(DQ37=101).look("DQ37").not_applicable
