"""Reads a client report that somebody saved from Xero Practice Manager, as CSV or XLSX, where the API is not to be had. Pure.

A report is whatever columns its writer chose, so each is guessed from its header and can be said otherwise. The file is
untrusted: its size, rows, columns and cells have bounds, a workbook is unpacked to so much and no further, and a formula is
text. What cannot be read is told by its row, and nothing is dropped in silence.
"""

import csv
import hashlib
import io
import json
import re
import unicodedata
import warnings
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import islice
from typing import IO, Any, Final
from xml.parsers import expat
from xml.parsers.expat import ExpatError

import openpyxl

from practice.clients.details import FIELDS, LABELS, PRIVATE
from practice.providers.parties import RemoteParty, RemoteStaff
from practice.xpm.names import digits, words
from practice.xpm.problems import ReportUnreadable

MIB = 1024 * 1024
MOST_BYTES = 20 * MIB
MOST_UNPACKED_BYTES = 100 * MIB
MOST_PARTS = 500
MOST_ELEMENTS = 100_000
"""Of one row of a sheet, one of its texts, or all of another part."""
MOST_PIECES = 1_048_576
"""Rows, or texts: a sheet can have no more."""
DEEPEST = 64
CHUNK_BYTES = 64 * 1024
MOST_ROWS = 50_000
MOST_COLUMNS = 256
MOST_LETTERS = 2_000
"""Of a cell: what is longer is cut."""
MOST_BLANK_ROWS = 1_000
"""In a row: what stands so far below is no part of the report."""
SEARCHED_ROWS = 25
"""Some reports have a title above their header row."""
SAMPLE_ROWS = 5
MOST_PROBLEMS = 200

OFFERED: Final[Mapping[str, str]] = {
    **LABELS,
    "code": "Client code",
    "structure": "Business structure",
    "business_number": "ABN or NZBN",
    "company_number": "ACN or company number",
    "date_of_birth": "Date of birth",
    "account_manager": "Partner (account manager)",
    "job_manager": "Manager (job manager)",
    "group": "Group",
    "archived": "Archived",
}
"""What a column can be, by field, as people call it."""

_HEADERS: Final[Mapping[str, tuple[str, ...]]] = {
    "name": ("client", "client name", "name", "full name", "entity name", "client full name"),
    "code": ("client code", "code", "client id", "client number", "client no"),
    "title": ("title", "salutation"),
    "first_name": ("first name", "firstname", "given name", "given names", "forename"),
    "last_name": ("last name", "lastname", "surname", "family name"),
    "other_name": ("other name", "other names", "othername", "middle name", "middle names"),
    "email": ("email", "e mail", "email address", "e mail address", "primary email", "contact email"),
    "phone": ("phone", "telephone", "phone number", "telephone number", "work phone", "business phone", "home phone"),
    "mobile": ("mobile", "mobile phone", "mobile number", "cell", "cell phone"),
    "address": ("address", "street", "street address", "physical address", "address line 1", "physical street"),
    "city": ("city", "suburb", "town", "town city", "city suburb", "physical city", "street city"),
    "region": ("state region", "state", "region", "physical region", "physical state", "physical state region", "street state"),
    "postcode": ("post code", "postcode", "zip", "zip code", "physical post code", "physical postcode", "street post code"),
    "country": ("country", "physical country", "street country"),
    "postal_address": ("postal address", "postal street", "mailing address", "postal address line 1"),
    "postal_city": ("postal city", "postal suburb", "postal town", "mailing city"),
    "postal_region": ("postal state region", "postal state", "postal region", "mailing state"),
    "postal_postcode": ("postal post code", "postal postcode", "postal code", "postal zip", "mailing postcode"),
    "postal_country": ("postal country", "mailing country"),
    "structure": ("business structure", "structure", "entity type", "client structure", "business type"),
    "business_number": ("abn", "business number", "australian business number", "nzbn", "nz business number"),
    "company_number": ("acn", "company number", "australian company number", "company no", "nz company number", "registration number"),
    "date_of_birth": ("date of birth", "dob", "birth date", "birthdate", "born"),
    "account_manager": ("account manager", "account manager partner", "partner", "client partner", "client account manager"),
    "job_manager": ("job manager", "job manager manager", "manager", "client manager", "client job manager"),
    "group": ("client group", "group", "groups", "client groups", "client group name"),
    "archived": ("archived", "is archived", "client is archived"),
}  # fmt: skip
"""By field, what reports call it once case and punctuation are gone, the likeliest first."""

