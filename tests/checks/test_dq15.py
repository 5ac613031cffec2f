import pytest

from practice.scoring.check import measure
from tests.books import Told, books, check


def test_drafts_and_submitted_up_to_the_end_of_the_period() -> None:
    told = books().invoice("A", 10, "2026-10-31", status="DRAFT").bill("B", 20, "2020-01-01", status="SUBMITTED")
    told.invoice("A", 10, "2026-09-21", status="DRAFT", number=None, reference="Job 7")
    found = told.look("DQ15")
    assert [(f.title, f.detail) for f in found.findings] == [
        ("Bill N2", "Waiting for approval"),
        ("Invoice Job 7", "Draft"),
        ("Invoice N1", "Draft"),
    ]
    assert [f.links[0].kind for f in found.findings] == ["bill", "invoice", "invoice"]


@pytest.mark.parametrize(
    "told",
    [
        books().invoice("A", 1, "2026-11-01", status="DRAFT"),
        books().invoice("A", 1, None, status="DRAFT"),
        books().invoice("A", 1, "2026-10-01", status="AUTHORISED"),
        books().invoice("A", 1, "2026-10-01", status="DELETED"),
        books().invoice("A", 1, "2026-10-01").credit_note("sales", "A", 1, "2026-10-01", status="DRAFT"),
    ],
)
def test_near_misses(told: Told) -> None:
    found = told.look("DQ15")
    assert (found.findings, found.not_applicable) == ((), None)


@pytest.mark.parametrize(
    ("day", "degree"), [("2026-10-31", "1"), ("2026-10-01", "1/2"), ("2026-09-21", "1/3"), ("2026-09-01", "0")]
)
def test_the_oldest_decides(day: str, degree: str) -> None:
    told = books().invoice("A", 1, day, status="DRAFT").invoice("A", 1, "2026-10-31", status="DRAFT")
    assert str(check("DQ15").degree(measure(told.look("DQ15"), told.build().period_end))) == degree
