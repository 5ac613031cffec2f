from typing import Any

import pytest

from tests.books import Told, books


def showing() -> Told:
    return books().account("400", "Advertising", reporting_code=" ").bill("A", 5, "2026-10-31", codes=["400"])


def test_accounts_in_use_without_a_report_code() -> None:
    told = showing().account("404", reporting_code="EXP.FIN").account("408", "Cleaning").account("412", "Idle")
    told.journal("2025-11-01", "404", "408")
    found = told.look("DQ31")
    assert [(f.key, f.title) for f in found.findings] == [
        ("account-400", "400 Advertising"),
        ("account-408", "408 Cleaning"),
    ]
    assert found.of == 3


@pytest.mark.parametrize("more", [{"status": "ARCHIVED"}, {"type": "BANK"}])
def test_accounts_that_do_not_count(more: dict[str, Any]) -> None:
    assert books().account("400", **more).bill("A", 5, "2026-10-31", codes=["400"]).look("DQ31").not_applicable


@pytest.mark.parametrize(("day", "status"), [("2025-10-31", "PAID"), ("2026-11-01", "PAID"), ("2026-05-05", "DRAFT")])
def test_lines_that_do_not_count(day: str, status: str) -> None:
    assert books().account("400").bill("A", 5, day, codes=["400"], status=status).look("DQ31").not_applicable


def test_a_line_may_name_its_account_by_code_alone() -> None:
    told = showing()
    told.rows["lines"][0]["account_id"] = None
    assert len(told.look("DQ31").findings) == 1
