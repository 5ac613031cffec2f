import io
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.worksheet.formula import ArrayFormula

from practice.clients.details import FIELDS, PRIVATE
from practice.exports.sheet import workbook
from practice.xpm import read_report as module
from practice.xpm.precheck import precheck
from practice.xpm.problems import ReportUnreadable
from practice.xpm.read_report import OFFERED, ReportRead, guess_columns, read_report

# As the report builder of Xero Practice Manager heads its columns.
HEADERS = (
    "Client", "Client Code", "Title", "First Name", "Last Name", "Email", "Phone", "Mobile", "Address", "City", "State/Region",
    "Post Code", "Country", "Postal Address", "Postal City", "Postal State/Region", "Postal Post Code", "Postal Country",
    "Business Structure", "ABN", "ACN", "Date of Birth", "Account Manager", "Job Manager", "Client Group", "Archived",
)  # fmt: skip
ADA = (
    "Hill, Ada", "HILL01", "Ms", "Ada", "Hill", "ada@hill.example", "03 9000 0000", "0400 000 001", "12 Banksia St", "Brunswick",
    "VIC", "3056", "Australia", "PO Box 40", "Brunswick", "VIC", "3056", "Australia", "Individual", "51 824 753 556", "",
    "17/03/1984", "Priya Raman", "Tom Avery", "Hill Family", "No",
)  # fmt: skip


def as_csv(*rows: tuple[str, ...], mark: str = ",") -> str:
    return "\r\n".join(mark.join(f'"{cell}"' if mark in cell or "\n" in cell else cell for cell in row) for row in rows)


def as_xlsx(*rows: tuple[Any, ...]) -> bytes:
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def names(read: ReportRead) -> list[str]:
    return [party.name for party in read.parties]


def test_a_whole_row() -> None:
    read = read_report("clients.csv", as_csv(HEADERS, ADA).encode())
    assert set(read.columns) == set(OFFERED) - {"other_name"}
    [ada] = read.parties
    assert ada.remote_id == "code:hill01"
    assert dict(ada.fields) == dict(zip(FIELDS, (
        "Hill, Ada", "Ms", "Ada", "Hill", "", "ada@hill.example", "03 9000 0000", "0400 000 001", "12 Banksia St", "Brunswick",
        "VIC", "3056", "Australia", "PO Box 40", "Brunswick", "VIC", "3056", "Australia",
    ), strict=True))  # fmt: skip
    assert [ada.private[field] for field in PRIVATE] == ["1984-03-17", "51 824 753 556", ""]
    assert (ada.structure, ada.archived, ada.deleted, ada.code) == ("Individual", False, False, "HILL01")
    assert [name for _, name in (ada.account_manager or ("", ""), ada.job_manager or ("", ""), *ada.groups)][1::2] == ["Tom Avery"]
    assert {one.name for one in read.staff} == {"Priya Raman", "Tom Avery"}
    assert ada.account_manager
    assert ada.account_manager[0] in {one.remote_id for one in read.staff}
    assert read.problems == []
    assert read.fields == frozenset(FIELDS) - {"other_name"}
    assert precheck(read.parties, {ada.remote_id: "person"}, read.staff, date(2026, 11, 21)).get(ada.remote_id) is None


@pytest.mark.parametrize(
    "encode",
    [
        lambda text: text.encode(),
        lambda text: b"\xef\xbb\xbf" + text.encode(),
        lambda text: text.encode("utf-16"),
        lambda text: b"\xfe\xff" + text.encode("utf-16-be"),
        lambda text: text.encode("cp1252"),
    ],
)
def test_letters_in_every_usual_encoding(encode: Callable[[str], bytes]) -> None:
    read = read_report("clients.csv", encode("Client,Email\r\n“Zoë’s” Café – Ångström,x@y.example\r\n"))
    assert names(read) == ["“Zoë’s” Café – Ångström"]


