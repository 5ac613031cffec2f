import pytest

from tests.books import Told, books


def showing() -> Told:
    told = (
        books().account("400", "Advertising").account("200", "Sales", class_="REVENUE", type="REVENUE").contact("Acme")
    )
    told.tax_rate("INPUT", "assets", "expenses").tax_rate("OUTPUT", "revenue").tax_rate("NONE").tax_rate("BASEXCLUDED")
    return told.bill("Acme", 11, "2026-10-31", codes=[]).line("400", 10, 1, "OUTPUT").line("400", 10, 1, "INPUT")


def test_rates_on_accounts_they_are_not_meant_for() -> None:
    told = showing().receive("Acme", 33, "2025-11-01", codes=[], reference="R1").line("200", 10, 1, "INPUT")
    told.line("200", 20, 2, "INPUT").journal("2026-05-05").line("400", 7, 1, "INPUT")
    found = told.look("DQ34")
    assert [(f.key, f.detail, f.count, f.amount_cents) for f in found.findings] == [
        ("bank_transactions-0001", "2 lines with a tax rate that is not meant for it, on 200 Sales", 2, 30_00),
        ("documents-0001", "1 line with a tax rate that is not meant for it, on 400 Advertising", 1, 10_00),
    ]
    assert found.findings[0].facts["tax_type"] == ["INPUT"]
    assert found.of == 5


@pytest.mark.parametrize("tax_type", ["NONE", "BASEXCLUDED", "MYSTERY", None])
def test_rates_that_are_not_judged(tax_type: str | None) -> None:
    told = books().account("400").tax_rate("NONE").tax_rate("BASEXCLUDED").bill("A", 5, "2026-05-05", codes=[])
    assert told.line("400", 5, 0, tax_type).look("DQ34").not_applicable


def test_what_xero_does_not_say_is_no_issue() -> None:
    told = books().account("400").tax_rate("INPUT", for_expenses=None).bill("A", 5, "2026-05-05", codes=[])
    found = told.line("400", 5, 0, "INPUT").look("DQ34")
    assert (found.findings, found.of) == ((), 1)


@pytest.mark.parametrize(
    ("class_", "allowed"),
    [
        ("ASSET", "assets"),
        ("EQUITY", "equity"),
        ("EXPENSE", "expenses"),
        ("LIABILITY", "liabilities"),
        ("REVENUE", "revenue"),
    ],
)
def test_every_class_has_its_own_flag(class_: str, allowed: str) -> None:
    told = books().account("1", class_=class_).tax_rate("ONE", allowed).bill("A", 5, "2026-05-05", codes=[])
    told.tax_rate("REST", *{"assets", "equity", "expenses", "liabilities", "revenue"} - {allowed})
    found = told.line("1", 5, 0, "ONE").line("1", 5, 0, "REST").look("DQ34")
    assert [f.count for f in found.findings] == [1]
    assert found.findings[0].facts["tax_type"] == ["REST"]
    assert found.of == 2


@pytest.mark.parametrize("class_", [None, "MYSTERY"])
def test_accounts_of_no_known_class(class_: str | None) -> None:
    told = books().account("1", class_=class_).tax_rate("X").bill("A", 5, "2026-05-05", codes=[]).line("1", 5, 0, "X")
    assert told.look("DQ34").not_applicable


@pytest.mark.parametrize(
    ("day", "status"), [("2025-10-31", "PAID"), ("2026-11-01", "PAID"), ("2026-05-05", "SUBMITTED")]
)
def test_lines_that_do_not_count(day: str, status: str) -> None:
    told = books().account("400").tax_rate("X").bill("A", 5, day, codes=[], status=status).line("400", 5, 0, "X")
    assert told.look("DQ34").not_applicable


def test_another_rate_makes_it_another_thing() -> None:
    def fingerprint(tax_type: str) -> str:
        told = books().account("400").tax_rate("X").tax_rate("Y").bill("A", 5, "2026-05-05", codes=[])
        return told.line("400", 5, 0, tax_type).look("DQ34").findings[0].fingerprint

    assert fingerprint("X") != fingerprint("Y")
