"""A workbook of one sheet: a bold first row that stays in sight, filters, and no cell that is ever a formula (S46)."""

import csv
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO, StringIO

import xlsxwriter

Cell = str | int | Decimal | date | datetime | None
LONGEST_NAME = 31
WIDEST = 60
# Those of full width are taken for the plain ones by spreadsheets of East Asia.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\0", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def workbook(title: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Text stays text whatever it begins with; amounts and days have Excel's own types."""
    out = BytesIO()
    book = xlsxwriter.Workbook(
        out,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "default_date_format": "yyyy-mm-dd",
        },
    )
    sheet = book.add_worksheet(
        "".join(letter for letter in title if letter not in r"[]:*?/\\'")[:LONGEST_NAME] or "Sheet"
    )
    bold, money = book.add_format({"bold": True, "bottom": 1}), book.add_format({"num_format": "#,##0.00"})
    widths = [len(name) + 2 for name in header]
    sheet.write_row(0, 0, header, bold)
    count = 0
    for count, row in enumerate(rows, start=1):
        for column, cell in enumerate(row):
            match cell:
                case None:
                    continue
                case Decimal():
                    sheet.write_number(count, column, float(cell), money)
                case int():
                    sheet.write_number(count, column, cell)
                case datetime():
                    sheet.write_datetime(count, column, cell.replace(tzinfo=None))
                case date():
                    sheet.write_datetime(count, column, cell)
                case str():
                    sheet.write_string(count, column, cell)
            widths[column] = min(WIDEST, max(widths[column], len(str(cell)) + 2))
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, max(count, 1), len(header) - 1)
    book.close()
    return out.getvalue()


def as_text(cell: Cell) -> str:
    """A cell of a CSV file: what a spreadsheet would take for a formula is quoted (S46)."""
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d %H:%M}"
    if isinstance(cell, date):
        return cell.isoformat()
    written = "" if cell is None else str(cell)
    return f"'{written}" if isinstance(cell, str) and written.startswith(FORMULA) else written


def as_csv(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """A CSV file with a first line of names."""
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(header)
    writer.writerows([as_text(cell) for cell in row] for row in rows)
    return out.getvalue()
