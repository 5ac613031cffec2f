from typing import Any

import pytest

from practice.scoring.tax_numbers import is_valid
from tests.books import Told, books

ABN, IRD, VAT = "51 824 753 556", "49-091-850", "GB 980 7806 84"


def showing() -> Told:
    return books().contact("Acme", tax_number="51 824 753 557")


def test_a_number_that_cannot_be_right() -> None:
    found = showing().contact("Fine", tax_number=ABN).contact("None").look("DQ33")
    (finding,) = found.findings
    assert (finding.key, finding.facts["kind"], finding.facts["number"]) == (
        "Acme:invalid",
        "invalid",
        "51 824 753 557",
    )
    assert finding.detail == "51 824 753 557 is not an ABN: it has 11 digits, and the check digits must fit"
    assert finding.facts["fix"] == {"kind": "tax_number", "contact_id": "Acme"}
    assert found.of == 2


@pytest.mark.parametrize(
    ("number", "country"),
    [
        (ABN, "AU"), ("83.914.571.673", "AU"), ("83914571673", "AU"),
        (IRD, "NZ"), ("136-410-132", "NZ"), ("136410132", "NZ"),
        (VAT, "GB"), ("980780684", "GB"), ("gb980 7806 84", "GB"), ("980780684001", "GB"), ("434031494", "GB"),
    ],
)  # fmt: skip
def test_right_numbers(number: str, country: str) -> None:
    assert is_valid(number, country)


@pytest.mark.parametrize(
    ("number", "country"),
    [
        ("51 824 753 565", "AU"), ("5182475355", "AU"), ("51 824 753 5560", "AU"), ("ABC", "AU"), ("0" * 11, "AU"),
        ("49-091-851", "NZ"), ("136410133", "NZ"), ("9125568", "NZ"), ("1364101320", "NZ"),
        ("980780685", "GB"), ("98078068", "GB"), ("9807806840", "GB"), ("980780685001", "GB"), ("IE6388047V", "GB"),
    ],
)  # fmt: skip
def test_wrong_numbers(number: str, country: str) -> None:
    assert not is_valid(number, country)


def test_a_vat_number_of_each_remainder() -> None:
    """Seven digits may be followed by two pairs of check digits, 55 apart, and by no others."""
    tails = [f"{tail:02}" for tail in range(97) if is_valid(f"9807806{tail:02}", "GB")]
    assert tails == ["29", "84"]


@pytest.mark.parametrize(("country", "right", "wrong"), [("NZ", IRD, "49-091-851"), ("GB", VAT, "980780685")])
def test_each_country_has_its_own(country: str, right: str, wrong: str) -> None:
    told = books().of_country(country).contact("Right", tax_number=right).contact("Wrong", tax_number=wrong)
    assert [
        f.key for f in told.contact("None").bill("None", 500, "2026-05-05", tax_cents=5000).look("DQ33").findings
    ] == ["Wrong:invalid"]


@pytest.mark.parametrize("country", ["US", "", None])
def test_other_countries(country: str | None) -> None:
    assert showing().of_country(country).look("DQ33").not_applicable


def test_only_active_contacts_with_a_number() -> None:
    assert (
        books()
        .contact("Old", tax_number="1", status="ARCHIVED")
        .contact("None", tax_number=" ")
        .look("DQ33")
        .not_applicable
    )


# -- suppliers that need one -----------------------------------------------------------------------------------------


def bill(**more: Any) -> Told:
    told: dict[str, Any] = {"contact": "Acme", "total": "82.51", "day": "2026-05-05", "tax_cents": 750} | more
    return books().contact("Acme").bill(**told)


def test_a_supplier_without_a_number() -> None:
    (finding,) = bill().look("DQ33").findings
    assert (finding.key, finding.facts["kind"]) == ("Acme:missing", "missing")
    assert finding.detail == "Tax is claimed on purchases from this supplier, and there is no ABN"


@pytest.mark.parametrize(
    "more",
    [
        {"total": "82.50"}, {"tax_cents": 0}, {"tax_cents": None}, {"day": "2025-10-31"}, {"day": "2026-11-01"},
        {"status": "DRAFT"}, {"status": "SUBMITTED"}, {"contact": "Somebody else"}, {"currency": "NZD", "rate": 1.1},
    ],
)  # fmt: skip
def test_suppliers_that_need_none(more: dict[str, Any]) -> None:
    assert bill(**more).look("DQ33").not_applicable


def test_spend_money_counts_too_and_its_tax_is_that_of_its_lines() -> None:
    told = books().contact("Acme").contact("Bolt").contact("Cook")
    told.spend("Acme", "82.51", "2026-05-05", codes=[]).line("400", 50, 0).line("400", 25, "7.51")
    told.spend("Bolt", "82.51", "2026-05-05", codes=[]).line("400", "82.51", 0)
    told.spend("Cook", "82.50", "2026-05-05", codes=[]).line("400", 75, "7.50")
    told.receive("Cook", 500, "2026-05-05", codes=[]).line("200", 450, 50)
    assert [f.key for f in told.look("DQ33").findings] == ["Acme:missing"]


def test_a_wrong_number_is_one_issue_and_not_two() -> None:
    told = books().contact("Acme", tax_number="12").bill("Acme", 500, "2026-05-05", tax_cents=5000)
    assert [f.key for f in told.look("DQ33").findings] == ["Acme:invalid"]


@pytest.mark.parametrize(("chosen", "n"), [(82, 1), (83, 0)])
def test_the_practice_may_choose_another_amount(chosen: int, n: int) -> None:
    assert len(bill().choosing(DQ33=chosen).look("DQ33").findings) == n
