"""The practice's health as a table, for CSV and workbook alike."""

from practice.exports.sheet import Cell
from practice.exports.wording import BAND
from practice.scoring.catalogue import catalogue
from practice.scoring.health_grid import HealthRow


def health_table(rows: list[HealthRow]) -> tuple[list[str], list[list[Cell]]]:
    """Header and rows; a check that was not evaluated is an empty cell, not a nought."""
    codes = list(catalogue())
    header = ["Client", "Health score", "Band", "Change in 30 days", "Judged %", "Account managers", "Tags", "Read at (UTC)"]
    header += [f"{code} {catalogue()[code].title}" for code in codes]
    return header, [
        [
            row.client.name,
            row.client.score,
            BAND[row.client.band],
            row.change,
            row.coverage,
            ", ".join(person.name for person in row.managers),
            ", ".join(row.client.tags),
            row.client.last_synced_at,
            *(
                row.checks[code].open if code in row.checks and row.checks[code].state == "evaluated" else None
                for code in codes
            ),
        ]
        for row in rows
    ]
