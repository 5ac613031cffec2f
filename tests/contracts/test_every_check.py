"""Every check: a code that stays, words for a person, and the same findings whatever the order of the rows."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from practice.ledgers.books import FRAMES, Books
from practice.scoring.catalogue import catalogue
from practice.scoring.check import Finding
from practice.scoring.score import FIRST
from stack.places import ROOT
from tests.books import AS_OF, ORGANISATION, books, check

# Codes are in people's dismissals and in addresses: one may be added here, none changed or given away.
CODES = {
    "DQ01": "unreconciled_bank_items",
    "DQ06": "duplicate_contacts",
    "DQ07": "multi_coded_contacts",
    "DQ12": "duplicate_purchases",
    "DQ13": "duplicate_sales",
    "DQ15": "drafts",
    "DQ21": "old_unpaid_sales",
    "DQ22": "old_unpaid_bills",
    "DQ27": "lock_dates",
    "DQ30": "dormant_accounts",
}
EVERY = pytest.mark.parametrize("code", sorted(catalogue()))


def messy() -> Books:
    """Books in which every check finds something."""
    told = books().bank().bank("Savings").account("400").account("404").account("499", "Never used")
    told.contact("Acme Ltd").contact("ACME Limited", email="a@acme.example").contact("Bolt", email="b@bolt.example")
    told.contact("Bolt Two", email="b@bolt.example").contact("Spread")
    for code in ("400", "400", "400", "404"):
        told.spend("Spread", 50, "2026-09-01", codes=[code])
    for day in ("2026-10-03", "2026-10-04", "2026-10-05"):
        told.bill("Acme Ltd", 110, day, due="2026-10-10", number="B7", reference="R7")
        told.invoice("Bolt", 220, day, due="2026-10-10", number="S7", reference="R7")
    for total in (10, 20, 30):
        told.bill("Acme Ltd", total, "2026-02-01", due="2026-02-15")
        told.invoice("Bolt", total, "2026-02-01", due="2026-02-15")
        told.bill("Acme Ltd", total, "2026-09-01", status="DRAFT")
        told.spend("Acme Ltd", total, "2026-08-01", reconciled=False)
        told.receive("Bolt", total, "2026-08-02", reconciled=False)
    return told.locked(period=None, year=None).build()


def found(code: str, in_: Books) -> list[Finding]:
    return list(check(code).look(in_).findings)


def test_codes_stay() -> None:
    assert {code: Path(one.look.__code__.co_filename).stem for code, one in catalogue().items()} == CODES


def test_every_file_is_one_check_with_tests() -> None:
    files = {path.stem for path in (ROOT / "practice/scoring/checks").glob("*.py")} - {"__init__"}
    assert files == set(CODES.values())
    tested = {path.stem.removeprefix("test_").upper() for path in (ROOT / "tests/checks").glob("test_*.py")}
    assert tested == set(CODES)


def test_every_check_counts_in_the_score_once() -> None:
    assert sorted(FIRST.codes) == sorted(catalogue())
    assert sum(entry.weight for entry in FIRST.entries) == 100
    assert all(entry.weight > 0 for entry in FIRST.entries)


@EVERY
def test_it_has_words(code: str) -> None:
    one = check(code)
    assert re.fullmatch(r"DQ\d\d", code)
    for words in (one.title, one.group, one.why, one.fix, one.definition, one.source, one.says):
        assert words.strip(), f"{code} leaves something unsaid"
    assert not one.title.endswith(".")
    assert set(re.findall(r"\{(\w+)", one.says)) <= {"n", "of", "age", "part", "whole", "s"}, one.says


@EVERY
def test_it_names_what_it_reads(code: str) -> None:
    for frame, columns in check(code).needs.items():
        assert frame in FRAMES or frame == "organisation", f"{code} needs {frame}, which books do not have"
        if frame in FRAMES:
            assert set(columns) <= set(FRAMES[frame])


@EVERY
def test_empty_books_have_nothing_to_put_right(code: str) -> None:
    assert found(code, Books.of(AS_OF, ORGANISATION)) == []


@EVERY
def test_the_messy_books_show_it(code: str) -> None:
    assert found(code, messy()), f"{code} was not tried out"


@EVERY
def test_the_order_of_rows_changes_nothing(code: str) -> None:
    told = messy()
    turned = replace(told, **{name: getattr(told, name).reverse() for name in FRAMES})
    assert found(code, told) == found(code, told)
    assert {one.key: one for one in found(code, turned)} == {one.key: one for one in found(code, told)}


@EVERY
def test_a_finding_is_a_thing_of_its_own(code: str) -> None:
    findings = found(code, messy())
    assert len({one.key for one in findings}) == len(findings), "two findings would become one issue"
    for one in findings:
        assert one.key
        assert one.fingerprint
        assert one.title.strip()
        assert one.count > 0
        assert len(one.key) <= 200
