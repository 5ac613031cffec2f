"""Every check: a code that stays, words for a person, and the same findings whatever the order of the rows."""

import re
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import polars as pl
import pytest

from practice.ledgers.books import FRAMES, Books
from practice.scoring.catalogue import catalogue
from practice.scoring.check import Finding
from practice.scoring.score import Profile
from practice.scoring.shipped import SHIPPED
from stack.places import ROOT
from tests.books import AS_OF, ORGANISATION, books, check

# Codes are in people's dismissals and in addresses: one may be added here, none changed or given away.
CODES = {
    "DQ01": "unreconciled_bank_items",
    "DQ02": "uncoded_statement_lines",
    "DQ03": "bank_balances",
    "DQ04": "stale_bank_feeds",
    "DQ05": "unreconciled_banks",
    "DQ06": "duplicate_contacts",
    "DQ07": "multi_coded_contacts",
    "DQ08": "multi_taxed_contacts",
    "DQ09": "contact_defaults",
    "DQ10": "dormant_contacts",
    "DQ11": "contact_gaps",
    "DQ12": "duplicate_purchases",
    "DQ13": "duplicate_sales",
    "DQ14": "money_beside_invoices",
    "DQ15": "drafts",
    "DQ16": "draft_journals",
    "DQ17": "suspense_postings",
    "DQ18": "zero_accounts",
    "DQ19": "wrong_sided_balances",
    "DQ20": "overdrawn_banks",
    "DQ21": "old_unpaid_sales",
    "DQ22": "old_unpaid_bills",
    "DQ23": "unallocated_credits",
    "DQ24": "debtor_days",
    "DQ25": "missing_attachments",
    "DQ26": "removed_after_close",
    "DQ27": "lock_dates",
    "DQ28": "lock_moved_back",
    "DQ29": "changed_after_close",
    "DQ30": "dormant_accounts",
    "DQ31": "unmapped_accounts",
    "DQ32": "similar_accounts",
    "DQ33": "tax_numbers",
    "DQ34": "tax_for_wrong_class",
    "DQ35": "tax_on_balance_sheet",
    "DQ36": "blocked_input_tax",
    "DQ37": "missing_purchase_tax",
    "DQ38": "unregistered_sales_tax",
    "DQ39": "tax_control",
    "DQ40": "payroll_balances",
    "DQ41": "overdrawn_owner_loans",
    "DQ42": "fixed_assets",
    "DQ43": "unusual_costs",
    "DQ44": "contact_bank_details",
    "DQ45": "no_activity",
    "DQ46": "user_access",
    "DQ47": "connection_freshness",
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
    told.bill("Acme Ltd", 40, "2026-02-01", number=None).invoice("Bolt", 40, "2026-02-01", number=None)
    told.bill("Acme Ltd", 50, "2026-09-01", number=None, status="DRAFT").transfer(70, "2026-08-03")
    return told.locked(period=None, year=None).build()


def showing(code: str) -> Books:
    """Books in which this check finds something: those its own test tells in `showing()`, or the messy ones."""
    own = getattr(import_module(f"tests.checks.test_{code.lower()}"), "showing", None)
    return own().build() if own else messy()


def found(code: str, in_: Books) -> list[Finding]:
    return list(check(code).look(in_).findings)


def test_codes_stay() -> None:
    assert {code: Path(one.look.__code__.co_filename).stem for code, one in catalogue().items()} == CODES


def test_every_file_is_one_check_with_tests() -> None:
    files = {path.stem for path in (ROOT / "practice/scoring/checks").glob("*.py")} - {"__init__"}
    assert files == {CODES[code] for code in catalogue()}
    tested = {path.stem.removeprefix("test_").upper() for path in (ROOT / "tests/checks").glob("test_dq*.py")}
    assert tested == set(CODES)


@pytest.mark.parametrize("profile", SHIPPED.values(), ids=lambda profile: profile.name)
def test_a_check_weighs_once_and_only_where_it_may(profile: Profile) -> None:
    assert len(set(profile.codes)) == len(profile.codes)
    assert set(profile.codes) & catalogue().keys() <= {code for code, one in catalogue().items() if one.scored}


@EVERY
def test_it_has_words(code: str) -> None:
    one = check(code)
    assert re.fullmatch(r"DQ\d\d", code)
    assert one.look.__module__ == f"practice.scoring.checks.{CODES[code]}"
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
def test_its_number_can_be_chosen_within_bounds(code: str) -> None:
    threshold = check(code).threshold
    if threshold:
        assert 0 <= threshold.least <= threshold.default <= threshold.most
        assert threshold.says.strip()
        assert threshold.chosen(Books.of(AS_OF), code) == threshold.default
        assert threshold.chosen(Books.of(AS_OF, thresholds={code: threshold.most}), code) == threshold.most


@EVERY
def test_it_reads_no_more_than_it_says(code: str) -> None:
    """Where only this check looks again, only what it names is loaded."""
    one, told = check(code), showing(code)
    bare = {name: getattr(told, name).select(one.needs.get(name, ())) for name in FRAMES}
    assert one.look(replace(told, **bare)) == one.look(told)


@EVERY
def test_it_needs_what_it_says(code: str) -> None:
    """A column that a check names and never looks at would have it look again for nothing."""
    one, told = check(code), showing(code)
    for name, columns in one.needs.items():
        for column in columns:
            with pytest.raises((pl.exceptions.ColumnNotFoundError, KeyError), match=column):
                one.look(replace(told, **{name: getattr(told, name).drop(column)}))
                pytest.fail(f"{code} does not read {name}.{column}")


@EVERY
def test_the_day_matters_only_where_it_says_so(code: str) -> None:
    """Of a check that goes by the month nothing changes until the next one: it need not look again every night."""
    one, told = check(code), showing(code)
    if one.by == "month":
        for day in (1, 2, 15, 30):
            assert one.look(replace(told, as_of=AS_OF.replace(day=day))) == one.look(told)


@EVERY
def test_empty_books_have_nothing_to_put_right(code: str) -> None:
    assert found(code, Books.of(AS_OF, ORGANISATION)) == []


@EVERY
def test_there_are_books_that_show_it(code: str) -> None:
    assert found(code, showing(code)), f"{code} was not tried out: tests/checks/test_{code.lower()}.py needs showing()"


@EVERY
def test_the_order_of_rows_changes_nothing(code: str) -> None:
    told = showing(code)
    turned = replace(told, **{name: getattr(told, name).reverse() for name in FRAMES})
    assert found(code, told) == found(code, told)
    assert {one.key: one for one in found(code, turned)} == {one.key: one for one in found(code, told)}


@EVERY
def test_a_finding_is_a_thing_of_its_own(code: str) -> None:
    findings = found(code, showing(code))
    assert len({one.key for one in findings}) == len(findings), "two findings would become one issue"
    for one in findings:
        assert one.key
        assert one.fingerprint
        assert one.title.strip()
        assert one.count > 0
        assert len(one.key) <= 200
