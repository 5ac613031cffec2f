"""The list as a spreadsheet: what it shows, and that no name becomes a formula (S46)."""

import csv
from io import StringIO

import pytest

from api.routes.clients import as_csv
from practice.clients import reads
from practice.clients.configure_clients import Configuration
from tests.practice.clients.conftest import Practice


async def exported(practice: Practice) -> list[list[str]]:
    async with practice.unit(write=False) as unit:
        listed, _ = await reads.list_clients(unit, reads.Wanted(), limit=100, offset=0)
    return list(csv.reader(StringIO(as_csv(listed))))


@pytest.mark.parametrize(
    "name", ['=HYPERLINK("http://evil.example")', "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "=cmd|' /C calc'!A0", "\uff1d1+1"]
)
async def test_no_name_tag_or_person_is_a_formula(practice: Practice, name: str) -> None:
    [id_] = await practice.clients(name)
    sam = await practice.member("=Sam")
    assert sam.member_id
    await practice.configure(Configuration(id_, tags=["=1"], manager_ids=[sam.member_id]))
    header, row = await exported(practice)
    shown = dict(zip(header, row, strict=True))
    assert shown["Client"].startswith("'")
    assert shown["Tags"] == "'=1"
    assert shown["Account managers"] == "'=Sam"
    assert (shown["Band"], shown["Visibility"], shown["Last import (UTC)"]) == ("Not scored", "Whole team", "")


async def test_plain_names_stay_plain(practice: Practice) -> None:
    await practice.clients('Smith, "Sons" & Co', "Zürich = Basel")
    rows = await exported(practice)
    assert [row[0] for row in rows[1:]] == ['Smith, "Sons" & Co', "Zürich = Basel"]
