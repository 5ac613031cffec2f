"""A letter is marked sent after the mail server took it, never before (F53, M8)."""

from collections.abc import Iterator
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from practice.kernel.actor import Actor
from practice.kernel.runtime import Runtime
from practice.kernel.settings import Settings, SmtpSettings
from practice.notices.models import Message
from practice.notices.problems import MailRefused
from practice.notices.send_message import send_message
from tests.ports import held_port


class Sink:
    """Refuses for now the first so many letters, and keeps the others."""

    def __init__(self, refusals: int) -> None:
        self.refusals = refusals
        self.kept: list[bytes] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        if self.refusals:
            self.refusals -= 1
            return "451 try again later"
        self.kept.append(envelope.content)
        return "250 OK"


@pytest.fixture
def port() -> Iterator[int]:
    with held_port() as port:
        yield port


async def test_a_letter_that_is_refused_is_sent_the_next_time_and_once(product: Settings, port: int) -> None:
    sink = Sink(refusals=1)
    smtp = SmtpSettings.model_validate({"host": "127.0.0.1", "port": port, "starttls": False})
    async with Runtime.open(product.model_copy(update={"smtp": smtp})) as runtime:
        ctx = runtime.context(Actor.system(runtime.lent.ids.new()))
        async with ctx.unit() as unit:
            row = Message(id=unit.ids.new(), intent="a test")
            for column, text in {"recipient": "ben@bright.example", "subject": "S", "body": "B", "html": "<p>B"}.items():
                setattr(row, column, unit.seal(row, column, text))
            unit.add(row)
        with pytest.raises(MailRefused):  # nobody listens
            await send_message(ctx, message_id=row.id)
        server = Controller(sink, hostname="127.0.0.1", port=port, ready_timeout=60)
        server.start()
        try:
            with pytest.raises(MailRefused):
                await send_message(ctx, message_id=row.id)
            assert sink.kept == []
            await send_message(ctx, message_id=row.id)
            await send_message(ctx, message_id=row.id)
        finally:
            server.stop()
        [letter] = sink.kept
        assert f"<{row.id}@bulkhead>".encode() in letter
        async with ctx.unit(write=False) as unit:
            assert (await unit.get(Message, row.id)).state == "sent"
