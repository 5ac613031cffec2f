"""The event stream: hello, what was missed, what is live, and who is told what."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import orjson
import pytest
import uvicorn
from sqlalchemy import text

from api import stream
from api.callers import Caller
from practice.access.sessions import recognise_session
from practice.kernel.actor import Actor
from practice.kernel.changes import Changed, publish
from tests.api.conftest import House, Person


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "BLOCK_MS", 20)


class Listener:
    """Reads frames as a browser does."""

    def __init__(self, frames: AsyncIterator[bytes]) -> None:
        self.frames = frames
        self.last_id: str | None = None

    async def next(self) -> tuple[str, Any]:
        async for frame in self.frames:
            fields = dict(line.split(": ", 1) for line in frame.decode().strip().splitlines() if not line.startswith(":"))
            if "event" in fields:
                self.last_id = fields.get("id", self.last_id)
                return fields["event"], orjson.loads(fields["data"])
        raise AssertionError("the stream ended without saying so")


@asynccontextmanager
async def listening(house: House, person: Person, last_event_id: str | None = None) -> AsyncIterator[Listener]:
    secret = person.http.cookies["sid"]

    async def again() -> Actor | None:
        async with house.rt.context(Actor.door()).unit(write=False) as unit:
            found = await recognise_session(unit, secret, note=False)
            return found.actor if found else None

    actor = await again()
    assert actor is not None
    frames = stream.events(house.rt, Caller(actor, again=again), house.app.state.streams, last_event_id=last_event_id)
    try:
        yield Listener(frames)
    finally:
        await frames.aclose()  # type: ignore[attr-defined]  # it is a generator


async def tell(house: House, person: Person, resource: str, client_id: UUID | None = None, **patch: Any) -> UUID:
    assert person.firm_id is not None
    id_ = house.rt.lent.ids.new()
    await publish(house.rt.lent.redis, person.firm_id, [Changed(resource, id_, client_id, patch or None)])
    return id_


async def test_hello_then_what_changes(house: House) -> None:
    ada = await house.founder()
    async with listening(house, ada) as stream_:
        assert await stream_.next() == ("hello", {"resumed": False})
        id_ = await tell(house, ada, "import", percent=40)
        assert await stream_.next() == ("changed", {"resource": "import", "id": str(id_), "patch": {"percent": 40}})


async def test_coming_back_brings_what_was_missed(house: House) -> None:
    ada = await house.founder()
    async with listening(house, ada) as stream_:
        await stream_.next()
        await tell(house, ada, "firm")
        await stream_.next()
        left_at = stream_.last_id
    missed = [await tell(house, ada, "client") for _ in range(3)]
    async with listening(house, ada, left_at) as stream_:
        assert await stream_.next() == ("hello", {"resumed": True})
        assert [(await stream_.next())[1]["id"] for _ in missed] == [str(id_) for id_ in missed]


@pytest.mark.parametrize("last", ["1-1", "nonsense", "99999999999999999999-0"])
async def test_after_too_long_a_gap_it_says_so(house: House, last: str) -> None:
    ada = await house.founder()
    await tell(house, ada, "client")
    async with listening(house, ada, last) as stream_:
        assert await stream_.next() == ("hello", {"resumed": False})


async def test_other_firms_hear_nothing(house: House) -> None:
    ada, ben = await house.founder(), await house.founder("Other", "Ben")
    async with listening(house, ben) as stream_:
        await stream_.next()
        await tell(house, ada, "client")
        mine = await tell(house, ben, "firm")
        assert (await stream_.next())[1]["id"] == str(mine)


async def test_a_client_is_spoken_of_only_to_who_sees_it(house: House) -> None:
    ada = await house.founder()
    ben = await house.colleague(ada, "staff")
    seen, hidden = house.rt.lent.ids.new(), house.rt.lent.ids.new()
    assert ada.firm_id is not None
    async with house.unit(Actor.system(ada.firm_id)) as unit:
        for client in (seen, hidden):
            await unit.execute(
                text(
                    "INSERT INTO client (firm_id, id, name, state, visibility, tags, version, import_failed, band,"
                    " provisional, trend, issues, linked, updated_fields) VALUES (:firm, :id, 'Acme', 'draft', 'specific_people', '{}', 1, false,"
                    " 'unscored', false, '{}', 0, false, '{}')"
                ),
                {"firm": ada.firm_id, "id": client},
            )
        await unit.execute(
            text("INSERT INTO sight (firm_id, id, client_id, member_id) VALUES (:firm, gen_random_uuid(), :client, :member)"),
            {"firm": ada.firm_id, "client": seen, "member": ben.member_id},
        )
    async with listening(house, ben) as his, listening(house, ada) as hers:
        await his.next()
        await hers.next()
        first = await tell(house, ada, "import", hidden)
        second = await tell(house, ada, "import", seen)
        assert (await his.next())[1]["id"] == str(second)
        assert [(await hers.next())[1]["id"] for _ in range(2)] == [str(first), str(second)]


@pytest.mark.parametrize("how", ["signed out", "removed", "another role"])
async def test_the_stream_ends_with_the_session(house: House, how: str) -> None:
    ada = await house.founder()
    ben = await house.colleague(ada, "admin")
    async with listening(house, ben) as stream_:
        await stream_.next()
        if how == "signed out":
            await ben.send("DELETE", "/session")
        elif how == "removed":
            await ada.send("DELETE", f"/members/{ben.member_id}")
        else:
            await ada.send("PATCH", f"/members/{ben.member_id}", {"role": "viewer"})
        assert await stream_.next() == ("end", {})


async def test_listening_is_no_work(house: House) -> None:
    ada = await house.founder()
    async with house.unit(Actor.door()) as unit:
        await unit.execute(text("UPDATE session SET seen_at = seen_at - interval '59 minutes'"))
        before = await unit.scalar(text("SELECT max(seen_at) FROM session"))
    async with listening(house, ada) as stream_:
        await stream_.next()
        await tell(house, ada, "firm")
        await stream_.next()
    async with house.unit(Actor.door()) as unit:
        assert await unit.scalar(text("SELECT max(seen_at) FROM session")) == before


async def test_it_ends_by_itself_and_over_http(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "ENDS_AFTER", timedelta(0))
    ada = await house.founder()
    answer = await ada.get("/events")
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.text.endswith("event: end\ndata: {}\n\n")
    assert house.app.state.streams.open == 0


async def test_over_a_socket_a_change_arrives_while_the_request_is_open(house: House) -> None:
    ada = await house.founder()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(house.app, lifespan="off", log_config=None))
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        cookie = {"Cookie": f"sid={ada.http.cookies['sid']}"}
        async with httpx.AsyncClient(trust_env=False, timeout=None) as browser:
            async with browser.stream("GET", f"{address}/api/v1/events", headers=cookie) as answer:
                lines = answer.aiter_lines()
                assert [await anext(lines) for _ in range(2)][1] == "event: hello"
                id_ = await tell(house, ada, "import_run")
                async for line in lines:
                    if line.startswith("data:") and str(id_) in line:
                        break
            while house.app.state.streams.open:  # noqa: ASYNC110 - a server tells nobody when it is done with an answer
                await asyncio.sleep(0.02)
        server.should_exit = True
        await serving


async def test_there_is_a_bound(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "OPEN_AT_MOST", 0)
    ada = await house.founder()
    answer = await ada.get("/events")
    assert (answer.status_code, answer.json()["type"]) == (429, "/problems/too-many-streams")