_DAY_FORMATS = ("%d %b %Y", "%d %B %Y", "%Y/%m/%d", "%d-%b-%Y", "%d.%m.%Y", "%d-%m-%Y")
# Persian and Indian names are written with them.
_JOINERS = "\u200c\u200d"
_YES = frozenset({"yes", "y", "true", "1", "archived"})

_DELIMITERS = ",;\t|"

Row = list[str]


@dataclass(frozen=True, slots=True)
class ReportProblem:
    """`row` as a spreadsheet numbers it; None for the file."""

    row: int | None
    text: str


@dataclass(frozen=True, slots=True)
class ReportRead:
    """What was read. Without a column for the name there are no parties: which column it is has to be said first."""

    headers: list[str]
    columns: dict[str, str]
    """By field, the header it is read from: as it was said, else as guessed."""
    sample: list[Row]
    """The first few rows, a cell for each header."""
    parties: list[RemoteParty]
    staff: list[RemoteStaff]
    """Who is named as a partner or manager; a report knows no more of them."""
    problems: list[ReportProblem]

    @property
    def has_names(self) -> bool:
        return "name" in self.columns or "last_name" in self.columns

    @property
    def fields(self) -> frozenset[str]:
        """The details that the report speaks of: of the others it says nothing, not that they are blank."""
        return frozenset(self.columns).intersection(FIELDS) | ({"name"} if self.has_names else frozenset())


def read_report(name: str, body: bytes, columns: Mapping[str, str] | None = None) -> ReportRead:
    """`name` is the file's. `columns`: by field of OFFERED, the header. Raises ReportUnreadable."""
    if len(body) > MOST_BYTES:
        raise ReportUnreadable(f"It has more than {MOST_BYTES // MIB} MB.")
    if not body.strip():
        raise ReportUnreadable("It is empty.")
    told: list[ReportProblem] = []
    rows: Iterable[tuple[int, Row]]
    if body.startswith(b"PK"):
        rows = _of_workbook(body, told)
    elif body.startswith((b"\xd0\xcf\x11\xe0", b"%PDF")) or name.lower().endswith((".xls", ".pdf", ".numbers")):
        raise ReportUnreadable("It is neither CSV nor XLSX: open it in a spreadsheet and save it as one of them.")
    else:
        rows = _of_text(body)
    return _read(rows, columns, told)


def _read(
    rows: Iterable[tuple[int, Row]], columns: Mapping[str, str] | None, told: list[ReportProblem]
) -> ReportRead:
    numbered: list[tuple[int, Row]] = []
    for number, row in rows:
        if any(row):
            if len(numbered) >= MOST_ROWS + SEARCHED_ROWS:
                raise ReportUnreadable(f"It has more than {MOST_ROWS} rows.")
            numbered.append((number, row))
    if not numbered:
        raise ReportUnreadable("It has no rows.")
    at = _header_row([row for _, row in numbered[:SEARCHED_ROWS]])
    headers = _named(numbered[at][1])
    body = numbered[at + 1 :]
    if len(body) > MOST_ROWS:
        raise ReportUnreadable(f"It has more than {MOST_ROWS} rows.")
    if columns is None:
        chosen = guess_columns(headers)
    else:
        chosen = dict(columns)
        for field, header in chosen.items():
            if field not in OFFERED:
                raise ReportUnreadable(f"{field} is nothing that a column can be.")
            if header not in headers:
                raise ReportUnreadable(f"It has no column {header}.")
    sample = [[*row[: len(headers)], *[""] * (len(headers) - len(row))] for _, row in body[:SAMPLE_ROWS]]
    found = ReportRead(headers, chosen, sample, [], [], told)
    if found.has_names:
        _Reading(found, {header: at for at, header in enumerate(headers)}, body).read()
    return found


def guess_columns(headers: Sequence[str]) -> dict[str, str]:
    """By field, the header that means it; a header means one field, and the first that means it is taken."""
    plain = {header: _plain(header) for header in headers}
    found: dict[str, str] = {}
    for field, meanings in _HEADERS.items():
        for meaning in meanings:
            header = next((header for header, said in plain.items() if said == meaning), None)
            if header is not None and header not in found.values():
                found[field] = header
                break
    return found


