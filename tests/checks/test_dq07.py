import pytest

from tests.books import Told, books, n_of


def coded(told: Told, *codes: str, contact: str = "Acme") -> Told:
    for code in codes:
        told.bill(contact, 10, "2026-03-01", codes=[code])
    return told


def test_a_few_lines_elsewhere() -> None:
    found = coded(books().account("400", "Advertising").contact("Acme"), *["400"] * 7, *["404"] * 3).look("DQ07")
    (finding,) = found.findings
    assert (finding.key, finding.contact, finding.account) == ("Acme:purchases", "Acme", "400 Advertising")
    assert finding.detail == "3 of 10 purchases lines are not on 400 Advertising"
    assert finding.facts["accounts"][1] == {"code": "404", "name": None, "lines": 3}
    assert found.of == 1


@pytest.mark.parametrize(
    "codes",
    [["400", "400", "404"], ["400"] * 9, ["400"] * 2 + ["404"] * 2, ["400"] * 13 + ["404"] * 3 + ["408"] * 3],
)
def test_near_misses(codes: list[str]) -> None:
    assert coded(books(), *codes).look("DQ07").findings == ()


def test_directions_are_apart_and_n_counts_contacts() -> None:
    told = coded(books(), "400", "400", "400", "404")
    for code in ("200", "200", "200", "260"):
        told.receive("Acme", 10, "2026-03-01", codes=[code])
    found = told.look("DQ07")
    assert [f.key for f in found.findings] == ["Acme:purchases", "Acme:sales"]
    assert (n_of(found), found.of) == (1, 1)


def test_credit_notes_and_direct_money_count_on_their_side() -> None:
    told = books().bill("A", 1, "2026-01-01", codes=["400", "400"]).spend("A", 1, "2026-01-01", codes=["400"])
    told.credit_note("purchases", "A", 1, "2026-01-01", codes=["404"])
    assert [f.key for f in told.look("DQ07").findings] == ["A:purchases"]


@pytest.mark.parametrize(
    "last",
    [
        {"status": "DRAFT"},
        {"status": "SUBMITTED"},
        {"status": "VOIDED"},
        {"day": "2025-10-31"},
        {"day": "2026-11-01"},
        {"contact": None},
        {"codes": [None]},
        {"codes": []},
    ],
)
def test_lines_that_do_not_count(last: dict[str, object]) -> None:
    told = coded(books(), "400", "400", "400")
    more = {"contact": "Acme", "total": 1, "day": "2026-03-01", "codes": ["404"]} | last
    assert told.bill(**more).look("DQ07").findings == ()  # type: ignore[arg-type]  # told in the test's own words


@pytest.mark.parametrize("type_", ["SPEND-PREPAYMENT", "SPEND-OVERPAYMENT", "SPEND-TRANSFER"])
def test_prepayments_and_transfers_are_not_spend_money(type_: str) -> None:
    told = coded(books(), "400", "400", "400").spend("Acme", 1, "2026-03-01", type=type_, codes=["404"])
    assert told.look("DQ07").findings == ()


def test_another_usual_line_changes_nothing_and_another_unusual_one_does() -> None:
    def fingerprint(*codes: str) -> str:
        return coded(books(), *codes).look("DQ07").findings[0].fingerprint

    assert fingerprint(*"AAAB") == fingerprint(*"AAAAAAB")
    assert fingerprint(*"AAAAAAB") != fingerprint(*"AAAAAABB")


def test_measured_against_contacts_with_a_coded_line() -> None:
    told = coded(books().contact("Idle"), "400", contact="A").receive("B", 1, "2026-05-05")
    assert told.look("DQ07").of == 2
