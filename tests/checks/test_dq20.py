import pytest

from tests.books import Told, books


def showing() -> Told:
    return (
        books()
        .account("090", "Everyday", type="BANK", class_="ASSET")
        .bank("Savings")
        .balance("090", "-0.02")
        .balance("Savings", 500)
    )


def test_what_is_below_zero_is_an_issue_of_that_month() -> None:
    found = showing().look("DQ20")
    assert [(one.key, one.title, one.detail) for one in found.findings] == [
        ("account-090:2026-10-31", "090 Everyday", "Overdrawn by AUD 0.02 on 31 October 2026")
    ]
    assert (found.of, found.findings[0].amount_cents, found.findings[0].currency) == (2, -2, "AUD")


@pytest.mark.parametrize(
    ("balance", "sales", "fails"),
    [
        ("-0.01", 0, None),
        ("0", 0, None),
        ("-0.02", 0, False),
        ("-100.00", 0, False),
        ("-100.01", 0, True),
        ("-150.00", 30_000, False),  # half a percent of the year's sales
        ("-150.01", 30_000, True),
        ("-100.01", 19_999, True),
    ],
)
def test_cents(balance: str, sales: int, fails: bool | None) -> None:
    told = books().bank("Everyday").balance("Everyday", balance).invoice("Acme", sales, "2026-10-31")
    assert [one.fails for one in told.look("DQ20").findings] == ([] if fails is None else [fails])


@pytest.mark.parametrize(
    "told",
    [
        books().bank("Card", class_="LIABILITY").balance("Card", -900),
        books().bank("Old", status="ARCHIVED").balance("Old", -900),
        books().account("610", "Debtors", type="CURRENT", class_="ASSET").balance("610", -900),
    ],
)
def test_other_accounts_are_not_looked_at(told: Told) -> None:
    assert told.look("DQ20").not_applicable
    assert told.look("DQ20").findings == ()


def test_an_account_that_is_not_listed_holds_nothing() -> None:
    found = books().bank("Everyday").look("DQ20")
    assert (found.of, found.findings, found.not_applicable) == (1, (), None)


def test_the_balance_of_another_month_says_nothing() -> None:
    found = books().bank("Everyday").balance("Everyday", -900, "2026-09-30").look("DQ20")
    assert found.not_synced == "The trial balance of 31 October 2026 was not read yet."
    assert found.findings == ()


def test_a_dismissal_ends_when_the_balance_moves() -> None:
    (before,) = books().bank("Everyday").balance("Everyday", -20).look("DQ20").findings
    (after,) = books().bank("Everyday").balance("Everyday", -21).look("DQ20").findings
    assert before.key == after.key
    assert before.fingerprint != after.fingerprint


def test_sales_in_another_currency_count_at_their_rate() -> None:
    told = books().bank("Everyday").balance("Everyday", "-200.00")
    told.invoice("Acme", 30_000, "2026-10-31", currency="USD", rate=0.75)  # AUD 40,000.00
    assert [one.fails for one in told.look("DQ20").findings] == [False]
    told.rows["balances"].clear()
    assert [one.fails for one in told.balance("Everyday", "-200.01").look("DQ20").findings] == [True]
