import pytest

from tests.books import Told, books, n_of


def taxed(told: Told, *types: str | None, contact: str = "Acme") -> Told:
    for tax_type in types:
        told.bill(contact, 11, "2026-03-01", codes=[]).line("400", 10, 1, tax_type)
    return told


def showing() -> Told:
    return taxed(
        books().tax_rate("INPUT", "expenses", name="GST on Expenses").contact("Acme"), *["INPUT"] * 7, *["NONE"] * 3
    )


def test_a_few_lines_with_another_rate() -> None:
    found = showing().look("DQ08")
    (finding,) = found.findings
    assert (finding.key, finding.contact, finding.account) == ("Acme:purchases", "Acme", None)
    assert finding.detail == "3 of 10 purchases lines do not have GST on Expenses"
    assert finding.facts["tax_rates"] == [
        {"code": "INPUT", "name": "GST on Expenses", "lines": 7},
        {"code": "NONE", "name": None, "lines": 3},
    ]
    assert found.of == 1


@pytest.mark.parametrize(
    "types",
    [["A", "A", "B"], ["A"] * 9, ["A"] * 2 + ["B"] * 2, ["A"] * 13 + ["B"] * 3 + ["C"] * 3, ["A"] * 3 + [None, " "]],
)
def test_near_misses(types: list[str | None]) -> None:
    assert taxed(books(), *types).look("DQ08").findings == ()


def test_directions_are_apart_and_n_counts_contacts() -> None:
    told = taxed(books(), "A", "A", "A", "B")
    for tax_type in ("OUT", "OUT", "OUT", "FREE"):
        told.receive("Acme", 10, "2026-03-01", codes=[]).line("200", 10, 1, tax_type)
    taxed(told, "A", contact="Bolt")
    found = told.look("DQ08")
    assert [f.key for f in found.findings] == ["Acme:purchases", "Acme:sales"]
    assert (n_of(found), found.of) == (1, 2)


@pytest.mark.parametrize(
    ("day", "status"), [("2025-10-31", "PAID"), ("2026-11-01", "PAID"), ("2026-05-05", "SUBMITTED")]
)
def test_lines_that_do_not_count(day: str, status: str) -> None:
    told = taxed(books(), "A", "A", "A").bill("Acme", 5, day, status=status, codes=[]).line("400", 5, 0, "B")
    assert told.look("DQ08").findings == ()


def test_lines_without_a_rate_are_not_judged() -> None:
    assert books().bill("A", 5, "2026-03-01").look("DQ08").not_applicable