def test_letters_that_windows_in_the_west_has_not() -> None:
    assert names(read_report("c.csv", "Client,Email\n王小明 – Ōtautahi – محمد,\n".encode("utf-16"))) == ["王小明 – Ōtautahi – محمد"]


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_whatever_stands_between_cells(mark: str) -> None:
    read = read_report("clients.txt", as_csv(HEADERS, ADA, mark=mark).encode())
    assert read.parties[0].fields["email"] == "ada@hill.example"
    assert names(read) == ["Hill, Ada"]


def test_what_excel_says_of_it_itself() -> None:
    assert names(read_report("c.csv", b"sep=;\r\nClient;Email\r\nHill, Ada;x@y.example\r\n")) == ["Hill, Ada"]


def test_a_client_of_several_groups() -> None:
    read = read_report("c.csv", b"Client,Groups\nHill,Hill Family; VIP & Friends;;vip and friends\nDale,\n")
    assert [[name for _, name in party.groups] for party in read.parties] == [["Hill Family", "VIP & Friends"], []]


def test_a_title_stands_above_and_a_total_below() -> None:
    text = "Client list\nIronbark Accounting\n\nClient Code,Client,Email\nH1,Hill,h@x.example\n,,\nTotal,,\n,Total,\n"
    read = read_report("c.csv", text.encode())
    assert names(read) == ["Hill"]
    assert [problem.row for problem in read.problems] == [7]


def test_rows_without_a_name_and_the_same_twice_are_told() -> None:
    rows = (("Client", "Client Code"), ("Hill", "A"), ("", "B"), ("Dale", ""), ("Dale", ""))
    read = read_report("c.csv", as_csv(*rows).encode())
    assert names(read) == ["Hill", "Dale"]
    assert [(one.row, one.text) for one in read.problems] == [
        (3, "It has no name; it was left out."),
        (5, "The same client as in row 4; it was left out."),
    ]


def test_a_code_that_many_have_is_nobodys() -> None:
    rows = (("Client", "Client Code"), ("Hill, Ada", "HILL"), ("Hill, Tom", "HILL"), ("Dale", "DALE"))
    ids = [party.remote_id for party in read_report("c.csv", as_csv(*rows).encode()).parties]
    assert len(set(ids)) == 3
    assert [id_.partition(":")[0] for id_ in ids] == ["name", "name", "code"]


def test_the_same_report_again_has_the_same_ids_and_digests() -> None:
    first = read_report("c.csv", as_csv(HEADERS, ADA, ("Dale",)).encode())
    again = read_report("c.xlsx", as_xlsx(HEADERS, ("Dale",), ADA))
    assert {one.remote_id: one.digest for one in first.parties} == {one.remote_id: one.digest for one in again.parties}


@pytest.mark.parametrize(
    ("headers", "columns"),
    [
        (("Name", "E-mail", "Mobile Phone"), {"name": "Name", "email": "E-mail", "mobile": "Mobile Phone"}),
        (("[Client] Name", "[Client] Email"), {"name": "[Client] Name", "email": "[Client] Email"}),
        (("Client Name", "Client Email", "Client Code"), {"name": "Client Name", "email": "Client Email", "code": "Client Code"}),
        (("CLIENT", "DOB", "Surname", "Given Names"), {"name": "CLIENT", "date_of_birth": "DOB", "last_name": "Surname", "first_name": "Given Names"}),
        (("Client", "Partner", "Manager"), {"name": "Client", "account_manager": "Partner", "job_manager": "Manager"}),
        (("Client", "Account Manager / Partner"), {"name": "Client", "account_manager": "Account Manager / Partner"}),
        (("Client", "Name"), {"name": "Client"}),
        (("Client", "Postal", "Suburb", "NZBN"), {"name": "Client", "city": "Suburb", "business_number": "NZBN"}),
        (("Jobs", "Hours"), {}),
    ],
)  # fmt: skip
def test_columns_are_guessed(headers: tuple[str, ...], columns: dict[str, str]) -> None:
    assert guess_columns(headers) == columns


