"""A report is an import like any other, and how its columns are meant is asked once."""

import pytest

from practice.connections.models import Tenant
from practice.kernel.problems import Invalid
from practice.xpm.problems import FetchUnderWay, ReportUnreadable
from practice.xpm.start_report import read_columns, start_report
from tests.practice.xpm.fetch.conftest import Practice

CSV = b"""Client Name,Who,ABN,Business Structure,Partner,Group
"Okafor, Daniel",daniel@example.test,51824753556,Individual,Priya Raman,Okafor Family
Okafor Family Trust,,,Trust,Priya Raman,Okafor Family
Odd One,,,Bunyip,,
"""


async def test_a_report_is_laid_down_matched_and_checked(practice: Practice) -> None:
    snapshot_id = (await start_report(practice.ctx, name="clients.csv", body=CSV)).id
    await practice.worked()
    snapshot = await practice.read(snapshot_id)
    assert (snapshot.source, snapshot.state) == ("report", "ready")
    rows = {row.name: row for row in (await practice.rows(snapshot_id)).values()}
    assert (rows["Okafor, Daniel"].kind, rows["Okafor Family Trust"].client_kind) == ("client", "trust")
    assert rows["Okafor Family Trust"].chosen
    assert not rows["Odd One"].chosen
    assert [warning["code"] for warning in rows["Odd One"].warnings if warning["level"] == "blocker"] == ["unmapped_structure"]
    assert rows["Priya Raman"].kind == "staff"
    (group,) = snapshot.groups
    assert (group["name"], len(group["members"])) == ("Okafor Family", 2)
    # Nobody was asked for it at Xero, and the practice it stands for is connected to nothing.
    assert await practice.at_practice() == []
    assert (await practice.tenant()).provider == "report"
    (shown,) = (await practice.ada.get("/xpm")).json()["practices"]
    assert shown["connection"] == "none"


async def test_what_a_column_means_is_remembered(practice: Practice) -> None:
    guessed = await read_columns(practice.ctx, name="clients.csv", body=CSV)
    assert not guessed.remembered
    assert "email" not in guessed.columns
    said = guessed.columns | {"email": "Who"}
    first = await start_report(practice.ctx, name="clients.csv", body=CSV, columns=said)
    await practice.worked()
    again = await read_columns(practice.ctx, name="other.csv", body=CSV)
    assert (again.remembered, again.columns) == (True, said)
    second = await start_report(practice.ctx, name="clients.csv", body=CSV)
    await practice.worked()
    for snapshot in (first, second):
        rows = {row.name: row for row in (await practice.rows(snapshot.id)).values()}
        assert rows["Okafor, Daniel"].neutral["fields"]["email"] == "daniel@example.test"
    assert len(await practice.all(Tenant)) == 1


async def test_without_a_name_nothing_starts(practice: Practice) -> None:
    with pytest.raises(Invalid):
        await start_report(practice.ctx, name="clients.csv", body=b"Colour,Size\nred,4\nblue,5\n")
    with pytest.raises(ReportUnreadable):
        await start_report(practice.ctx, name="clients.xlsx", body=b"PK\x03\x04 this is no workbook")
    assert await practice.all(Tenant) == []


async def test_one_report_at_a_time(practice: Practice) -> None:
    first = await start_report(practice.ctx, name="clients.csv", body=CSV)
    with pytest.raises(FetchUnderWay) as told:
        await start_report(practice.ctx, name="clients.csv", body=CSV)
    assert told.value.extensions["under_way"] == str(first.id)
