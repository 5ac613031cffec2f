from typing import Any

import pytest

from tests.books import Told, books, n_of


def used(*names: str, **more: Any) -> Told:
    told = books()
    for at, name in enumerate(names):
        told.account(f"4{at:02}", name, **more).bill("A", 5, "2026-05-05", codes=[f"4{at:02}"])
    return told


def showing() -> Told:
    return used("Motor vehicle expenses", "Motor Vehicle Expense", "Rent")


def test_nearly_the_same_name() -> None:
    found = showing().look("DQ32")
    (finding,) = found.findings
    assert (finding.key, finding.title) == (
        "account-400+account-401",
        "400 Motor vehicle expenses and 401 Motor Vehicle Expense",
    )
    assert [link.kind for link in finding.links] == ["account", "account"]
    assert (n_of(found), found.of) == (1, 3)


@pytest.mark.parametrize(
    ("names", "n"),
    [
        (["Rent", "RENT"], 1),
        (["Light & Power", "Light and power"], 1),
        (["Café costs", "Cafe costs"], 1),
        # One letter of thirteen is less than 8 %, one of twelve more.
        (["abcdefghijklm", "abcdefghijkln"], 1),
        (["abcdefghijkl", "abcdefghijkm"], 0),
        (["abcdefghijklm", "abcdefghijkl"], 1),
        (["abcdefghijkl", "abcdefghijk"], 0),
        (["abcdefghijklm", "abcdefghijkml"], 1),
        # Two letters of twenty-five are 8 %, two of twenty-four more.
        (["abcdefghijklmnopqrstuvwxy", "abcdefghijklmnopqrstuvw"], 1),
        (["abcdefghijklmnopqrstuvwx", "abcdefghijklmnopqrstuv"], 0),
        (["Department number 10", "Department number 11"], 0),
        (["Department number 10", "Departments number 10"], 1),
        (["", ""], 0),
    ],
)
def test_how_near(names: list[str], n: int) -> None:
    told = books()
    for at, name in enumerate(names):
        told.account(f"4{at:02}").bill("A", 5, "2026-05-05", codes=[f"4{at:02}"])
        told.rows["accounts"][-1]["name"] = name
    assert len(told.look("DQ32").findings) == n


def test_those_linked_through_others_are_one_group() -> None:
    found = used("Motor vehicle expenses", "Motor vehicle expense", "Motor vehicle expens").look("DQ32")
    assert [f.count for f in found.findings] == [2]


def test_classes_are_apart() -> None:
    told = used("Interest charges").account("200", "Interest charges", class_="REVENUE").journal("2026-05-05", "200")
    found = told.look("DQ32")
    assert (found.findings, found.of) == ((), 2)


@pytest.mark.parametrize(("day", "of"), [("2024-11-01", 2), ("2024-10-31", 1), ("2026-10-31", 2), ("2026-11-01", 1)])
def test_both_in_use_within_two_years(day: str, of: int) -> None:
    found = used("Rent").account("500", "Rent").bill("A", 5, day, codes=["500"]).look("DQ32")
    assert (len(found.findings), found.of) == (of - 1, of)


@pytest.mark.parametrize("status", ["DRAFT", "SUBMITTED"])
def test_only_approved_lines(status: str) -> None:
    assert (
        used("Rent").account("500", "Rent").bill("A", 5, "2026-05-05", codes=["500"], status=status).look("DQ32").of
        == 1
    )


@pytest.mark.parametrize("more", [{"status": "ARCHIVED"}, {"type": "BANK"}, {"system_account": "GST"}])
def test_accounts_that_do_not_count(more: dict[str, Any]) -> None:
    assert used("Rent", "Rent", **more).look("DQ32").not_applicable
