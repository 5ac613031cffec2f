import pytest

from tests.books import Told, books


def sold(owed: int | str, turnover: int) -> Told:
    """A year's sales, and so much of them not yet paid."""
    return books().invoice("A", turnover, "2026-05-05", owed=owed)


def showing() -> Told:
    return sold(60, 365)


@pytest.mark.parametrize(
    ("owed", "fails"),
    [("45.00", None), ("45.01", False), ("60.00", False), ("60.01", True)],
)
def test_forty_five_warns_and_sixty_fails(owed: str, fails: bool | None) -> None:
    findings = sold(owed, 365).look("DQ24").findings
    assert [f.fails for f in findings] == ([] if fails is None else [fails])


def test_it_says_how_many_days() -> None:
    (finding,) = sold("61.25", 365).look("DQ24").findings
    assert (finding.key, finding.title) == ("organisation", "Customers take 61.3 days to pay")
    assert finding.detail == "AUD 61.25 is owed, against sales of AUD 365.00 in twelve months"
    assert (finding.amount_cents, finding.currency) == (61_25, "AUD")


def test_what_is_owed_and_what_was_sold() -> None:
    told = sold(40, 365)
    told.invoice("A", 6, "2024-01-01", owed=6).invoice("A", 9, "2026-11-01").invoice(
        "A", 9, "2026-10-01", status="DRAFT"
    )
    told.bill("A", 100, "2026-05-05").credit_note("sales", "A", 5, "2026-05-05").receive("A", 5, "2026-05-05")
    (finding,) = told.look("DQ24").findings
    assert finding.facts == {"days": "46.0", "owed_cents": 46_00, "turnover_cents": 365_00, "limit": 45}


def test_other_currencies_count_at_their_rate() -> None:
    told = sold(0, 365).invoice("A", 120, "2025-05-05", currency="NZD", rate=2)
    assert [(f.amount_cents, f.fails) for f in told.look("DQ24").findings] == [(60_00, False)]


def test_no_sales() -> None:
    assert books().invoice("A", 5, "2025-10-31").look("DQ24").not_applicable
    assert books().invoice("A", 5, "2026-05-05").credit_note("sales", "A", 5, "2026-05-05").look("DQ24").not_applicable


@pytest.mark.parametrize(("chosen", "fails"), [(60, None), (59, False), (45, False), (44, True)])
def test_the_practice_may_choose_other_days_and_a_third_more_fails(chosen: int, fails: bool | None) -> None:
    findings = sold(60, 365).choosing(DQ24=chosen).look("DQ24").findings
    assert [f.fails for f in findings] == ([] if fails is None else [fails])
