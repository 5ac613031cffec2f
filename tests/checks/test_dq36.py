from typing import Any

import pytest

from tests.books import Told, books


def showing() -> Told:
    told = books().account("420", "Entertainment").account("400").contact("Acme")
    return told.bill("Acme", 22, "2026-10-31", codes=[]).line("420", 10, 1).line("400", 10, 1)


def found_for(name: str, **more: Any) -> int:
    return len(
        books()
        .account("420", name, **more)
        .bill("A", 11, "2026-05-05", codes=[])
        .line("420", 10, 1)
        .look("DQ36")
        .findings
    )


def test_tax_claimed_on_entertainment() -> None:
    found = showing().spend("Acme", 5, "2025-11-01", codes=[], reference="Pub").line("420", 5, "0.50").look("DQ36")
    assert [(f.key, f.detail, f.amount_cents) for f in found.findings] == [
        ("bank_transactions-0001", "Tax claimed with 1 line on 420 Entertainment", 50),
        ("documents-0001", "Tax claimed with 1 line on 420 Entertainment", 1_00),
    ]
    assert found.of == 3


@pytest.mark.parametrize(
    "name",
    [
        "Client ENTERTAINING",
        "Entertainment - 50%",
        "Printing & Postage",
        "International Travel",
        "Overseas travel costs",
        "Travel - International",
    ],
)
def test_names(name: str) -> None:
    assert found_for(name) == 1


@pytest.mark.parametrize(
    "name", ["Travel - National", "Entertainments Ltd shares", "Postages", "Travel", "International freight"]
)
def test_names_that_only_look_alike(name: str) -> None:
    assert found_for(name) == 0


@pytest.mark.parametrize(
    ("code", "n"), [("EXP.ADM.ENT", 1), ("EXP.ADM.ENT.NON", 1), ("EXP.ADM", 0), ("EXP.ADM.OFF", 0), (None, 0)]
)
def test_report_codes(code: str | None, n: int) -> None:
    assert found_for("Meals", reporting_code=code) == n


def test_only_purchases_with_tax() -> None:
    told = books().account("420", "Entertainment").receive("A", 11, "2026-05-05", codes=[]).line("420", 10, 1)
    told.bill("A", 11, "2026-05-05", codes=[]).line("420", 10, 0).line("420", 10, None)
    told.journal("2026-05-05").line("420", 10, 1)
    assert told.look("DQ36").not_applicable
    told.credit_note("purchases", "A", 11, "2026-05-05", codes=[]).line("420", 10, 1)
    assert [f.links[0].kind for f in told.look("DQ36").findings] == ["credit_note"]


@pytest.mark.parametrize(("day", "status"), [("2025-10-31", "PAID"), ("2026-11-01", "PAID"), ("2026-05-05", "DRAFT")])
def test_lines_that_do_not_count(day: str, status: str) -> None:
    told = books().account("420", "Entertainment").bill("A", 9, day, codes=[], status=status).line("420", 9, 1)
    assert told.look("DQ36").not_applicable
