import pytest

from tests.books import Told, books


def showing() -> Told:
    return (
        books()
        .account("850", "Wages Clearing")
        .account("860", "Rounding", system_account="ROUNDING")
        .balance("850", 70)
    )


def test_what_is_left_is_an_issue() -> None:
    found = showing().look("DQ18")
    assert [(one.key, one.title, one.detail, one.fails) for one in found.findings] == [
        ("account-850", "850 Wages Clearing", "Should be nil, and is AUD 70.00 in debit on 31 October 2026", False)
    ]
    assert found.of == 2


@pytest.mark.parametrize(
    ("balance", "fails"),
    [
        ("0.01", None),
        ("-0.01", None),
        ("0.02", False),
        ("-0.02", False),
        ("100.00", False),
        ("-100.00", False),
        ("100.01", True),
        ("-100.01", True),
    ],
)
def test_cents(balance: str, fails: bool | None) -> None:
    found = books().account("850", "Suspense").balance("850", balance).look("DQ18")
    assert [one.fails for one in found.findings] == ([] if fails is None else [fails])


def test_a_large_turnover_makes_more_of_it_a_warning() -> None:
    told = books().account("850", "Suspense").balance("850", "-200.00").receive("Acme", 41_000, "2025-11-01")
    assert [one.fails for one in told.look("DQ18").findings] == [False]
    told.credit_note("sales", "Acme", "1000.01", "2026-10-31")
    assert [one.fails for one in told.look("DQ18").findings] == [True]


@pytest.mark.parametrize(
    ("name", "system", "looked_at"),
    [
        ("SUSPENSE - to sort", None, True),
        ("PayPal clearing", None, True),
        ("Anything", "HISTORICAL", True),
        ("Anything", "TRACKINGTRANSFERS", True),
        ("Anything", "ROUNDING", True),
        ("Clearings", None, False),
        ("Suspenseful", None, False),
        ("Groundings", None, False),
        ("Accounts Receivable", "DEBTORS", False),
    ],
)
def test_which_accounts(name: str, system: str | None, looked_at: bool) -> None:
    found = books().account("850", name, system_account=system).balance("850", 70).look("DQ18")
    assert len(found.findings) == looked_at
    assert bool(found.not_applicable) is not looked_at


def test_archived_accounts_are_left_alone() -> None:
    assert books().account("850", "Suspense", status="ARCHIVED").balance("850", 70).look("DQ18").not_applicable


def test_the_balance_of_another_month_says_nothing() -> None:
    assert books().account("850", "Suspense").balance("850", 70, "2026-09-30").look("DQ18").not_synced


def test_cents_add_up_where_an_account_is_listed_twice() -> None:
    assert books().account("850", "Suspense").balance("850", 70).balance("850", -70).look("DQ18").findings == ()
