import pytest

from tests.books import Told, books

LOAN = {"type": "CURRLIAB", "class_": "LIABILITY"}


def owing(balance: str, name: str = "Director's Loan", country: str | None = "AU", **more: str) -> Told:
    return books().of_country(country).account("881", name, **LOAN | more).balance("881", balance)


def showing() -> Told:
    return owing("12000.50", country="NZ")


def test_what_an_owner_owes_is_an_issue_of_that_month() -> None:
    (one,) = showing().look("DQ41").findings
    assert one.key == "account-881:2026-10-31"
    assert one.detail == "AUD 12,000.50 was owed to the company on 31 October 2026"
    assert one.fails


@pytest.mark.parametrize(
    ("country", "balance", "fails"),
    [
        ("AU", "-500", None),
        ("AU", "0.01", None),
        ("AU", "0.02", True),
        ("GB", "0.01", None),
        ("GB", "0.02", False),
        ("GB", "10000.00", False),
        ("GB", "10000.01", True),
        ("NZ", "0.02", False),
        ("NZ", "100.00", False),
        ("NZ", "100.01", True),
        (None, "100.01", True),
    ],
)
def test_countries(country: str | None, balance: str, fails: bool | None) -> None:
    found = owing(balance, country=country).look("DQ41")
    assert ([one.fails for one in found.findings], found.of) == ([] if fails is None else [fails], 1)


def test_elsewhere_a_large_turnover_makes_more_of_it_a_warning() -> None:
    told = owing("150.00", country="NZ").invoice("Acme", 30_000, "2026-10-31")
    assert [one.fails for one in told.look("DQ41").findings] == [False]


@pytest.mark.parametrize(
    ("name", "looked_at"),
    [
        ("Loan - Director J Smith", True),
        ("DIRECTORS LOAN ACCOUNT", True),
        ("Directors’ loan", True),
        ("Shareholder's loan", True),
        ("Shareholders loan", True),
        ("Director fees", False),
        ("Loans to directors", False),  # loans is another word
        ("Directorship loan", False),
        ("Bank loan", False),
    ],
)
def test_names(name: str, looked_at: bool) -> None:
    found = owing("500", name).look("DQ41")
    assert len(found.findings) == looked_at
    assert bool(found.not_applicable) is not looked_at


@pytest.mark.parametrize(
    ("more", "looked_at"),
    [
        ({"type": "CURRENT", "class_": "ASSET"}, True),
        ({"type": "BANK", "class_": "ASSET"}, False),
        ({"type": "EQUITY", "class_": "EQUITY"}, False),
        ({"status": "ARCHIVED"}, False),
    ],
)
def test_which_accounts(more: dict[str, str], looked_at: bool) -> None:
    assert len(owing("500", **more).look("DQ41").findings) == looked_at


def test_the_balance_of_another_month_says_nothing() -> None:
    told = books().account("881", "Director loan", **LOAN).balance("881", 5, "2026-09-30")
    assert told.look("DQ41").not_synced
