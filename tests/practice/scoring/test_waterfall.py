"""The steps between two scores: whatever moved, they sum to the change exactly."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from practice.scoring.score import CAP, half_up
from practice.scoring.waterfall import End, Line, rounding, waterfall

CODES = ("A", "B", "C", "D", "E")
DEGREES = st.none() | st.fractions(0, 1, max_denominator=997)


def lines(weights: dict[str, int], degrees: dict[str, Fraction | None]) -> dict[str, Line]:
    return {code: Line(code, (code,), code, weight, degrees[code], "") for code, weight in weights.items()}


def exact(of: Mapping[str, Line]) -> Fraction:
    judged = [(line.weight, line.degree) for line in of.values() if line.degree is not None]
    total = sum(weight for weight, _ in judged)
    return 100 * sum((weight * degree for weight, degree in judged), Fraction(0)) / total if total else Fraction(0)


def end(of: dict[str, Line], profile: str, *, held: bool = False) -> End:
    value = half_up(exact(of))
    return End(min(value, CAP) if held else value, profile, of)


WEIGHTS = st.lists(st.integers(1, 60), min_size=5, max_size=5).map(lambda each: dict(zip(CODES, each, strict=True)))
SOME = st.fixed_dictionaries(dict.fromkeys(CODES, DEGREES))


@given(WEIGHTS, SOME, SOME, st.booleans(), st.booleans())
def test_the_steps_sum_to_the_change_exactly(
    weights: dict[str, int],
    then: dict[str, Fraction | None],
    now: dict[str, Fraction | None],
    held_then: bool,
    held_now: bool,
) -> None:
    before, after = end(lines(weights, then), "P", held=held_then), end(lines(weights, now), "P", held=held_now)
    steps = waterfall(before, after)
    change = after.value - before.value
    assert sum((step.rounded for step in steps), Decimal(0)) + rounding(change, steps) == change
    # What is left is rounding indeed: half a point at either end, half a hundredth a step, and a cap that is no step.
    assert abs(rounding(change, steps)) <= Decimal("1.1")
    assert {step.kind for step in steps if then.get(step.code) is None and step.code in CODES} <= {"came"}
    assert {step.kind for step in steps if now.get(step.code) is None and step.code in CODES} <= {"left"}


@given(WEIGHTS, WEIGHTS, SOME, SOME)
def test_another_profile_is_a_step_of_its_own(
    theirs: dict[str, int],
    ours: dict[str, int],
    then: dict[str, Fraction | None],
    now: dict[str, Fraction | None],
) -> None:
    before, after = end(lines(theirs, then), "P1"), end(lines(ours, now), "P2")
    meanwhile = lines(theirs, now)
    steps = waterfall(before, after, meanwhile)
    (profile,) = [step for step in steps if step.kind == "profile"]
    assert profile.points == exact(after.lines) - exact(meanwhile)
    assert (profile.before, profile.after) == ("P1", "P2")
    change = after.value - before.value
    assert sum((step.rounded for step in steps), Decimal(0)) + rounding(change, steps) == change


def test_one_line_that_fell() -> None:
    weights = dict.fromkeys(CODES, 20)
    whole: dict[str, Fraction | None] = {code: Fraction(1) for code in CODES}
    steps = waterfall(end(lines(weights, whole), "P"), end(lines(weights, whole | {"B": Fraction(1, 3)}), "P"))
    assert [(step.code, str(step.rounded)) for step in steps if step.points] == [("B", "-13.33")]
    assert str(rounding(-13, steps)) == "0.33"


def test_what_is_no_longer_judged_and_what_is_held_down() -> None:
    weights = dict.fromkeys(CODES, 20)
    then: dict[str, Fraction | None] = {code: Fraction(code != "A") for code in CODES}
    steps = waterfall(end(lines(weights, then), "P"), end(lines(weights, then | {"A": None}), "P", held=True))
    assert [(step.kind, step.code, str(step.rounded)) for step in steps if step.points] == [
        ("left", "A", "20.00"),
        ("cap", "cap", "-30.00"),
    ]
    assert rounding(-10, steps) == 0
