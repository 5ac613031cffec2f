import pytest

from tests.books import Told, books


def dormant(told: Told) -> list[str]:
    return [f.title for f in told.look("DQ30").findings]


def test_unused_for_two_years() -> None:
    told = books().account("400", "Used").account("404", "Old").account("408", "Never")
    told.bill("A", 1, "2024-11-01", codes=["400"]).bill("A", 1, "2024-10-31", codes=["404"])
    found = told.look("DQ30")
    assert [(f.title, f.detail) for f in found.findings] == [
        ("404 Old", "Last used on 31 October 2024"),
        ("408 Never", "Nothing was ever posted here"),
    ]
    assert found.findings[0].facts["fix"] == {"kind": "archive_account", "account_id": "account-404"}
    assert found.of == 3


@pytest.mark.parametrize(
    "told",
    [
        books().account("400").journal("2025-01-01", "400"),
        books().account("400").spend(None, 1, "2025-01-01", codes=["400"]),
        books().account("400").credit_note("sales", None, 1, "2025-01-01", codes=["400"]),
        books().account("400").payment(1, "2025-01-01", bank="account-400"),
    ],
)
def test_every_kind_of_use(told: Told) -> None:
    assert dormant(told) == []


@pytest.mark.parametrize("status", ["DELETED", "VOIDED"])
def test_what_was_voided_was_no_use(status: str) -> None:
    assert len(dormant(books().account("400").bill("A", 1, "2025-01-01", codes=["400"], status=status))) == 1


@pytest.mark.parametrize("more", [{"status": "ARCHIVED"}, {"type": "BANK"}, {"system_account": "GST"}])
def test_accounts_that_do_not_count(more: dict[str, str]) -> None:
    assert books().account("400", **more).look("DQ30").not_applicable


def test_lines_may_name_the_account_by_id_or_by_code_alone() -> None:
    told = (
        books()
        .account("400")
        .account("404")
        .bill("A", 1, "2026-01-01", codes=["400"])
        .bill("A", 1, "2026-01-01", codes=["404"])
    )
    told.rows["lines"][0]["account_id"] = None
    told.rows["lines"][1]["account_code"] = None
    assert dormant(told) == []
