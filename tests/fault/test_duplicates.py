"""The same request more than once: started once, answered alike (promises F49, F52, F58). F11 is in test_processes.py."""

import asyncio
from collections import Counter
from typing import Any
from uuid import UUID, uuid4

import httpx
from sqlalchemy import insert, text

from practice.imports.models import Import, ImportRun
from practice.kernel.jobs import JobRow
from tests.api.conftest import Person
from tests.make import firm
from tests.practice.imports.conftest import Desk
from tests.world import next_slice


async def signed_in(desk: Desk) -> Person:
    return await desk.house.signed_in(desk.ada.identity_id, desk.ada.firm_id)


async def start(ada: Person, clients: list[UUID], key: str) -> httpx.Response:
    return await ada.post("/import-runs", {"client_ids": [str(id_) for id_ in clients]}, Idempotency_Key=key)


async def test_f49_twenty_at_once_with_one_key_start_one_run(desk: Desk) -> None:
    ada = await signed_in(desk)
    key = str(uuid4())
    answers = await asyncio.gather(*(start(ada, desk.clients, key) for _ in range(20)))
    statuses = Counter(answer.status_code for answer in answers)
    assert set(statuses) <= {202, 409}
    assert statuses[202] >= 1
    refused = [answer.json()["type"].rsplit("/", 1)[1] for answer in answers if answer.status_code == 409]
    assert set(refused) <= {"still-at-work"}
    (run,) = await desk.all(ImportRun)
    assert {answer.json()["id"] for answer in answers if answer.status_code == 202} == {str(run.id)}
    first = [answer for answer in answers if answer.status_code == 202 and "Idempotent-Replayed" not in answer.headers]
    assert len(first) == 1
    # Whoever was told to wait asks again, and hears what the first heard, letter by letter.
    again = await start(ada, desk.clients, key)
    assert (again.status_code, again.headers["Idempotent-Replayed"]) == (202, "true")
    assert again.content == first[0].content
    assert len(await desk.all(Import)) == 2
    assert (await desk.verbs())["run.started"] == 1
    other = await start(ada, desk.clients[:1], key)
    assert (other.status_code, other.json()["type"].rsplit("/", 1)[1]) == (422, "key-reused")


async def test_f49_different_keys_leave_each_client_in_one_run_and_name_the_others(desk: Desk) -> None:
    ada = await signed_in(desk)
    one, two = desk.clients
    chosen = [[one, two], [two, one], [one], [two]] * 5
    answers = await asyncio.gather(*(start(ada, clients, str(uuid4())) for clients in chosen))
    assert {answer.status_code for answer in answers} <= {202, 409}
    imports: list[Import] = await desk.all(Import)
    assert Counter(import_.client_id for import_ in imports) == {one: 1, two: 1}
    runs: list[ImportRun] = await desk.all(ImportRun)
    assert {run.id for run in runs} == {import_.run_id for import_ in imports}
    by_run: dict[str, list[Import]] = {str(run.id): [each for each in imports if each.run_id == run.id] for run in runs}
    for clients, answer in zip(chosen, answers, strict=True):
        body: dict[str, Any] = answer.json()
        if answer.status_code == 409:
            assert body["type"].rsplit("/", 1)[1] == "already-importing"
            assert set(body["under_way"]) == {str(id_) for id_ in clients}
        else:
            started = {import_.client_id for import_ in by_run[body["id"]]}
            assert started <= set(clients)
            assert set(body["under_way"]) == {str(id_) for id_ in clients if id_ not in started}
    await desk.worked()
    assert {(await desk.import_of(client_id)).state for client_id in desk.clients} == {"done"}
    assert (await desk.verbs())["import.finished"] == 2


async def test_f58_five_thousand_clients_of_one_firm_do_not_hold_up_another(desk: Desk) -> None:
    """The next slice after the smaller firm has pressed Import is its own, however much is queued before it."""
    poison = (await firm(desk.house.rt, "Poison", "Eve")).firm_id
    assert poison is not None
    lent = desk.house.rt.lent
    async with lent.sessions.begin() as session:
        await session.execute(text("SET LOCAL ROLE NONE"))
        await session.execute(text("SELECT set_config('app.firm_id', :firm, true)"), {"firm": str(poison)})
        row = {
            "firm_id": poison, "name": "import_ledger", "queue": "slow", "lane": "imports", "width": 5, "tries": 8, "cost": 15,
            "state": "queued", "fence": 0, "attempt": 0, "crashes": 0, "cursor": {},
        }  # fmt: skip
        now = lent.clock.now()
        await session.execute(
            insert(JobRow),
            [
                row | {"id": lent.ids.new(), "created_at": now, "key": f"import-ledger:{n}", "run_at": now,
                       "args": {"import_id": str(lent.ids.new()), "client_id": str(lent.ids.new())}}
                for n in range(5_000)
            ],
        )  # fmt: skip
    # Five of them have begun.
    for _ in range(5):
        taken = await next_slice(desk.house.rt, "slow")
        assert taken
        assert taken.claimed.firm_id == poison
    await desk.start(*desk.clients)
    began = asyncio.get_running_loop().time()
    mine = [await next_slice(desk.house.rt, "slow") for _ in range(2)]
    took = asyncio.get_running_loop().time() - began
    assert [taken and taken.claimed.firm_id for taken in mine] == [desk.ada.firm_id] * 2
    assert took < 10


async def test_f52_two_edits_of_one_version_are_one_edit_and_one_refusal(desk: Desk) -> None:
    ada = await signed_in(desk)
    client = str(desk.clients[0])
    for turn in range(25):
        version = (await ada.get(f"/clients/{client}")).json()["version"]

        async def edit(tag: str, version: int = version) -> int:
            change = {"id": client, "version": version, "tags": [tag]}
            answer = await ada.send("PATCH", "/clients/bulk", {"changes": [change]})
            if answer.status_code == 412:
                assert answer.json()["type"].endswith("/stale")
            return answer.status_code

        assert sorted(await asyncio.gather(edit(f"{turn} a"), edit(f"{turn} b"))) == [200, 412]
        after = (await ada.get(f"/clients/{client}")).json()
        assert after["version"] == version + 1
        assert after["tags"] in ([f"{turn} a"], [f"{turn} b"])
