import pytest

from tests.books import Told, books

KINDS = {
    "ASSET": {"type": "CURRENT", "class_": "ASSET"},
    "LIABILITY": {"type": "CURRLIAB", "class_": "LIABILITY"},
    "EQUITY": {"type": "EQUITY", "class_": "EQUITY"},
    "REVENUE": {"type": "REVENUE", "class_": "REVENUE"},
    "EXPENSE": {"type": "EXPENSE", "class_": "EXPENSE"},
}


def with_balance(class_: str, balance: str, name: str = "Some account") -> Told:
    return books().account("700", name, **KINDS[class_]).balance("700", balance)


def showing() -> Told:
    return with_balance("EXPENSE", "-12.50")


def test_what_is_on_the_wrong_side_is_an_issue_of_that_month() -> None:
    found = showing().account("701").balance("701", 8).look("DQ19")
    assert [(one.key, one.detail) for one in found.findings] == [
        ("account-700:2026-10-31", "An expense with AUD 12.50 in credit on 31 October 2026")
    ]
    assert found.of == 2


@pytest.mark.parametrize(
    ("class_", "balance", "wrong"),
    [
        ("ASSET", "-0.02", True),
        ("ASSET", "-0.01", False),
        ("ASSET", "500", False),
        ("LIABILITY", "0.02", True),
        ("LIABILITY", "0.01", False),
        ("LIABILITY", "-500", False),
        ("EQUITY", "500", False),
        ("EQUITY", "-500", False),
        ("REVENUE", "0.02", True),
        ("REVENUE", "0.01", False),
        ("REVENUE", "-500", False),
        ("EXPENSE", "-0.02", True),
        ("EXPENSE", "-0.01", False),
        ("EXPENSE", "500", False),
    ],
)
def test_sides(class_: str, balance: str, wrong: bool) -> None:
    found = with_balance(class_, balance).look("DQ19")
    assert (len(found.findings), found.of) == (int(wrong), 1)


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("Less Accumulated Depreciation on Vehicles", False),
        ("Depreciation - vehicles", False),
        ("Amortisation of software", False),
        ("AMORTIZATION", False),
        ("Vehicles", True),
        ("Depreciations", True),
    ],
)
def test_depreciation_is_in_credit_by_nature(name: str, wrong: bool) -> None:
    assert len(with_balance("ASSET", "-900", name).look("DQ19").findings) == wrong


def test_a_loan_of_an_owner_is_left_to_its_own_check() -> None:
    told = with_balance("LIABILITY", "900", "Director's loan")
    assert (told.look("DQ19").findings, len(told.look("DQ41").findings)) == ((), 1)
    assert len(with_balance("ASSET", "-900", "Shareholder loan").look("DQ19").findings) == 1


@pytest.mark.parametrize(
    "told",
    [
        books().bank("Everyday").balance("Everyday", -9),
        books().account("610", "Debtors", system_account="DEBTORS", **KINDS["ASSET"]).balance("610", -9),
        books().account("700", status="ARCHIVED").balance("700", -9),
        books().account("700").balance("700", 0),
        books().account("700"),
    ],
)
def test_what_is_not_looked_at(told: Told) -> None:
    assert told.look("DQ19").not_applicable
    assert told.look("DQ19").findings == ()


def test_the_balance_of_another_month_says_nothing() -> None:
    assert books().account("700").balance("700", -9, "2026-09-30").look("DQ19").not_synced
