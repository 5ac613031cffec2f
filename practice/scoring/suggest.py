"""A better threshold for a check, from what people set aside, put right and left open. Pure.

Four in five of what people set aside should never have been shown; but nothing may be hidden that anybody found worth
putting right.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from practice.scoring.check import Threshold

ENOUGH = 10
PART = Decimal("0.8")
# Of what a threshold would hide people should have set aside at least this part: the rest may just not be looked at yet.
LOOKED_AT = Decimal("0.25")
WORDS = {"days": "days", "weeks": "weeks", "months": "months", "percent": "percent", "lines": "lines", "money": ""}


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`suggested` is None where there is no better one, and `because` says why either way."""

    suggested: int | None
    because: str
    would_hide: int
    dismissed: int
    seen: int


def suggest(
    threshold: Threshold,
    current: int,
    *,
    set_aside: Sequence[Decimal],
    fixed: Sequence[Decimal],
    left_open: Sequence[Decimal],
) -> Suggestion:
    """Each issue by its own number on the threshold's scale. A check speaks up above its threshold."""
    dismissed, seen = len(set_aside), len(set_aside) + len(fixed) + len(left_open)

    def none(because: str) -> Suggestion:
        return Suggestion(None, because, 0, dismissed, seen)

    if dismissed < ENOUGH:
        return none(
            f"People set aside {dismissed or 'none'} of what this check found. From {ENOUGH} on there is something to learn."
        )
    if max(set_aside) <= current:
        return none(
            f"All that people set aside is up to {_said(current, threshold)}: a higher threshold changes nothing."
        )
    wanted = _round_up(_quantile(set_aside))
    most = min(threshold.most, _below(fixed))
    chosen = min(wanted, most)
    covered = _up_to(set_aside, chosen)
    if chosen <= current or covered < PART * dismissed:
        if most < wanted and most < threshold.most:
            return none(
                f"Most of what was set aside is under {_said(wanted, threshold)}, but people also put right one of"
                f" {_said(min(fixed), threshold)}: a higher threshold would hide such."
            )
        return none(f"What people set aside is not smaller than the rest: {_said(current, threshold)} fits.")
    # What is up to the present threshold is no longer shown as it is.
    hidden = sum(current < number <= chosen for number in left_open)
    if covered < LOOKED_AT * (covered + hidden):
        return none(
            f"People set aside {covered} up to {_said(chosen, threshold)}, but left {hidden} of that size open."
        )
    return Suggestion(
        chosen,
        f"{covered} of {dismissed} that people set aside are not above {_said(chosen, threshold)}"
        + (f", and none that they put right ({len(fixed)})." if fixed else ". Nobody put one right yet."),
        hidden,
        dismissed,
        seen,
    )


def _quantile(numbers: Sequence[Decimal]) -> Decimal:
    """The smallest of the numbers that is not below four in five of them."""
    place = int((PART * len(numbers)).to_integral_value(ROUND_CEILING))
    return sorted(numbers)[place - 1]


def _round_up(number: Decimal) -> int:
    """To two figures, as a person would say it."""
    whole = int(number.to_integral_value(ROUND_CEILING))
    step: int = 10 ** max(0, len(str(max(whole, 1))) - 2)
    return int(-(-whole // step) * step)


def _below(fixed: Iterable[Decimal]) -> int:
    """The largest threshold that hides none of these."""
    least = min(fixed, default=None)
    return 10**9 if least is None else int(least.to_integral_value(ROUND_CEILING)) - 1


def _up_to(numbers: Iterable[Decimal], limit: int) -> int:
    return sum(number <= limit for number in numbers)


def _said(number: Decimal | int, threshold: Threshold) -> str:
    return f"{number} {WORDS[threshold.unit]}".strip()