def test_a_report_without_names_is_shown_and_not_read() -> None:
    read = read_report("c.csv", b"Who,Where\nHill,Here\nDale,There\n")
    assert (read.headers, read.columns, read.sample, read.parties) == (["Who", "Where"], {}, [["Hill", "Here"], ["Dale", "There"]], [])
    assert not read.has_names
    said = read_report("c.csv", b"Who,Where\nHill,Here\n", {"name": "Who", "city": "Where"})
    assert [(one.name, one.fields["city"]) for one in said.parties] == [("Hill", "Here")]
    assert said.fields == {"name", "city"}


def test_a_name_is_made_of_first_and_last() -> None:
    assert names(read_report("c.csv", b"First Name,Last Name\nAda,Hill\n,Dale\n")) == ["Hill, Ada", "Dale"]


@pytest.mark.parametrize("columns", [{"name": "Nobody"}, {"tax_number": "Client"}])
def test_columns_that_are_not_there(columns: dict[str, str]) -> None:
    with pytest.raises(ReportUnreadable):
        read_report("c.csv", b"Client,Email\nHill,\n", columns)


def test_columns_of_one_name_are_told_apart() -> None:
    read = read_report("c.csv", b"Client,Email,Email,\nHill,a@x.example,b@x.example,z\n")
    assert read.headers == ["Client", "Email", "Email (2)"]


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("17/03/1984", "1984-03-17"),
        ("7/3/1984", "1984-03-07"),
        ("1984-03-17", "1984-03-17"),
        ("1984-03-17T00:00:00", "1984-03-17"),
        ("17 Mar 1984", "1984-03-17"),
        ("17-Mar-1984", "1984-03-17"),
        ("17 March 1984", "1984-03-17"),
        ("31/02/1984", ""),
        ("soon", ""),
    ],
)
def test_days(said: str, day: str) -> None:
    read = read_report("c.csv", f"Client,Date of Birth\nHill,{said}\n".encode())
    assert read.parties[0].private["date_of_birth"] == day
    assert [problem.text for problem in read.problems] == ([] if day else [f"{said} is no date; it was left out."])


def test_a_report_may_show_that_months_come_first() -> None:
    read = read_report("c.csv", b"Client,DOB\nHill,03/04/1984\nDale,03/17/1984\n")
    assert [party.private["date_of_birth"] for party in read.parties] == ["1984-03-04", "1984-03-17"]


# Workbooks.


def test_a_workbook() -> None:
    read = read_report("clients.xlsx", workbook("Clients", HEADERS, [ADA]))
    assert read.parties == read_report("clients.csv", as_csv(HEADERS, ADA).encode()).parties


def test_cells_that_are_no_text() -> None:
    born = datetime(1984, 3, 17, tzinfo=UTC).replace(tzinfo=None)
    book = as_xlsx(("Client", "Post Code", "ABN", "DOB", "Archived"), ("Hill", 3056.0, 51824753556, born, True))
    [hill] = read_report("c.xlsx", book).parties
    assert (hill.fields["postcode"], hill.private["business_number"], hill.private["date_of_birth"], hill.archived) == (
        "3056", "51824753556", "1984-03-17", True,
    )  # fmt: skip


def test_a_formula_is_text() -> None:
    book = as_xlsx(("Client", "Email"), ('=HYPERLINK("http://example.test","pay")', "=1+1"))
    [one] = read_report("c.xlsx", book).parties
    assert (one.name, one.fields["email"]) == ('=HYPERLINK("http://example.test","pay")', "=1+1")
    assert names(read_report("c.csv", b"Client,Email\n=1+1,@SUM(A1)\n")) == ["=1+1"]
    assert names(read_report("c.xlsx", as_xlsx(("Client", "Email"), (ArrayFormula("A2", "=SUM(B1)"), "x")))) == ["=SUM(B1)"]


