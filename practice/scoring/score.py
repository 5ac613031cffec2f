"""The Health Score: weighted degrees between 0 and 1, summed as exact fractions and rounded once, half up.

A weight whose check could not be evaluated leaves the sum; what remains is shown as coverage.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Literal
from uuid import UUID

from practice.scoring.check import NOTHING, Check, Degree, Measure, State

Band = Literal["healthy", "attention", "at_risk", "unscored"]

HEALTHY_FROM, ATTENTION_FROM = 71, 36
CAP = HEALTHY_FROM - 1
FLOOR_OF_N = 20
FULL_COVERAGE = Fraction(60, 100)
FRESH = timedelta(hours=48)


# -- degrees -------------------------------------------------------------------------------------------------------


def share(tolerance: str) -> Degree:
    """R: falls from 1 to 0 as n reaches this share of N; a small N counts as twenty."""
    limit = Fraction(tolerance)
    return lambda m: clamp(1 - Fraction(m.n, max(m.of or 0, FLOOR_OF_N)) / limit)


def age(good: int, late: int) -> Degree:
    """A: 1 up to `good` days, half at `late`, nothing at twice that."""

    def degree(m: Measure) -> Fraction:
        if m.age is None or m.age <= good:
            return Fraction(1)
        if m.age <= late:
            return 1 - Fraction(m.age - good, 2 * (late - good))
        return clamp(Fraction(2 * late - m.age, 2 * late))

    return degree


def status() -> Degree:
    """St: 1 when all is well, a half for a warning, nothing for a failure."""
    return lambda m: Fraction(0) if m.fails else Fraction(1, 2) if m.n else Fraction(1)


def rest_of_money() -> Degree:
    """What is left of the whole amount without the part found."""
    return lambda m: clamp(1 - Fraction(m.part_cents, m.whole_cents)) if m.whole_cents else Fraction(1)


def lower_of(*degrees: Degree) -> Degree:
    """The worst of several."""
    return lambda m: min(degree(m) for degree in degrees)


def clamp(value: Fraction) -> Fraction:
    return max(Fraction(0), min(Fraction(1), value))


# -- profiles ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a profile. Several checks share a line by adding up their counts, or by the mean of their degrees."""

    code: str
    codes: tuple[str, ...]
    title: str
    weight: int
    together: Literal["pooled", "mean"] = "pooled"


FEWEST, MOST = 5, 12
HEAVIEST = WHOLE = 100


@dataclass(frozen=True, slots=True)
class Profile:
    """Which checks make the score and how much each weighs; a change is a new version."""

    name: str
    version: int
    entries: tuple[Entry, ...]
    id: UUID | None = None
    cap_critical: bool = False
    """Whether a check of high severity with nothing left holds the score down (CAP)."""
    thresholds: Mapping[str, int] = field(default_factory=dict)
    """By check, what the practice chose instead of the check's own threshold."""

    def __post_init__(self) -> None:
        weights = [entry.weight for entry in self.entries]
        if (
            not FEWEST <= len(weights) <= MOST
            or not all(1 <= weight <= HEAVIEST for weight in weights)
            or sum(weights) != WHOLE
        ):
            msg = "a profile has 5 to 12 entries whose whole weights sum to 100"
            raise ValueError(msg)

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(code for entry in self.entries for code in entry.codes)


# -- the score -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Judged:
    """One check's outcome: what counts now."""

    state: State
    measure: Measure = NOTHING
    reason: str | None = None

    @property
    def clean(self) -> Measure:
        """What would count if all of it were put right: nothing, of as much."""
        return Measure(of=self.measure.of, whole_cents=self.measure.whole_cents)


NOT_THERE = Judged("not_synced", reason="This check is not there yet.")
"""The outcome of a check that a profile names and that was not looked at."""


@dataclass(frozen=True, slots=True)
class Scored:
    """One entry's part in the score. Points are exact; a reader rounds them."""

    entry: Entry
    state: State
    degree: Fraction | None
    points: Fraction | None
    points_to_gain: Fraction | None
    gain_by_code: Mapping[str, Fraction]


@dataclass(frozen=True, slots=True)
class Score:
    """A score with what it is made of; `value` is None where nothing could be evaluated."""

    value: int | None
    band: Band
    coverage: Fraction
    entries: tuple[Scored, ...]
    capped_by: tuple[str, ...] = ()
    """Checks of high severity with nothing left, where they held the value down."""


