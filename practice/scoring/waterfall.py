"""Why a score moved: steps from one score to another, a step a line of the profile, which sum to the change exactly.

In an order: what is no longer judged leaves, what is judged at both ends moves, what is newly judged comes, all by the
earlier profile; then the later profile takes its place; what holds a score down acts last. Pure.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from practice.scoring.score import decimal

Kind = Literal["moved", "left", "came", "profile", "cap"]
# A rounded score is within a half of what it was rounded from; further away, something holds it down.
ROUNDED = Fraction(51, 100)


@dataclass(frozen=True, slots=True)
class Line:
    """An entry of a score. `degree` is None where it was not judged; `says` is what was found, or why nothing was."""

    code: str
    codes: tuple[str, ...]
    title: str
    weight: int
    degree: Fraction | None
    says: str


@dataclass(frozen=True, slots=True)
class End:
    """One of the two scores."""

    value: int
    profile: str
    """Its name and version."""
    lines: Mapping[str, Line]


@dataclass(frozen=True, slots=True)
class Step:
    """One part of the change. `points` is exact, of the score's hundred."""

    kind: Kind
    code: str
    codes: tuple[str, ...]
    title: str
    points: Fraction
    before: str
    after: str

    @property
    def rounded(self) -> Decimal:
        """For people, with its sign: two places, a half away from zero."""
        size = decimal(abs(self.points), 2)
        return -size if self.points < 0 else size


def waterfall(before: End, after: End, meanwhile: Mapping[str, Line] | None = None) -> list[Step]:
    """Every step, also those of no points. `meanwhile`: the later books by the earlier profile, where that is another."""
    by_theirs = after.lines if meanwhile is None else meanwhile
    steps = list(_of_the_books(before.lines, by_theirs))
    was, now = _score(before.lines), _score(after.lines)
    if before.profile != after.profile:
        points = now - was - sum((step.points for step in steps), Fraction(0))
        steps.append(
            Step("profile", "profile", (), "How much each check weighs", points, before.profile, after.profile)
        )
    held_then, held_now = _held(before.value, was), _held(after.value, now)
    if held_then or held_now:
        words = {True: "A check of high severity with nothing left held the score down.", False: "Nothing held it down."}
        steps.append(
            Step("cap", "cap", (), "The most it can be", held_now - held_then, words[bool(held_then)], words[bool(held_now)])
        )
    return steps


def rounding(change: int, steps: Sequence[Step]) -> Decimal:
    """What rounding the scores and the steps leaves: with the rounded steps it is exactly the change."""
    return change - sum((step.rounded for step in steps), Decimal("0.00"))


def _of_the_books(before: Mapping[str, Line], after: Mapping[str, Line]) -> Iterator[Step]:
    """By the earlier profile: each step is the difference that one line makes to a whole score, so they add up."""
    left = [code for code in before if before[code].degree is not None and _degree(after, code) is None]
    moved = [code for code in before if before[code].degree is not None and _degree(after, code) is not None]
    came = [code for code in before if before[code].degree is None and _degree(after, code) is not None]
    at = {code: line.degree for code, line in before.items()}
    kinds: tuple[tuple[Kind, list[str]], ...] = (("left", left), ("moved", moved), ("came", came))
    for kind, codes in kinds:
        for code in codes:
            was = _weigh(before, at)
            at[code] = _degree(after, code)
            line = before[code]
            says = after[code].says if code in after else "It is not among the checks any more."
            yield Step(kind, code, line.codes, line.title, _weigh(before, at) - was, line.says, says)


def _degree(lines: Mapping[str, Line], code: str) -> Fraction | None:
    return lines[code].degree if code in lines else None


def _score(lines: Mapping[str, Line]) -> Fraction:
    return _weigh(lines, {code: line.degree for code, line in lines.items()})


def _weigh(lines: Mapping[str, Line], degrees: Mapping[str, Fraction | None]) -> Fraction:
    """The score before it is rounded; nothing judged is nought, as the end or the beginning of a sum."""
    judged = [(lines[code].weight, degree) for code, degree in degrees.items() if degree is not None]
    total = sum(weight for weight, _ in judged)
    return 100 * sum((weight * degree for weight, degree in judged), Fraction(0)) / total if total else Fraction(0)


def _held(value: int, exact: Fraction) -> Fraction:
    return value - exact if exact - value > ROUNDED else Fraction(0)
