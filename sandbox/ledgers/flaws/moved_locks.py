"""Tells how the lock dates stood before, where somebody moved one back; beside it a move back that is over ninety days old.

The books themselves only hold today's lock dates: the history is what an app would have seen that looked each time.
"""

from datetime import date, timedelta

from ..contacts import Maker

CHECK = "DQ28"


def plant(maker: Maker) -> None:
    books = maker.books
    rnd = books.stream(CHECK)
    today, end = books.calendar.today, books.calendar.period_end
    period: date | None = books.facts["PeriodLockDate"]
    year: date | None = books.facts["EndOfYearLockDate"]
    rows: list[tuple[int, date | None, date | None]] = [(0, period, year)]

    def later(day: date | None) -> date:
        return day + timedelta(days=31) if day else end - timedelta(days=61)

    move = rnd.choice(("period", "year", "both")) if rnd.random() < books.neglect * 0.7 else ""
    if move:
        before = (period if move == "year" else later(period), year if move == "period" else later(year))
        rows = [(rnd.choice((3, 40, 89)), period, year), (90, *before)]
    # Long ago: forward from nothing, back by a month, forward to where it stood next.
    oldest = rows[-1]
    first = (oldest[1] or end) - timedelta(days=365)
    rows[-1] = (91, oldest[1] or None, oldest[2]) if move else (95, period, year)
    rows += [(110, first, oldest[2]), (150, first + timedelta(days=31), oldest[2]), (200, None, None)]
    history = []
    for ago, period_lock, year_lock in reversed(rows):
        history.append(
            {
                "id": books.fresh(),
                "seen_on": (today - timedelta(days=ago)).isoformat(),
                "period_lock": period_lock and period_lock.isoformat(),
                "year_lock": year_lock and year_lock.isoformat(),
            }
        )
    books.facts["lock_history"] = history
    if move:
        books.plant(CHECK, key=history[-1]["id"], move=move)
    for row in history[:-1] if move else history:
        books.spare(CHECK, str(row["id"]))