def test_letters_that_are_none_are_taken_out() -> None:
    read = read_report("c.csv", 'Client,Address\nA\u202eB\x07\u200dC,"1 High St\nUpstairs\u00a0 left"\n'.encode())
    assert (read.parties[0].name, read.parties[0].fields["address"]) == ("AB \u200dC", "1 High St Upstairs left")


def repacked(change: Callable[[str, bytes], bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook("Clients", HEADERS, [ADA]))) as before, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            after.writestr(name, change(name, before.read(name)))
    return out.getvalue()


def sheet(change: Callable[[bytes], bytes]) -> bytes:
    return repacked(lambda name, body: change(body) if name == "xl/worksheets/sheet1.xml" else body)


def test_two_cells_in_opposite_corners_take_no_room() -> None:
    """A small file that is right in every letter, and would fill 500 GB if every cell between were made."""
    corner = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    read = read_report("c.xlsx", sheet(lambda body: body.replace(b"</sheetData>", corner)))
    assert names(read) == ["Hill, Ada"]
    assert [problem.text for problem in read.problems] == ["After 1000 blank rows the rest was left out."]


def test_a_row_that_no_sheet_has() -> None:
    far = b'<row r="99999999999"><c r="A99999999999"><v>1</v></c></row></sheetData>'
    assert names(read_report("c.xlsx", sheet(lambda body: body.replace(b"</sheetData>", far)))) == ["Hill, Ada"]


@pytest.mark.parametrize(
    "prolog",
    [
        b'<!DOCTYPE a [<!ENTITY b "bbbbbbbbbb"><!ENTITY c "&b;&b;&b;&b;">]>',
        b'<!DOCTYPE a SYSTEM "file:///etc/passwd">',
        b"<!-- " + b"x" * 5000 + b' --><!DOCTYPE a [<!ENTITY b "b">]>',
    ],
)
@pytest.mark.parametrize("part", ["xl/sharedStrings.xml", "xl/worksheets/sheet1.xml", "xl/workbook.xml", "[Content_Types].xml"])
def test_entities_are_refused_before_anything_is_parsed(prolog: bytes, part: str) -> None:
    end = b'standalone="yes"?>'
    broken = repacked(lambda name, body: body.replace(end, end + prolog) if name == part else body)
    with pytest.raises(ReportUnreadable, match="declares"):
        read_report("c.xlsx", broken)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "utf-32", "cp037"])
def test_entities_are_refused_however_they_are_written(encoding: str) -> None:
    text = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE a [<!ENTITY b "b">]><sst>&b;</sst>'
    body = repacked(lambda name, body: text.encode(encoding) if name == "xl/sharedStrings.xml" else body)
    with pytest.raises(ReportUnreadable):
        read_report("c.xlsx", body)


@pytest.mark.parametrize(
    "inside",
    [
        b'<row r="3">' + b"<c/>" * (module.MOST_ELEMENTS + 1) + b"</row>",
        b'<row r="3">' + b"<row/><c/>" * module.MOST_ELEMENTS + b"</row>",
        b"<row>" * module.DEEPEST + b"</row>" * module.DEEPEST,
    ],
)
def test_a_row_without_end_is_refused_before_it_is_kept(inside: bytes) -> None:
    with pytest.raises(ReportUnreadable, match="larger inside"):
        read_report("c.xlsx", sheet(lambda body: body.replace(b"</sheetData>", inside + b"</sheetData>")))


def test_a_bomb_is_refused_by_what_it_says_of_itself() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b"x")
        packed.infolist()[0].file_size = module.MOST_UNPACKED_BYTES + 1
    with pytest.raises(ReportUnreadable, match="unpack"):
        read_report("c.xlsx", out.getvalue())


