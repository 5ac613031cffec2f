import pytest

from tests.books import Told, books, check


def showing() -> Told:
    return books().journal("2026-10-31", "400", status="DRAFT")


def test_drafts_up_to_the_end_of_the_period() -> None:
    told = showing().journal("2026-09-01", "400", status="DRAFT").journal("2026-11-01", "400", status="DRAFT")
    found = told.look("DQ16")
    assert [(f.key, f.detail) for f in found.findings] == [
        ("journals-0002", "Draft of 1 September 2026"),
        ("journals-0001", "Draft of 31 October 2026"),
    ]
    assert found.findings[0].links[0].kind == "journal"
    assert found.of is None


@pytest.mark.parametrize("status", ["POSTED", "VOIDED", "DELETED", "ARCHIVED"])
def test_other_journals(status: str) -> None:
    assert books().journal("2026-09-01", "400", status=status).look("DQ16").findings == ()


def test_no_journals() -> None:
    assert books().look("DQ16").not_applicable == "There are no manual journals."


def test_it_is_judged_by_the_oldest() -> None:
    from fractions import Fraction

    from practice.scoring.check import Measure

    degree = check("DQ16").degree
    assert [degree(Measure(n=1, age=days)) for days in (0, 15, 30, 60)] == [1, Fraction(3, 4), Fraction(1, 2), 0]
