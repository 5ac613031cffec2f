"""The profiles that ship: what a firm's score is made of until it says otherwise (checks.md 2.1)."""

from collections.abc import Iterable
from uuid import UUID

from practice.scoring.catalogue import catalogue
from practice.scoring.score import Entry, Profile

PRACTICE_ID = UUID("b7f1c0de-0001-7000-8000-000000000001")
PRECISION_ID = UUID("b7f1c0de-0001-7000-8000-000000000002")

JOINT = {
    "DQ12+13": Entry("DQ12+13", ("DQ12", "DQ13"), "Duplicate purchases and sales", 1, "pooled"),
    "DQ21+22": Entry("DQ21+22", ("DQ21", "DQ22"), "Old unpaid invoices and bills", 1, "mean"),
}
"""Lines that two checks share: their counts add up, or the mean of their degrees holds."""

def line(code: str, weight: int) -> Entry:
    """An entry of a profile: two checks' joint line, or one check's own."""
    joint = JOINT.get(code)
    if joint:
        return Entry(code, joint.codes, joint.title, weight, joint.together)
    check = catalogue().get(code)
    return Entry(code, (code,), check.title if check else code, weight)


def _lines(weights: Iterable[tuple[str, int]]) -> tuple[Entry, ...]:
    return tuple(line(code, weight) for code, weight in weights)


PRACTICE = Profile(
    "Practice",
    1,
    _lines(
        [
            *(("DQ01", 20), ("DQ03", 8), ("DQ12+13", 10), ("DQ07", 8), ("DQ08", 4), ("DQ06", 8)),
            *(("DQ27", 8), ("DQ17", 10), ("DQ15", 6), ("DQ21+22", 9), ("DQ30", 4), ("DQ34", 5)),
        ]
    ),
    id=PRACTICE_ID,
)

# Dext's ten default members by the check that is nearest here; the weights are ours.
PRECISION = Profile(
    "Precision-compatible",
    1,
    _lines(
        [
            *(("DQ01", 20), ("DQ07", 15), ("DQ06", 10), ("DQ43", 10), ("DQ27", 10)),
            *(("DQ42", 10), ("DQ30", 5), ("DQ09", 5), ("DQ24", 10), ("DQ40", 5)),
        ]
    ),
    id=PRECISION_ID,
)

SHIPPED = {profile.id: profile for profile in (PRACTICE, PRECISION)}
