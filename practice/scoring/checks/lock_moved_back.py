"""DQ28: lock dates that were moved back, or taken away."""

from datetime import date, timedelta
from typing import Any

import polars as pl

from practice.ledgers.books import Books
from practice.scoring.check import Check, Finding, Found, Link, fingerprint_of
from practice.scoring.score import status
from practice.scoring.wording import day

COUNTS_DAYS = 90
LOCKS = {"year_lock": "end of year lock date", "period_lock": "period lock date"}


def look(books: Books) -> Found:
    seen = books.lock_history.filter(pl.col("seen_on") <= books.as_of).sort("seen_on", "id")
    if seen.is_empty():
        return Found(not_synced="The lock dates were not seen often enough yet to know whether they moved.")
    before = [pl.col(name).shift().alias(f"{name}_before") for name in LOCKS]
    moved = [
        (
            pl.col(f"{name}_before").is_not_null() & (pl.col(name) < pl.col(f"{name}_before")).fill_null(value=True)
        ).alias(f"{name}_moved")
        for name in LOCKS
    ]
    back = (
        seen.with_columns(before)
        .with_columns(moved)
        .filter(
            pl.any_horizontal(f"{name}_moved" for name in LOCKS),
            pl.col("seen_on") >= books.as_of - timedelta(days=COUNTS_DAYS),
        )
    )
    return Found(
        findings=tuple(
            Finding(
                key=row["id"],
                fingerprint=fingerprint_of(*(row[f"{name}{part}"] for name in LOCKS for part in ("", "_before"))),
                title="A filed year was opened" if row["year_lock_moved"] else "A finished period was opened",
                detail=_detail(row),
                date=row["seen_on"],
                facts={
                    f"{name}{part}": row[f"{name}{part}"].isoformat() if row[f"{name}{part}"] else None
                    for name in LOCKS
                    for part in ("", "_before")
                },
                links=(Link("organisation", None, "Open Xero"),),
                fails=row["year_lock_moved"],
            )
            for row in back.iter_rows(named=True)
        )
    )


def _detail(row: dict[str, Any]) -> str:
    said = "; ".join(
        f"the {words} went from {day(row[f'{name}_before'])} {_to(row[name])}"
        for name, words in LOCKS.items()
        if row[f"{name}_moved"]
    )
    return f"Seen on {day(row['seen_on'])}: {said}"


def _to(lock: date | None) -> str:
    return f"back to {day(lock)}" if lock else "to none at all"


CHECK = Check(
    code="DQ28",
    title="Lock date moved back",
    group="Period and locks",
    severity="high",
    why="Moving a lock date back opens closed figures to change, mostly so that something can be changed in them.",
    fix=(
        "Ask who moved it and what was changed meanwhile, then lock the period again in Xero: Accounting, Advanced, "
        "Financial settings, Lock dates."
    ),
    definition=(
        "A lock date that was seen earlier than the time before, or no longer set. A warning for the period lock date, a "
        "failure for the end of year lock date; either counts for 90 days."
    ),
    source="Organisation settings, as they were seen at each reading",
    needs={"lock_history": ("id", "seen_on", "period_lock", "year_lock")},
    degree=status(),
    says="Lock dates moved back in the last 90 days: {n}.",
    look=look,
    by="day",
)
