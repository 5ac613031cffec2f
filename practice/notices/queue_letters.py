"""Reads what was recorded since the last time, and queues the letters that answer it, each once."""

from html import escape

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from practice.kernel.discovery import discover
from practice.kernel.record import EntryRow
from practice.kernel.unit import Unit
from practice.notices.jobs import SendMessage
from practice.notices.letter import Letter, Written
from practice.notices.models import Message


def letters() -> list[Letter]:
    """Every letter there is, by being in the folder."""
    return [module.LETTER for module in discover("practice.notices.letters")]


async def queue_letters(unit: Unit, *, entry: EntryRow) -> int:
    """The letters that answer this entry; answers how many were queued. Once more queues none."""
    queued = 0
    for letter in letters():
        if entry.verb not in letter.answers:
            continue
        for number, written in enumerate(await letter.write(unit, entry)):
            queued += await _queue(unit, f"{letter.name}:{entry.id}:{number}", written)
    return queued


async def _queue(unit: Unit, intent: str, written: Written) -> int:
    known = await unit.scalar(
        select(Message.id).where(Message.firm_id == unit.firm_id, Message.intent == intent)
    )
    if known:
        return 0
    row = Message(id=unit.ids.new(), intent=intent)
    sealed = {
        "recipient": unit.seal(row, "recipient", written.recipient),
        "subject": unit.seal(row, "subject", " ".join(written.subject.split())),
        "body": unit.seal(row, "body", as_text(written)),
        "html": unit.seal(row, "html", as_html(written)),
    }
    id_ = await unit.scalar(
        insert(Message)
        .values(firm_id=unit.firm_id, id=row.id, created_at=unit.now, intent=intent, state="queued", **sealed)
        .on_conflict_do_nothing(index_elements=["firm_id", "intent"])
        .returning(Message.id)
    )
    if id_ is None:
        return 0
    await unit.enqueue(SendMessage(message_id=id_))
    return 1


def as_text(written: Written) -> str:
    """For those who read mail as text."""
    return "\n\n".join([*written.paragraphs, f"{written.link_label}: {written.link}"]) + "\n"


def as_html(written: Written) -> str:
    """The same in a page with no images and nothing loaded from anywhere."""
    paragraphs = "".join(f"<p>{escape(paragraph)}</p>" for paragraph in written.paragraphs)
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>' + escape(written.subject) + "</title>"
        '<body style="font:16px/24px sans-serif;color:#151a23;max-width:560px;margin:24px auto">'
        f'{paragraphs}<p><a href="{escape(written.link, quote=True)}">{escape(written.link_label)}</a></p></body></html>'
    )
