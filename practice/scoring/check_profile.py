"""Whether what somebody wants of a profile holds: each wrong field by name, with what is wanted instead."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from practice.kernel.problems import FieldError
from practice.scoring.catalogue import catalogue
from practice.scoring.score import FEWEST, HEAVIEST, MOST, WHOLE, Profile
from practice.scoring.shipped import JOINT, line

LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class Weighted:
    """A line that somebody wants: a check, or two that share a line, and what it weighs."""

    code: str
    weight: int


def wrong_entries(entries: Sequence[Weighted]) -> list[FieldError]:
    """What is wrong with the lines, each by its place; nothing where they hold."""
    errors = []
    taken: dict[str, str] = {}
    for at, entry in enumerate(entries):
        codes = JOINT[entry.code].codes if entry.code in JOINT else (entry.code,)
        unknown = [code for code in codes if code not in catalogue()]
        unweighed = [code for code in codes if code in catalogue() and not catalogue()[code].scored]
        if unknown:
            errors.append(FieldError(f"/entries/{at}/code", f"There is no check {entry.code}. GET /checks lists them."))
        elif unweighed:
            errors.append(
                FieldError(f"/entries/{at}/code", f"{entry.code} is not part of a score. Take this line out.")
            )
        for code in codes:
            if code in taken:
                errors.append(
                    FieldError(f"/entries/{at}/code", f"{code} counts in {taken[code]} already. Take one of them out.")
                )
            taken.setdefault(code, entry.code)
        if not 1 <= entry.weight <= HEAVIEST:
            errors.append(FieldError(f"/entries/{at}/weight", f"A whole number from 1 to {HEAVIEST}."))
    if not FEWEST <= len(entries) <= MOST:
        errors.append(FieldError("/entries", f"{FEWEST} to {MOST} checks; there are {len(entries)}."))
    total = sum(entry.weight for entry in entries)
    if total != WHOLE:
        remedy = f"Add {WHOLE - total}." if total < WHOLE else f"Take away {total - WHOLE}."
        errors.append(FieldError("/entries", f"The weights sum to {total} and must sum to {WHOLE}. {remedy}"))
    return errors


def wrong_thresholds(thresholds: Mapping[str, int]) -> list[FieldError]:
    """What is wrong with the thresholds, each by its check."""
    errors = []
    for code, value in thresholds.items():
        threshold = catalogue()[code].threshold if code in catalogue() else None
        if threshold is None:
            errors.append(FieldError(f"/thresholds/{code}", f"{code} has no threshold to choose. Leave it out."))
        elif not threshold.least <= value <= threshold.most:
            errors.append(
                FieldError(
                    f"/thresholds/{code}", f"From {threshold.least} to {threshold.most} {threshold.unit}, not {value}."
                )
            )
    return errors


def wrong_name(name: str, taken: Sequence[str]) -> list[FieldError]:
    """A name is short, and nobody else's in the firm; shipped profiles keep theirs."""
    if not name.strip() or len(name) > LONGEST_NAME:
        return [FieldError("/name", f"1 to {LONGEST_NAME} characters.")]
    if name.casefold() in {other.casefold() for other in taken}:
        return [FieldError("/name", f"There is a profile {name} already. Choose another name.")]
    return []


def profile_from(entries: Sequence[Weighted], *, cap_critical: bool) -> Profile:
    """A profile of lines that hold, not kept anywhere."""
    return Profile(
        name="",
        version=0,
        entries=tuple(line(entry.code, entry.weight) for entry in entries),
        cap_critical=cap_critical,
    )
