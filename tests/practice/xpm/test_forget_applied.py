"""Ninety days after an import what it read of people is forgotten, and what came of each row is not."""

from datetime import timedelta
from uuid import UUID

import pytest

from practice.xpm.begin_undo import begin_undo, retry_failed
from practice.xpm.forget_applied import forget_applied
from practice.xpm.models import Snapshot
from practice.xpm.outcome_report import outcome_rows
from practice.xpm.problems import ImportForgotten
from tests.practice.xpm.conftest import Office, Theirs, contact, party, relation

ROWS = (
    party(
        "p1", "Daniel", email="d@x.example", date_of_birth="1984-03-17", groups=(("g1", "Family"),),
        contacts=(contact("c1", "Gus", "g@x.example"),), relations=(relation("r1", "Director", "e1", "Bakery"),),
    ),
    Theirs(party("p2", "Ngozi", email="n@x.example", date_of_birth="1990-01-01"), chosen=False),
    Theirs(party("e1", "Bakery", structure="Company"), kind="company"),
)  # fmt: skip
STAFF = [{"remote_id": "s1", "name": "Tom", "email": "tom@x.example"}]


async def forgotten(office: Office, snapshot_id: UUID, *, after: timedelta) -> int:
    async with office.unit() as unit:
        (await unit.lock(Snapshot, snapshot_id)).applied_at = unit.now - after
    async with office.unit() as unit:
        return await forget_applied(unit)


async def test_what_was_read_is_gone_and_the_report_is_as_it_was(office: Office) -> None:
    snapshot = await office.imported(*ROWS, staff=STAFF)
    async with office.unit(write=False) as unit:
        report = await outcome_rows(unit, snapshot_id=snapshot.id)
    assert await forgotten(office, snapshot.id, after=timedelta(days=89)) == 0
    assert all(row.before for row in (await office.rows(snapshot.id)).values() if row.outcome == "created")
    assert await forgotten(office, snapshot.id, after=timedelta(days=91)) == 1
    rows = await office.rows(snapshot.id)
    for row in rows.values():
        assert (row.private, row.before, row.candidates, row.changes, row.warnings) == (None, None, [], [], [])
    written = str([(row.neutral, row.digest) for row in rows.values()])
    assert not [word for word in ("x.example", "1984", "Gus", "Family", "Director") if word in written]
    async with office.unit(write=False) as unit:
        assert await outcome_rows(unit, snapshot_id=snapshot.id) == report
    assert (await office.client("Daniel")).linked
    assert await forgotten(office, snapshot.id, after=timedelta(days=180)) == 0, "once"


async def test_it_can_be_neither_undone_nor_tried_again(office: Office) -> None:
    snapshot = await office.imported(*ROWS)
    await forgotten(office, snapshot.id, after=timedelta(days=91))
    for change in (begin_undo, retry_failed):
        with pytest.raises(ImportForgotten):
            async with office.unit() as unit:
                await change(unit, snapshot_id=snapshot.id)


async def test_the_same_again_changes_nothing_still(office: Office) -> None:
    snapshot = await office.imported(*ROWS, staff=STAFF)
    before = await office.everything()
    await forgotten(office, snapshot.id, after=timedelta(days=91))
    again = await office.imported(*ROWS, staff=STAFF)
    assert set((await office.outcomes(again.id)).values()) == {"unchanged", "skipped"}
    assert await office.everything() == before
    # And the later one, which nobody has forgotten, can be taken back.
    await office.undo(again.id)
    assert await office.everything() == before