def health_score(profile: Profile, checks: Mapping[str, Check], judged: Mapping[str, Judged]) -> Score:
    """Puts the checks' outcomes together as the profile says."""
    degrees = {entry.code: _degree(entry, checks, judged) for entry in profile.entries}
    states = {entry.code: _state(entry, judged) for entry in profile.entries}
    evaluated = sum(entry.weight for entry in profile.entries if states[entry.code] == "evaluated")
    value = weigh([(entry.weight, degrees[entry.code]) for entry in profile.entries])
    held = _hold_down(profile, checks, judged) if value is not None and value > CAP else ()
    value = CAP if held else value
    return Score(
        value=value,
        band=band_of(value),
        coverage=Fraction(evaluated, WHOLE),
        entries=tuple(
            _scored(entry, checks, judged, states[entry.code], degrees[entry.code], evaluated)
            for entry in profile.entries
        ),
        capped_by=held,
    )


def value_of(profile: Profile, checks: Mapping[str, Check], judged: Mapping[str, Judged]) -> int | None:
    """The value alone, for many clients at once."""
    value = weigh([(entry.weight, _degree(entry, checks, judged)) for entry in profile.entries])
    return CAP if value is not None and value > CAP and _hold_down(profile, checks, judged) else value


def _hold_down(profile: Profile, checks: Mapping[str, Check], judged: Mapping[str, Judged]) -> tuple[str, ...]:
    if not profile.cap_critical:
        return ()
    return tuple(
        code
        for code in profile.codes
        if code in checks
        and checks[code].severity == "high"
        and judged.get(code, NOT_THERE).state == "evaluated"
        and checks[code].degree(judged[code].measure) == 0
    )


def weigh(parts: Sequence[tuple[int, Fraction | None]]) -> int | None:
    """The score of weighted degrees; one that is None is left out and the others weigh more."""
    total = sum(weight for weight, degree in parts if degree is not None)
    if not total:
        return None
    return half_up(100 * sum((weight * degree for weight, degree in parts if degree is not None), Fraction(0)) / total)


def half_up(value: Fraction) -> int:
    """The nearest whole number of a value that is not negative; a half goes up."""
    return (2 * value.numerator + value.denominator) // (2 * value.denominator)


def band_of(value: int | None) -> Band:
    if value is None:
        return "unscored"
    return "healthy" if value >= HEALTHY_FROM else "attention" if value >= ATTENTION_FROM else "at_risk"


def provisional(coverage: Fraction, read_at: datetime | None, now: datetime) -> bool:
    """Whether too little was evaluated, or too long ago, for the number to be final."""
    return coverage < FULL_COVERAGE or read_at is None or now - read_at > FRESH


def decimal(value: Fraction, places: int) -> Decimal:
    """A fraction as a decimal for people, rounded half up."""
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def _scored(
    entry: Entry,
    checks: Mapping[str, Check],
    judged: Mapping[str, Judged],
    state: State,
    degree: Fraction | None,
    evaluated: int,
) -> Scored:
    if degree is None:
        return Scored(entry, state, None, None, None, {})
    point = Fraction(100 * entry.weight, evaluated)
    gains = {
        code: point * ((_degree(entry, checks, judged, put_right=code) or degree) - degree)
        for code in entry.codes
        if judged.get(code, NOT_THERE).state == "evaluated"
    }
    return Scored(entry, state, degree, point * degree, point * (1 - degree), gains)


def _state(entry: Entry, judged: Mapping[str, Judged]) -> State:
    """One failed check makes its whole entry unknown; one with nothing to judge leaves it to the others."""
    states = [judged.get(code, NOT_THERE).state for code in entry.codes]
    worst: tuple[State, ...] = ("error", "no_permission", "not_synced", "evaluated")
    for state in worst:
        if state in states:
            return state
    return "not_applicable"


def _degree(
    entry: Entry, checks: Mapping[str, Check], judged: Mapping[str, Judged], *, put_right: str | None = None
) -> Fraction | None:
    if _state(entry, judged) != "evaluated":
        return None
    measures = {
        code: judged[code].clean if code == put_right else judged[code].measure
        for code in entry.codes
        if judged[code].state == "evaluated"
    }
    return degree_of(entry, checks, measures)


def degree_of(entry: Entry, checks: Mapping[str, Check], measures: Mapping[str, Measure]) -> Fraction:
    """An entry's degree from the measures of those of its checks that were evaluated."""
    if entry.together == "mean":
        degrees = [checks[code].degree(measure) for code, measure in measures.items()]
        return sum(degrees, Fraction(0)) / len(degrees)
    first = next(iter(measures))
    return checks[first].degree(pooled(list(measures.values())))


def pooled(measures: Sequence[Measure]) -> Measure:
    """Several measures as one: counts and amounts add up, the oldest age and the worst state hold."""
    if len(measures) == 1:
        return measures[0]
    return Measure(
        n=sum(m.n for m in measures),
        of=sum(m.of or 0 for m in measures),
        part_cents=sum(m.part_cents for m in measures),
        whole_cents=sum(m.whole_cents or 0 for m in measures),
        age=max((m.age for m in measures if m.age is not None), default=None),
        fails=any(m.fails for m in measures),
    )
