from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest

from practice.scoring.check import Check, Measure, Severity
from practice.scoring.judge import judge
from practice.scoring.score import (
    Entry,
    Judged,
    Profile,
    age,
    band_of,
    decimal,
    half_up,
    health_score,
    lower_of,
    provisional,
    rest_of_money,
    share,
    status,
    value_of,
)
from practice.scoring.shipped import PRACTICE, SHIPPED
from tests.books import FIRST, books, check

# The worked example of checks.md 2.1: twelve entries, one of them not synced. What it has no counts of it has degrees of.
EXAMPLE = {
    "DQ01": Measure(n=14, of=400, age=22),
    "DQ03": Measure(of=3),
    "DQ12": Measure(n=4, of=700),
    "DQ13": Measure(n=2, of=500),
    "DQ07": Measure(n=9, of=140),
    "DQ08": Measure(n=2, of=140),
    "DQ06": Measure(n=5, of=260),
    "DQ27": Measure(n=1, of=1),
    "DQ17": Measure(n=3, of=1200),
    "DQ15": Measure(n=1, age=40),
    "DQ21": Measure(n=1, part_cents=5, whole_cents=10),
    "DQ22": Measure(n=1, part_cents=3, whole_cents=10),
    "DQ34": Measure(n=1, of=3400),
}
DEGREES = {
    "DQ01": lower_of(age(15, 30), share("0.10")),
    **dict.fromkeys(("DQ12", "DQ13", "DQ17", "DQ34"), share("0.02")),
    **dict.fromkeys(("DQ07", "DQ08"), share("0.25")),
    "DQ06": share("0.05"),
    **dict.fromkeys(("DQ03", "DQ27"), status()),
    "DQ15": age(0, 30),
    **dict.fromkeys(("DQ21", "DQ22"), rest_of_money()),
}


def example(duplicate_contacts: int) -> tuple[dict[str, Check], dict[str, Judged]]:
    judged = {code: Judged("evaluated", m) for code, m in EXAMPLE.items()} | {"DQ30": Judged("not_synced")}
    judged["DQ06"] = Judged("evaluated", Measure(n=duplicate_contacts, of=260))
    checks = {code: replace(check("DQ01"), code=code, degree=DEGREES.get(code, status())) for code in judged}
    return checks, judged


def test_the_worked_example() -> None:
    score = health_score(PRACTICE, *example(5))
    assert (score.value, score.band, score.coverage) == (71, "healthy", Fraction(96, 100))
    degrees = {one.entry.code: one.degree for one in score.entries if one.degree is not None}
    told = {"DQ01": "0.650", "DQ12+13": "0.750", "DQ07": "0.743", "DQ08": "0.943", "DQ06": "0.615", "DQ17": "0.875"}
    told |= {"DQ15": "0.333", "DQ21+22": "0.600", "DQ34": "0.985", "DQ27": "0.500", "DQ03": "1.000"}
    assert {code: str(decimal(degree, 3)) for code, degree in degrees.items()} == told
    total = sum((one.entry.weight * degrees[one.entry.code] for one in score.entries if one.degree is not None), Fraction(0))
    assert str(decimal(total, 3)) == "68.214"
    assert str(decimal(100 * total / 96, 3)) == "71.056"


def test_one_more_duplicate_contact_falls_below_the_line() -> None:
    score = health_score(PRACTICE, *example(6))
    assert (score.value, score.band) == (70, "attention")
    assert value_of(PRACTICE, *example(6)) == 70


def test_the_shipped_profiles() -> None:
    assert [(one.name, len(one.entries), sum(e.weight for e in one.entries)) for one in SHIPPED.values()] == [
        ("Practice", 12, 100),
        ("Precision-compatible", 10, 100),
    ]


@pytest.mark.parametrize(
    ("severity", "fails", "holds"), [("high", True, True), ("medium", True, False), ("high", False, False)]
)
def test_a_check_with_nothing_left_may_hold_the_score_down(severity: Severity, fails: bool, holds: bool) -> None:
    checks = {code: replace(check("DQ27"), code=code) for code in PRACTICE.codes}
    checks["DQ07"] = replace(checks["DQ07"], severity=severity)
    judged = {code: Judged("evaluated", Measure(of=1)) for code in PRACTICE.codes} | {
        "DQ07": Judged("evaluated", Measure(n=1, of=1, fails=fails))
    }
    held = replace(PRACTICE, cap_critical=True)
    free, capped = health_score(PRACTICE, checks, judged), health_score(held, checks, judged)
    assert free.value == (92 if fails else 96)  # DQ07 weighs 8
    assert (capped.value, capped.band) == ((70, "attention") if holds else (free.value, "healthy"))
    assert capped.capped_by == (("DQ07",) if holds else ())
    assert value_of(held, checks, judged) == capped.value


