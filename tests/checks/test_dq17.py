import pytest

from tests.books import Told, books


def showing() -> Told:
    return (
        books()
        .account("850", "Suspense")
        .account("400")
        .contact("Acme")
        .bill("Acme", 5, "2026-10-31", codes=["850", "400"])
    )


def test_documents_with_lines_in_suspense() -> None:
    told = showing().spend("Acme", 7, "2025-11-01", codes=["850", "850"], reference="?").journal("2026-01-01", "850")
    found = told.look("DQ17")
    assert [(f.key, f.title, f.detail, f.count) for f in found.findings] == [
        ("bank_transactions-0001", "Spend money ?", "2 lines on 850 Suspense", 2),
        ("journals-0001", "Manual journal of 1 January 2026", "1 line on 850 Suspense", 1),
        ("documents-0001", "Bill N1", "1 line on 850 Suspense", 1),
    ]
    assert [f.links[0].kind for f in found.findings] == ["bank_transaction", "journal", "bill"]
    assert [f.contact for f in found.findings] == ["Acme", None, "Acme"]
    assert found.findings[0].amount_cents == 14_00
    assert found.of == 5


@pytest.mark.parametrize(
    "name", ["SUSPENSE account", "Uncategorised Income", "uncategorized", "Ask my accountant", "Client-ask"]
)
def test_names(name: str) -> None:
    assert len(books().account("850", name).bill("A", 5, "2026-05-05", codes=["850"]).look("DQ17").findings) == 1


@pytest.mark.parametrize("name", ["Basket supplies", "Tasks", "Suspended loans", "Clearing", "Asking fees"])
def test_words_that_only_look_alike(name: str) -> None:
    found = books().account("850", name).bill("A", 5, "2026-05-05", codes=["850"]).look("DQ17")
    assert (found.findings, found.of) == ((), 1)


@pytest.mark.parametrize(
    ("day", "status"), [("2025-10-31", "PAID"), ("2026-11-01", "PAID"), ("2026-05-05", "SUBMITTED")]
)
def test_lines_that_do_not_count(day: str, status: str) -> None:
    told = books().account("850", "Suspense").bill("A", 5, day, codes=["850"], status=status)
    assert told.look("DQ17").not_applicable


def test_the_account_is_found_by_id_else_by_code() -> None:
    told = (
        books().account("850", "Suspense").account("400").bill("A", 5, "2026-05-05", codes=["850", "400", "400", "999"])
    )
    by_code, other_id, by_id, unknown = told.rows["lines"]
    by_code["account_id"] = None
    other_id["account_code"] = "850"
    by_id |= {"account_id": "account-850", "account_code": None}
    unknown["account_id"] = None
    found = told.look("DQ17")
    assert [f.count for f in found.findings] == [2]
    assert found.of == 3