def _plain(header: str) -> str:
    """`[Client] Post Code`, `Client: Postcode` and `POST CODE` differ in nothing that matters."""
    said = words(re.sub(r"\[[^]]*\]|\([^)]*\)", " ", header))
    joined = " ".join(said)
    # "Client Email" is the client's, as everything here is; but "Client" alone, and its code, group and people, keep it.
    bare = joined.removeprefix("client ")
    known = {meaning for meanings in _HEADERS.values() for meaning in meanings}
    return joined if joined in known or bare not in known else bare


def _header_row(rows: Sequence[Row]) -> int:
    """The row most of whose cells are headers; where none is, the first of more than one cell."""
    scores = [len(guess_columns(_named(row))) for row in rows]
    best = max(scores)
    if best >= 2:
        return scores.index(best)
    return next((at for at, row in enumerate(rows) if sum(bool(cell) for cell in row) > 1), 0)


def _named(row: Row) -> list[str]:
    """Each column with a name of its own."""
    last = max((at for at, cell in enumerate(row) if cell), default=0)
    if last >= MOST_COLUMNS:
        raise ReportUnreadable(f"It has more than {MOST_COLUMNS} columns.")
    names: list[str] = []
    seen: Counter[str] = Counter()
    for at, cell in enumerate(row[: last + 1], start=1):
        name = cell or f"Column {at}"
        seen[name] += 1
        names.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return names


class _Reading:
    """The rows of a report on their way to parties."""

    def __init__(self, into: ReportRead, at: Mapping[str, int], rows: Sequence[tuple[int, Row]]) -> None:
        self.into, self.rows = into, rows
        self.at = {field: at[header] for field, header in into.columns.items()}
        self.codes = Counter(self.cell(row, "code").casefold() for _, row in rows)
        self.month_first = any(_says_month_first(self.cell(row, "date_of_birth")) for _, row in rows)
        self.staff: dict[str, RemoteStaff] = {}
        self.seen: dict[str, int] = {}
        self.untold = 0

    def cell(self, row: Row, field: str) -> str:
        at = self.at.get(field)
        return row[at] if at is not None and at < len(row) else ""

    def read(self) -> None:
        for number, row in self.rows:
            party = self.party(number, row)
            if party is None:
                continue
            if (before := self.seen.get(party.remote_id)) is not None:
                self.tell(number, f"The same client as in row {before}; it was left out.")
                continue
            self.seen[party.remote_id] = number
            self.into.parties.append(party)
        self.into.staff.extend(sorted(self.staff.values(), key=lambda one: one.remote_id))
        if self.untold:
            self.into.problems.append(ReportProblem(None, f"{self.untold} more rows have something wrong with them."))

    def tell(self, row: int, text: str) -> None:
        if len(self.into.problems) < MOST_PROBLEMS:
            self.into.problems.append(ReportProblem(row, text))
        else:
            self.untold += 1

    def party(self, number: int, row: Row) -> RemoteParty | None:
        fields = {field: self.cell(row, field) for field in FIELDS}
        if not fields["name"]:
            fields["name"] = ", ".join(part for part in (fields["last_name"], fields["first_name"]) if part)
        if not fields["name"]:
            self.tell(number, "It has no name; it was left out.")
            return None
        if sum(bool(cell) for cell in row) == 1 and words(fields["name"])[:1] in (["total"], ["totals"], ["count"]):
            return None
        if any(len(cell) >= MOST_LETTERS for cell in row):
            self.tell(number, f"A cell has more than {MOST_LETTERS} letters; it was cut.")
        private = {field: self.cell(row, field) for field in PRIVATE}
        said = private["date_of_birth"]
        private["date_of_birth"] = _day(said, month_first=self.month_first)
        if said and not private["date_of_birth"]:
            self.tell(number, f"{said} is no date; it was left out.")
        code, group = self.cell(row, "code"), self.cell(row, "group")
        structure = self.cell(row, "structure")
        archived = self.cell(row, "archived").casefold() in _YES
        managers = [self.manager(row, field) for field in ("account_manager", "job_manager")]
        named: dict[str, str] = {}
        for one in group.split(";"):
            if said_words := words(one):
                named.setdefault(f"group:{_digest(*said_words)}", one.strip())
        groups = tuple(named.items())
        whole = json.dumps([fields, private, structure, archived, managers, groups, code], sort_keys=True)
        return RemoteParty(
            remote_id=self.remote_id(code, fields, private),
            name=fields["name"],
            structure=structure,
            fields=fields,
            private=private,
            archived=archived,
            deleted=False,
            account_manager=managers[0],
            job_manager=managers[1],
            contacts=(),
            relations=(),
            groups=groups,
            web_url="",
            code=code,
            digest=hashlib.sha256(whole.encode()).digest(),
        )

    def remote_id(self, code: str, fields: Mapping[str, str], private: Mapping[str, str]) -> str:
        """The client's code where only it has it: a practice may give one to many. Else its name, and what tells namesakes apart."""
        if code and self.codes[code.casefold()] == 1:
            return f"code:{' '.join(code.casefold().split())}"
        numbers = digits(private["business_number"]) or digits(private["company_number"])
        return f"name:{_digest(*words(fields['name']), '|', code.casefold(), private['date_of_birth'], numbers)}"

    def manager(self, row: Row, field: str) -> tuple[str, str] | None:
        name = self.cell(row, field)
        if not words(name):
            return None
        id_ = f"staff:{_digest(*words(name))}"
        self.staff.setdefault(id_, RemoteStaff(id_, name, "", "", "", ""))
        return id_, name