@pytest.mark.parametrize(
    ("n", "of", "degree"),
    [(0, 0, "1"), (1, 1, "1/2"), (1, 20, "1/2"), (1, 40, "3/4"), (2, 20, "0"), (9, 20, "0"), (4, 400, "9/10")],
)
def test_share(n: int, of: int, degree: str) -> None:
    assert str(share("0.10")(Measure(n=n, of=of))) == degree


@pytest.mark.parametrize(
    ("days", "degree"),
    [(None, "1"), (0, "1"), (15, "1"), (16, "29/30"), (30, "1/2"), (45, "1/4"), (60, "0"), (400, "0")],
)
def test_age(days: int | None, degree: str) -> None:
    assert str(age(15, 30)(Measure(age=days))) == degree


def test_status_and_money() -> None:
    assert [status()(m) for m in (Measure(), Measure(n=1), Measure(n=1, fails=True))] == [1, Fraction(1, 2), 0]
    assert rest_of_money()(Measure(part_cents=1, whole_cents=3)) == Fraction(2, 3)


@pytest.mark.parametrize(
    ("value", "rounded"), [("70.5", 71), ("70.49999", 70), ("0.5", 1), ("1.5", 2), ("2.5", 3), ("0", 0)]
)
def test_a_half_goes_up(value: str, rounded: int) -> None:
    assert half_up(Fraction(value)) == rounded


@pytest.mark.parametrize(
    ("value", "band"),
    [
        (100, "healthy"),
        (71, "healthy"),
        (70, "attention"),
        (36, "attention"),
        (35, "at_risk"),
        (0, "at_risk"),
        (None, "unscored"),
    ],
)
def test_bands(value: int | None, band: str) -> None:
    assert band_of(value) == band


def test_provisional() -> None:
    now = datetime(2026, 11, 21, tzinfo=UTC)
    assert not provisional(Fraction(60, 100), now - timedelta(hours=48), now)
    assert provisional(Fraction(59, 100), now, now)
    assert provisional(Fraction(1), now - timedelta(hours=48, seconds=1), now)
    assert provisional(Fraction(1), None, now)


@pytest.mark.parametrize("weights", [[25, 25, 25, 25], [20] * 4 + [19], [100, 0, 0, 0, 0], [10] * 9 + [5, 3, 1, 1]])
def test_a_profile_that_does_not_hold(weights: list[int]) -> None:
    with pytest.raises(ValueError, match="sum to 100"):
        Profile("odd", 1, tuple(Entry(str(at), (str(at),), "", weight) for at, weight in enumerate(weights)))


def test_entries_that_share_a_line() -> None:
    told = (
        books()
        .contact("A")
        .invoice("A", 100, "2026-01-01", due="2026-02-01")
        .invoice("A", 100, "2026-10-01", due="2026-11-01")
    )
    told.bill("A", 100, "2026-10-02", due="2026-11-02").bill("A", 100, "2026-10-03", due="2026-11-02")
    score = judge(told.build(), FIRST).score
    lines = {scored.entry.code: scored for scored in score.entries}
    assert lines["DQ21+22"].degree == (Fraction(1, 2) + 1) / 2
    # One pair of bills among two bills and two invoices; pooled, N is still below the floor of 20.
    assert lines["DQ12+13"].degree == 0
    assert lines["DQ12+13"].gain_by_code["DQ12"] == lines["DQ12+13"].points_to_gain
    assert lines["DQ12+13"].gain_by_code["DQ13"] == 0


def test_points_add_up_to_a_hundred_exactly() -> None:
    told = (
        books()
        .bank()
        .contact("A")
        .spend("A", 1, "2026-10-09", reconciled=False)
        .invoice("A", 7, "2026-09-01", status="DRAFT")
    )
    score = judge(told.build(), FIRST).score
    assert (
        sum(
            scored.points + scored.points_to_gain
            for scored in score.entries
            if scored.points is not None and scored.points_to_gain is not None
        )
        == 100
    )
    assert (
        half_up(sum((scored.points for scored in score.entries if scored.points is not None), Fraction(0)))
        == score.value
    )


def test_weights_that_could_not_be_evaluated_leave() -> None:
    judged = {code: Judged("evaluated") for code in FIRST.codes} | {
        "DQ13": Judged("error"),
        "DQ30": Judged("not_applicable"),
    }
    score = health_score(FIRST, {code: check(code) for code in FIRST.codes}, judged)
    assert (score.value, score.coverage) == (100, Fraction(79, 100))
    assert {scored.entry.code: scored.state for scored in score.entries}["DQ12+13"] == "error"


def test_nothing_evaluated_is_no_score() -> None:
    judged = {code: Judged("not_synced") for code in FIRST.codes}
    score = health_score(FIRST, {code: check(code) for code in FIRST.codes}, judged)
    assert score.value is None
    assert score.band == "unscored"
    assert score.coverage == 0
