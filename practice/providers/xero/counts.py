"""Reads what Xero says of its pages, and does not believe what cannot be."""

from typing import Any

from practice.providers.problems import BadAnswer

# A hundred million rows at Xero's largest page: no organisation has more, and a list of pages must end.
MOST_PAGES = 100_000


def counts_of(said: Any, path: str) -> dict[str, int]:
    """Raises BadAnswer."""
    try:
        counts = {name: int(said[name]) for name in ("page", "pageSize", "pageCount", "itemCount")}
    except (KeyError, TypeError, ValueError, OverflowError):
        raise BadAnswer(reason=f"{path} does not say how many pages there are") from None
    if min(counts.values()) < 0:
        raise BadAnswer(reason=f"{path} counts its pages below zero")
    if counts["pageCount"] * counts["pageSize"] < counts["itemCount"] or counts["pageCount"] > MOST_PAGES:
        raise BadAnswer(reason=f"{path} counts its pages wrongly")
    return counts