def _digest(*parts: str) -> str:
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:32]


def _day(said: str, *, month_first: bool) -> str:
    """A day as YYYY-MM-DD, '' where it is none. Day before month, as in Australia, unless the report shows otherwise."""
    said = said.strip()
    if found := re.match(r"(\d{4}-\d{2}-\d{2})(?:[T ].*)?$", said):
        said = found[1]
        try:
            return date.fromisoformat(said).isoformat()
        except ValueError:
            return ""
    if found := re.match(r"(\d{1,2})/(\d{1,2})/(\d{4})(?: .*)?$", said):
        first, second, year = (int(part) for part in found.groups())
        try:
            return (date(year, first, second) if month_first else date(year, second, first)).isoformat()
        except ValueError:
            return ""
    for format_ in _DAY_FORMATS:
        try:
            return datetime.strptime(said, format_).date().isoformat()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    return ""


def _says_month_first(said: str) -> bool:
    found = re.match(r"(\d{1,2})/(\d{1,2})/\d{4}", said.strip())
    return found is not None and int(found[2]) > 12


# From bytes to rows of text


def _of_text(body: bytes) -> Iterator[tuple[int, Row]]:
    text = _decoded(body)
    # Excel says so itself on a first line of its own.
    if said := re.match(r"sep=(.)\r?\n", text):
        text = text[said.end() :]
    begin = list(islice(io.StringIO(text), SEARCHED_ROWS))
    delimiter = said[1] if said else max(_DELIMITERS, key=lambda mark: (sum(_split_by(line, mark) for line in begin), mark == ","))
    try:
        for number, row in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), start=1):
            if len(row) > MOST_COLUMNS and any(cell.strip() for cell in row[MOST_COLUMNS:]):
                raise ReportUnreadable(f"It has more than {MOST_COLUMNS} columns.")
            yield number, [_clean(cell) for cell in row[:MOST_COLUMNS]]
    except csv.Error as error:
        raise ReportUnreadable("Its rows and cells cannot be told apart: it is no CSV.") from error


def _split_by(line: str, mark: str) -> int:
    """How many cells the mark makes of a line, outside quotes."""
    return re.sub(r'"[^"]*"', "", line).count(mark)


def _decoded(body: bytes) -> str:
    """UTF-8, UTF-16 with its mark, else as Windows in the West writes: in that every byte but five is a letter."""
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return body.decode("utf-16")
        except UnicodeDecodeError as error:
            raise ReportUnreadable("It ends in the middle of a letter: it may not have been saved whole.") from error
    if b"\x00" in body[:4096]:
        raise ReportUnreadable("It is no text.")
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        return body.decode("cp1252", errors="replace")


def _of_workbook(body: bytes, told: list[ReportProblem]) -> Sequence[tuple[int, Row]]:
    _check_parts(body)
    try:
        # What the library warns of, such as styles that are missing, is nobody's concern here.
        with warnings.catch_warnings(action="ignore"):
            book = openpyxl.load_workbook(io.BytesIO(body), read_only=True, keep_links=False)
            try:
                sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"] or book.worksheets
                if not sheets:
                    raise ReportUnreadable("It has no sheet.")
                return list(islice(_of_sheet(sheets[0], told), MOST_ROWS + SEARCHED_ROWS + 1))
            finally:
                book.close()
    except ReportUnreadable:
        raise
    except Exception as error:
        # What the library raises on a workbook that is broken, or made to break it, is whatever its code met first.
        raise ReportUnreadable("It is no workbook that can be read: open it in a spreadsheet and save it again.") from error


