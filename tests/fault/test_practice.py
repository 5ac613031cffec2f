"""A worker dies with kill -9 at every step of reading a practice: the next goes on, and nothing is there twice."""

from pathlib import Path
from typing import Any
from uuid import uuid4

from tests.api.conftest import Person
from tests.fault.lab import STEADY, Lab, laboratory
from tests.world import consented

STEPS = ("after_staff", "after_batch", "after_clients", "after_staging")


async def test_a_worker_killed_at_each_step_of_reading_a_practice(tmp_path: Path) -> None:
    async with laboratory(
        tmp_path, seed=1, workers=0, latency_ms=0, pace=1, env=STEADY | {"SANDBOX_PRACTICE_CLIENTS": "400"}
    ) as lab:
        ada, practice = await connected(lab)
        for step in STEPS:
            lists = await read_whole(lab)
            dying = lab.add_worker(f"dying-{step}", FAILPOINT=f"{step}:exit")
            snapshot_id = await begun(ada)
            await lab.until_dead(dying)
            await lab.leases_end()
            worker = lab.add_worker()
            await until_it_is(lab, snapshot_id, "ready")
            rows = await lab.ask(
                "SELECT kind, remote_id, chosen, proposal FROM snapshot_row WHERE snapshot_id = $1", snapshot_id
            )
            there = practice["clients"]
            assert len({row["remote_id"] for row in rows if row["kind"] != "staff"}) == there["active"] + there["archived"]
            assert len(rows) == there["active"] + there["archived"] + len(practice["staff"])
            assert {row["proposal"] for row in rows if row["chosen"] and row["kind"] != "staff"} == {"create"}
            fetched = await lab.value(
                "SELECT count(*) FROM entry WHERE verb = 'snapshot.fetched' AND subject_id = $1", snapshot_id
            )
            assert fetched == 1
            # What was read whole before the end is not read again.
            again = 2 if step == "after_batch" else 1
            assert await read_whole(lab) - lists == again, step
            lab.terminate(worker)
        assert await lab.value("SELECT count(*) FROM client") == 0


async def connected(lab: Lab) -> tuple[Person, dict[str, Any]]:
    """Somebody with the practice connected, and what the sandbox says of it."""
    ada = await lab.sign_in()
    practice: dict[str, Any] = (await lab.xero.get("/__control/practice")).json()
    asked = await ada.post("/connections", {"provider": "xero", "practice_manager": True, "return_to": "xpm"})
    back = await consented(lab.xero, asked.json()["authorize_url"], [practice["tenant_id"]], home=lab.base)
    await lab.browser.get(back)
    return ada, practice


async def begun(ada: Person) -> str:
    answer = await ada.post("/xpm/imports", {}, Idempotency_Key=str(uuid4()))
    assert answer.status_code == 202, answer.text
    snapshot_id: str = answer.json()["id"]
    return snapshot_id


async def until_it_is(lab: Lab, snapshot_id: str, state: str) -> None:
    query = "SELECT state = $2 FROM snapshot WHERE id = $1"
    await lab.until(lambda: lab.value(query, snapshot_id, state), what=f"the import is {state}")


async def read_whole(lab: Lab) -> int:
    """How often the whole list was asked for."""
    calls = (await lab.xero.get("/__control/calls", params={"limit": "5000"})).json()["calls"]
    return sum(call["path"].endswith("client.api/list") for call in calls)