def test_a_bomb_that_says_less_of_itself_ends_there() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook("Clients", HEADERS, [ADA]))) as before, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            after.writestr(name, before.read(name) + (b" " * module.MIB if name == "xl/worksheets/sheet1.xml" else b""))
        after.getinfo("xl/worksheets/sheet1.xml").file_size = 1000
    with pytest.raises(ReportUnreadable):
        read_report("c.xlsx", out.getvalue())


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" \r\n ",
        b",,,\r\n,,\r\n",
        b"PK\x03\x04 and no more",
        b"%PDF-1.7 ...",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        b"Client\x00Email\x00",
        b"\xff\xfeC\x00l",
        b'Client,Email\n"Hill' + b"l" * 200_000,
        b"PK\x05\x06" + b"\x00" * 18,
    ],
)
def test_what_is_no_report(body: bytes) -> None:
    with pytest.raises(ReportUnreadable):
        read_report("clients.csv", body)


def test_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_ROWS", 3)
    rows = [("Client", "Email"), *((f"Client {n}", "") for n in range(3))]
    assert len(read_report("c.csv", as_csv(*rows).encode()).parties) == 3
    rows.append(("One more", ""))
    for body in (as_csv(*rows).encode(), as_xlsx(*rows)):
        with pytest.raises(ReportUnreadable, match="rows"):
            read_report("c", body)
    wide = ("Client", *(f"Column {n}" for n in range(module.MOST_COLUMNS)))
    for body in (as_csv(wide, wide).encode(), as_xlsx(wide, wide)):
        with pytest.raises(ReportUnreadable, match="columns"):
            read_report("c", body)
    monkeypatch.setattr(module, "MOST_BYTES", 10)
    with pytest.raises(ReportUnreadable, match="MB"):
        read_report("c.csv", b"Client,Email\nHill,\n")


def test_a_cell_without_end_is_cut_and_told() -> None:
    read = read_report("c.csv", b"Client,Address\nHill," + b"x" * 5000 + b"\n")
    assert len(read.parties[0].fields["address"]) == module.MOST_LETTERS
    assert [problem.row for problem in read.problems] == [2]


def test_problems_have_an_end() -> None:
    read = read_report("c.csv", b"Client,Code\nHill,A\n" + b",B\n" * 300)
    assert len(read.problems) == module.MOST_PROBLEMS + 1
    assert read.problems[-1].text == "100 more rows have something wrong with them."


# Whatever bytes come.

WHOLE = workbook("Clients", HEADERS, [ADA])
with zipfile.ZipFile(io.BytesIO(WHOLE)) as _unpacked:
    PARTS = {name: _unpacked.read(name) for name in _unpacked.namelist()}


def refused_or_read(body: bytes) -> None:
    try:
        read = read_report("clients", body)
    except ReportUnreadable:
        return
    assert len({party.remote_id for party in read.parties}) == len(read.parties)
    assert all(party.name for party in read.parties)


@settings(max_examples=200)
@given(st.binary(max_size=300), st.sampled_from([b"", b"Client,Email\n", b"\xff\xfe", b"PK\x03\x04", b"sep=;\r\n"]))
def test_any_bytes_are_read_or_refused(body: bytes, begin: bytes) -> None:
    refused_or_read(begin + body)


@settings(max_examples=150)
@given(st.integers(0, len(WHOLE) - 1), st.binary(max_size=8))
def test_a_workbook_that_was_damaged_on_its_way(at: int, bytes_: bytes) -> None:
    refused_or_read(WHOLE[:at] + bytes_ + WHOLE[at + len(bytes_) :])


@settings(max_examples=150)
@given(st.data())
def test_a_workbook_whose_parts_say_something_else(data: st.DataObject) -> None:
    """As a zip it is in order, so that openpyxl sees what is inside."""
    name = data.draw(st.sampled_from(sorted(PARTS)))
    part = PARTS[name]
    at = data.draw(st.integers(0, len(part)))
    put = data.draw(st.sampled_from([b"", b"<", b'"', b"9" * 30, b"-1", b"</row>", b"<c/>", b"\x00", b'r="A"', b"s"]))
    cut = data.draw(st.integers(0, 12))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for each, body in PARTS.items():
            packed.writestr(each, part[:at] + put + part[at + cut :] if each == name else body)
    refused_or_read(out.getvalue())
