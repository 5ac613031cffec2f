import pytest

from tests.books import Told, books


def showing() -> Told:
    told = books().paying_tax(False).contact("Acme").invoice("Acme", 11, "2026-10-31", codes=[]).line("200", 10, 1)
    return told.line("200", 5, 0)


def test_tax_charged_without_being_registered() -> None:
    told = showing().receive("Acme", 22, "2025-11-01", codes=[]).line("200", 20, 2).invoice("Bolt", 5, "2026-05-05")
    found = told.look("DQ38")
    (finding,) = found.findings
    assert (finding.key, finding.title, finding.amount_cents, finding.currency) == ("Acme", "Acme", 3_00, "AUD")
    assert finding.detail == "Tax on 2 sales of an organisation that is not registered"
    assert found.of == 2


@pytest.mark.parametrize("pays", [True, None])
def test_who_is_registered(pays: bool | None) -> None:
    assert showing().paying_tax(pays).look("DQ38").not_applicable


@pytest.mark.parametrize(
    ("day", "status"), [("2025-10-31", "PAID"), ("2026-11-01", "PAID"), ("2026-05-05", "SUBMITTED")]
)
def test_lines_that_do_not_count(day: str, status: str) -> None:
    told = books().paying_tax(False).invoice("A", 11, day, codes=[], status=status).line("200", 10, 1)
    assert told.look("DQ38").not_applicable


def test_purchases_and_journals_are_no_sales() -> None:
    told = books().paying_tax(False).bill("A", 11, "2026-05-05", codes=[]).line("400", 10, 1)
    told.spend("A", 11, "2026-05-05", codes=[]).line("400", 10, 1).journal("2026-05-05").line("200", 10, 1)
    assert told.look("DQ38").not_applicable


def test_credit_notes_are_sales_and_no_tax_is_none() -> None:
    told = books().paying_tax(False).credit_note("sales", "A", 11, "2026-05-05", codes=[]).line("200", 10, 1)
    told.invoice("B", 10, "2026-05-05", codes=[]).line("200", 10, 0).line("200", 10, None)
    found = told.look("DQ38")
    assert ([f.key for f in found.findings], found.of) == (["A"], 2)


def test_other_currencies_count_at_their_rate() -> None:
    told = books().paying_tax(False).invoice("A", 11, "2026-05-05", codes=[], currency="NZD", rate=2).line("200", 10, 1)
    assert [f.amount_cents for f in told.look("DQ38").findings] == [50]
