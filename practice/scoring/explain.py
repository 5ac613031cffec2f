"""Puts a score's parts into words: why a check stands as it does, and what people can gain."""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

from practice.scoring.check import Check, Measure
from practice.scoring.score import Judged

NOTHING_FOUND = "Nothing to do."
UNKNOWN = {
    "error": "This check could not be computed; the others were. It is tried again with the next score.",
    "no_permission": "The connection may not read what this check needs.",
    "not_synced": "What this check needs was not imported yet.",
    "not_applicable": "There is nothing here to judge.",
}


def why(check: Check, judged: Judged, currency: str) -> str:
    """One sentence on one check."""
    if judged.state == "no_permission" and check.instead:
        return f"{UNKNOWN[judged.state]} {check.instead}"
    if judged.state != "evaluated":
        return judged.reason or UNKNOWN[judged.state]
    return says(check, judged.measure, currency) if judged.measure.n else NOTHING_FOUND


def says(check: Check, m: Measure, currency: str) -> str:
    """The check's own sentence with its numbers."""
    return check.says.format(
        n=f"{m.n:,}",
        of=f"{m.of or 0:,}",
        age=f"{max(m.age or 0, 0):,}",
        part=money(m.part_cents, currency),
        whole=money(m.whole_cents or 0, currency),
    )


def together(sentences: Iterable[str]) -> str:
    """Several sentences as one text, each once; that there is nothing to do is said where nothing else is."""
    each = dict.fromkeys(sentences)
    if len(each) > 1:
        each.pop(NOTHING_FOUND, None)
    return " ".join(each)


def money(cents: int, currency: str) -> str:
    """Whole units, as a reader wants them in a sentence."""
    return f"{currency} {(Decimal(cents) / 100).quantize(Decimal(1), ROUND_HALF_UP):,}"
