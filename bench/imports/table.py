"""The table and its last block: one row a reader and case, each target met or missed by how much. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields


@dataclass
class Row:
    """One line: medians of `n` runs. What does not apply is None."""

    case: str
    reader: str
    n: int = 1
    records: int | None = None
    calls: int | None = None
    wall_s: float | None = None
    records_per_s: float | None = None
    first_score_s: float | None = None
    small_p50_s: float | None = None
    small_p95_s: float | None = None
    cpu_s: float | None = None
    peak_mib: float | None = None
    refused: int | None = None
    to_bound: float | None = None
    postgres_cpu_s: float | None = None
    sandbox_cpu_s: float | None = None


HEADS = {
    "case": "case",
    "reader": "reader",
    "n": "n",
    "records": "records",
    "calls": "calls",
    "wall_s": "wall s",
    "records_per_s": "rec/s",
    "first_score_s": "1st score s",
    "small_p50_s": "small p50 s",
    "small_p95_s": "small p95 s",
    "cpu_s": "CPU s",
    "peak_mib": "peak MiB",
    "refused": "429s",
    "to_bound": "x bound",
    "postgres_cpu_s": "pg CPU s",
    "sandbox_cpu_s": "sbx CPU s",
}


def _cell(value: object) -> str:
    if value is None:
        return "-"
    if isinstance(value, float):
        return f"{value:,.2f}" if abs(value) < 100 else f"{value:,.0f}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def rendered(rows: Sequence[Row]) -> str:
    """Markdown, its columns as wide as they need."""
    names = [field.name for field in fields(Row)]
    cells = [[HEADS[name] for name in names], *([_cell(getattr(row, name)) for name in names] for row in rows)]
    widths = [max(len(line[at]) for line in cells) for at in range(len(names))]

    def line(of: Sequence[str]) -> str:
        padded = (text.ljust(width) if at < 2 else text.rjust(width) for at, (text, width) in enumerate(zip(of, widths, strict=True)))
        return f"| {' | '.join(padded)} |"

    rule = "|" + "|".join("-" * (width + 1) + (" " if at < 2 else ":") for at, width in enumerate(widths)) + "|"
    return "\n".join([line(cells[0]), rule.replace(" |", "-|"), *(line(row) for row in cells[1:])])


@dataclass(frozen=True)
class Target:
    """`most`: what was measured must not exceed the limit; otherwise it must reach it."""

    what: str
    measured: float | None
    limit: float
    most: bool
    unit: str = ""
    where: str = ""

    @property
    def met(self) -> bool | None:
        if self.measured is None:
            return None
        return self.measured <= self.limit if self.most else self.measured >= self.limit

    def said(self) -> str:
        sign = "≤" if self.most else "≥"
        where = f"  [{self.where}]" if self.where else ""
        if self.measured is None:
            return f"  not run  {self.what}: {sign} {_figure(self.limit)}{self.unit}{where}"
        verdict = "met     " if self.met else "MISSED  "
        by = "" if self.met else f", missed by {_figure(abs(self.measured - self.limit))}{self.unit}"
        return f"  {verdict} {self.what}: {_figure(self.measured)}{self.unit} ({sign} {_figure(self.limit)}{self.unit}){by}{where}"


def _figure(value: float) -> str:
    return f"{value:,.2f}".rstrip("0").rstrip(".") if value < 100 else f"{value:,.0f}"


def targets_said(targets: Iterable[Target]) -> str:
    return "\n".join(["targets", *(target.said() for target in targets)])
