"""Every letter writes itself from an entry, as text and as HTML, and lets nothing from a name become markup."""

from dataclasses import dataclass
from datetime import timedelta
from email import message_from_string
from html.parser import HTMLParser

import pytest
from sqlalchemy import update

from practice.connections.causes import CAUSES
from practice.connections.judge import Judgement
from practice.connections.models import Connection, Grant
from practice.firms.models import Firm, Invitation, Member
from practice.imports.models import Import, ImportRun
from practice.kernel.actor import Actor
from practice.kernel.record import EntryRow
from practice.kernel.runtime import Runtime
from practice.notices.letter import Letter, Written
from practice.notices.models import Message
from practice.notices.queue_letters import as_html, as_text, letters, queue_letters
from practice.xpm.models import Snapshot
from tests import make

EVIL = '<script>alert("Ada & co")</script>'
LETTERS = {letter.name: letter for letter in letters()}
EVERY = pytest.mark.parametrize("name", sorted(LETTERS))


class Tags(HTMLParser):
    """What a page is made of."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: set[str] = set()
        self.links: list[str] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]
        assert not any(name.startswith("on") for name, _ in attrs)

    def handle_data(self, data: str) -> None:
        self.words.append(data)


@dataclass
class Told:
    """A firm with wicked names, and the entry that each letter answers."""

    runtime: Runtime
    actor: Actor
    entries: dict[str, EntryRow]

    async def written(self, letter: Letter) -> list[Written]:
        async with self.runtime.context(Actor.system(self.entries[letter.name].firm_id)).unit() as unit:
            return await letter.write(unit, self.entries[letter.name])


@pytest.fixture
async def told(runtime: Runtime, bright: Actor) -> Told:
    assert bright.firm_id is not None
    async with runtime.context(Actor.system(bright.firm_id)).unit() as unit:
        await unit.execute(update(Firm).where(Firm.id == bright.firm_id).values(name=EVIL))
        await unit.execute(update(Member).where(Member.firm_id == bright.firm_id).values(name=EVIL))
        invitation = unit.add(
            Invitation(email="eve@bright.example", role="staff", invited_by=bright.member_id, expires_at=unit.now + timedelta(days=7))
        )
        run = unit.add(ImportRun(started_by=bright.member_id, state="finished", finished_at=unit.now))
        client = await make.client(unit, EVIL, state="active")
        client.score = 40
        await unit.flush()
        unit.add(
            Import(
                run_id=run.id, client_id=client.id, tenant_id=client.tenant_id, state="done", stages=[], documents=1, calls=1,
                set_aside=0, attempts=1, finished_at=unit.now,
            )
        )  # fmt: skip

        troubles = {}
        for cause in ("consent_revoked", "leaver"):
            of = make.tenant(unit, EVIL)
            await unit.flush()
            connection = unit.add(Connection(tenant_id=of.id, status="active", connected_at=unit.now))
            await unit.flush()
            troubles[cause] = await make.grant(unit, EVIL, reaches=[connection])
            connection.found(Judgement(CAUSES[cause].status, cause, troubles[cause].id))

        def snapshot(state: str) -> Snapshot:
            return unit.add(
                Snapshot(
                    tenant_id=client.tenant_id, state=state, started_by=bright.member_id, confirmed_by=bright.member_id,
                    progress={}, counts={"staff": 3, "clients": 1, "entities": 0}, groups=[],
                    problem={"title": "It could not be read", "detail": EVIL} if state == "failed" else None,
                )
            )  # fmt: skip

        ready, applied, broken = snapshot("ready"), snapshot("applied"), snapshot("failed")
        await unit.flush()

        def entry(seq: int, verb: str, on: Invitation | ImportRun | Grant | Snapshot, **facts: str | int) -> EntryRow:
            return EntryRow(
                firm_id=unit.firm_id, id=unit.ids.new(), seq=seq, at=unit.now, verb=verb, actor_kind="system", actor_name="x",
                subject=on.__tablename__, subject_id=on.id, facts=facts, hash=b"",
            )  # fmt: skip

        return Told(
            runtime,
            bright,
            {
                "member_invited": entry(90, "member.invited", invitation),
                "run_finished": entry(91, "run.finished", run),
                "connection_broken": entry(92, "connection.broken", troubles["consent_revoked"], cause="consent_revoked"),
                "snapshot_ready": entry(94, "snapshot.fetched", ready),
                "snapshot_applied": entry(95, "snapshot.applied", applied, created=3, conflict=1, failed=2),
                "snapshot_failed": entry(96, "snapshot.failed", broken),
                "connection_warning": entry(93, "connection.warned", troubles["leaver"], cause="leaver"),
            },
        )


def test_every_letter_has_an_entry_here() -> None:
    assert set(LETTERS) == {"connection_broken", "connection_warning", "member_invited", "run_finished"} | {
        "snapshot_ready", "snapshot_applied", "snapshot_failed",
    }  # fmt: skip
    answered = [verb for letter in LETTERS.values() for verb in letter.answers]
    assert len(answered) == len(set(answered)), "two letters would answer one entry"


@EVERY
async def test_it_says_what_happened_in_text_and_html(told: Told, name: str) -> None:
    written = await told.written(LETTERS[name])
    assert written
    for one in written:
        assert one.subject
        assert one.paragraphs
        assert "@" in one.recipient
        assert one.link.startswith("http://localhost:8000/")
        text, html = as_text(one), as_html(one)
        page = Tags()
        page.feed(html)
        for paragraph in one.paragraphs:
            assert paragraph in text
            assert paragraph in "".join(page.words)
        assert one.link in text
        assert page.links == [one.link], "a letter loads nothing, and leads to one place"


@EVERY
async def test_a_name_is_never_markup(told: Told, name: str) -> None:
    for one in await told.written(LETTERS[name]):
        html = as_html(one)
        assert "<script" not in html
        page = Tags()
        page.feed(html)
        assert page.seen <= {"html", "meta", "title", "body", "p", "a"}


async def test_an_import_is_told_once_to_one_person(told: Told) -> None:
    [letter] = await told.written(LETTERS["snapshot_applied"])
    assert letter.subject == "Your import is done, 2 need a look"
    assert "3 created" in letter.paragraphs[0]


async def test_a_subject_is_one_line_and_a_letter_is_queued_once(told: Told) -> None:
    entry = told.entries["member_invited"]
    system = told.runtime.context(Actor.system(entry.firm_id))
    async with system.unit() as unit:
        await unit.execute(update(Member).where(Member.firm_id == unit.firm_id).values(name="Ada\r\nBcc: eve@evil.example"))
    async with system.unit() as unit:
        assert await queue_letters(unit, entry=entry) == 1
    async with system.unit() as unit:
        assert await queue_letters(unit, entry=entry) == 0
        [message] = await unit.scalars(Message.__table__.select().with_only_columns(Message.id))
        row = await unit.get(Message, message)
        subject = unit.reveal(row, "subject")
        assert b"eve@bright.example" not in row.recipient, "addresses are sealed"
    assert "Bcc" not in message_from_string(f"Subject: {subject}\n\n")
    assert "\n" not in subject
