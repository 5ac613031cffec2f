from fractions import Fraction

import pytest

from practice.scoring.check import measure
from tests.books import Told, books, check

FIXED = {"type": "FIXED", "class_": "ASSET"}


def register() -> Told:
    """Office equipment of 1,000.00, of which 400.00 is written off, in register and ledger alike."""
    told = books().account("710", "Office Equipment", **FIXED).account("711", "Less Depreciation", **FIXED)
    told.asset("710", 600, 250, less="711").asset("710", 400, 150, less="711")
    return told


def showing() -> Told:
    told = register().balance("710", "1100").balance("711", "-400")
    return told.asset("710", 50, status="DRAFT")


def degree(told: Told) -> Fraction:
    return check("DQ42").degree(measure(told.look("DQ42"), told.build().period_end))


def test_what_differs_is_named() -> None:
    found = showing().look("DQ42")
    assert [(one.key, one.detail, one.amount_cents, one.fails) for one in found.findings] == [
        (
            "account-710",
            "On 31 October 2026 cost is AUD 1,100.00 in the ledger and AUD 1,000.00 in the register",
            100_00,
            True,
        ),
        ("account-710:draft", "1 asset is a draft and not yet depreciated", 50_00, False),
    ]
    assert found.of == 1
    assert measure(found, showing().build().period_end).n == 2


@pytest.mark.parametrize(
    ("cost", "depreciation", "expected"),
    [
        ("1000", "-400", 1),
        ("1000.01", "-400", 0),
        ("999.99", "-400", 0),
        ("1000", "-400.01", 0),
        ("1000", "-399.99", 0),
        ("1000", "400", 0),
        ("0", "0", 0),
    ],
)
def test_cents(cost: str, depreciation: str, expected: int) -> None:
    assert degree(register().balance("710", cost).balance("711", depreciation)) == expected


def test_depreciation_that_differs_is_told_with_its_cost_account() -> None:
    (one,) = register().balance("710", 1000).balance("711", -450).look("DQ42").findings
    assert (one.key, one.amount_cents) == ("account-710", -50_00)
    assert one.detail == (
        "On 31 October 2026 depreciation to date is AUD 450.00 in the ledger and AUD 400.00 in the register"
    )


def test_two_accounts_may_share_one_for_depreciation() -> None:
    told = register().account("720", "Computers", **FIXED).asset("720", 300, 100, less="711")
    told.balance("710", 1000).balance("720", 300).balance("711", -500)
    assert (told.look("DQ42").findings, told.look("DQ42").of) == ((), 2)


@pytest.mark.parametrize(("written_off", "found"), [("0", 0), ("0.01", 1)])
def test_without_an_account_for_it_nothing_may_be_written_off(written_off: str, found: int) -> None:
    told = books().account("750", "Land", **FIXED).asset("750", 90_000, written_off).balance("750", 90_000)
    assert len(told.look("DQ42").findings) == found


@pytest.mark.parametrize("status", ["DISPOSED", "DRAFT"])
def test_only_registered_assets_have_a_cost(status: str) -> None:
    told = register().balance("710", 1000).balance("711", -400).asset("710", 70, 20, less="711", status=status)
    assert [one.key for one in told.look("DQ42").findings] == (["account-710:draft"] if status == "DRAFT" else [])
    assert degree(told) == (Fraction(1, 2) if status == "DRAFT" else 1)


def test_a_balance_without_any_asset_fails() -> None:
    found = books().account("750", "Vehicles", **FIXED).balance("750", 5).look("DQ42")
    assert [one.key for one in found.findings] == ["account-750"]


def test_a_draft_without_a_type_is_told_by_itself() -> None:
    (one,) = books().asset(None, 50, status="DRAFT").asset(None, 60, status="DRAFT").look("DQ42").findings
    assert (one.key, one.title, one.amount_cents) == ("none:draft", "Assets without a type", 110_00)
    assert one.detail == "2 assets are drafts and not yet depreciated"


@pytest.mark.parametrize(
    "told",
    [
        books(),
        books().account("750", "Vehicles", **FIXED),
        books().account("610", "Debtors", type="CURRENT", class_="ASSET").balance("610", 5),
    ],
)
def test_nothing_to_judge(told: Told) -> None:
    assert told.look("DQ42").not_applicable


def test_the_balance_of_another_month_says_nothing() -> None:
    assert register().balance("710", 1000, "2026-09-30").look("DQ42").not_synced