def _of_sheet(sheet: Any, told: list[ReportProblem]) -> Iterator[tuple[int, Row]]:
    # What a sheet says of its own size need not be true.
    sheet.reset_dimensions()
    blank = 0
    for number, row in enumerate(sheet.iter_rows(values_only=True, max_col=MOST_COLUMNS + 1), start=1):
        width = len(row) - next((at for at, cell in enumerate(reversed(row)) if cell is not None), len(row))
        if not width:
            blank += 1
            # A sheet may name its last row and leave out a million before it, which are made one by one.
            if blank > MOST_BLANK_ROWS:
                told.append(ReportProblem(number, f"After {MOST_BLANK_ROWS} blank rows the rest was left out."))
                return
            continue
        blank = 0
        if width > MOST_COLUMNS:
            raise ReportUnreadable(f"It has more than {MOST_COLUMNS} columns.")
        yield number, [_text_of(cell) for cell in row[:width]]


def _check_parts(body: bytes) -> None:
    """Before anything is unpacked: how much it would come to. A part unpacks to no more than it says of itself."""
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            parts = packed.infolist()
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED_BYTES:
                raise ReportUnreadable("It would unpack to far more than a report has.")
            if any(part.flag_bits & 1 for part in parts):
                raise ReportUnreadable("It is locked with a password.")
            for part in parts:
                with packed.open(part) as opened:
                    _check_part(opened)
    except (
        zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, ExpatError, OSError, EOFError, NotImplementedError, RuntimeError,
        ValueError,
    ) as error:  # fmt: skip
        raise ReportUnreadable("It is no workbook that can be read: open it in a spreadsheet and save it again.") from error


def _check_part(opened: IO[bytes]) -> None:
    """Goes through a part without keeping any of it: openpyxl keeps a row, or a text, whole before it hands it on."""
    chunk = opened.read(CHUNK_BYTES)
    # "<?xm" as mainframes write it, which libxml2 understands and expat does not.
    if chunk.startswith(b"\x4c\x6f\xa7\x94"):
        raise ReportUnreadable("It declares what no workbook needs, and is not opened.")
    # In every other writing that is XML a "<" comes first, whatever marks and zeros stand around it.
    if not chunk.lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n").startswith(b"<"):
        return
    parser, depth, elements, pieces = expat.ParserCreate(), 0, 0, 0

    def starts(name: str, _: object) -> None:
        nonlocal depth, elements, pieces
        depth += 1
        elements += 1
        if (depth == 3 and name.endswith("row")) or (depth == 2 and name.endswith("si")):
            pieces += 1
            elements = 0
        if elements > MOST_ELEMENTS or pieces > MOST_PIECES or depth > DEEPEST:
            raise ReportUnreadable("It is far larger inside than a report is.")

    def ends(_: str) -> None:
        nonlocal depth
        depth -= 1

    def declares(*_: object) -> None:
        # Nothing in a workbook has a document type but what is made to blow up or to reach outside.
        raise ReportUnreadable("It declares what no workbook needs, and is not opened.")

    parser.StartElementHandler, parser.EndElementHandler, parser.StartDoctypeDeclHandler = starts, ends, declares
    while chunk:
        parser.Parse(chunk, False)
        chunk = opened.read(CHUNK_BYTES)
    parser.Parse(b"", True)


def _text_of(cell: object) -> str:
    """A cell as text: whole numbers without a point, days as days, a formula as it was written."""
    match cell:
        case None:
            return ""
        case bool():
            return "Yes" if cell else "No"
        case datetime() if cell.time() == time():
            return cell.date().isoformat()
        case datetime() | date():
            return cell.isoformat()
        case float() if cell.is_integer():
            return str(int(cell))
        case str() | int() | float():
            return _clean(str(cell))
        case _:
            # An array formula.
            return _clean(str(getattr(cell, "text", "")))


def _clean(cell: str) -> str:
    """On one line, without control characters and marks that turn the reading round, and no longer than a cell may be."""
    if not cell.isprintable():
        cell = "".join(_plain_letter(letter) for letter in cell)
    return (" ".join(cell.split()) if "  " in cell else cell.strip())[:MOST_LETTERS]


def _plain_letter(letter: str) -> str:
    if letter.isprintable() or letter in _JOINERS:
        return letter
    return "" if unicodedata.category(letter) == "Cf" else " "
