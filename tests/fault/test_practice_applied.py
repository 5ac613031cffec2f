"""A worker dies with kill -9 at every step of applying an import, and of undoing it: each client is there once, then none."""

from pathlib import Path
from uuid import uuid4

from tests.api.conftest import Person
from tests.fault.lab import STEADY, Lab, laboratory
from tests.fault.test_practice import begun, connected, until_it_is

APPLYING = ("applying_staff", "applied_client", "applying_entity", "applied_relations")
UNDOING = ("undoing", "undone")


async def survived(lab: Lab, steps: tuple[str, ...], snapshot_id: str, state: str) -> None:
    """One worker after the other dies at its step; the last one brings the import to its end."""
    for step in steps:
        dying = lab.add_worker(f"dying-{step}", FAILPOINT=f"{step}:exit")
        await lab.until_dead(dying)
        await lab.leases_end()
        assert await lab.value("SELECT applied_at IS NULL OR state = 'undoing' FROM snapshot WHERE id = $1", snapshot_id)
    worker = lab.add_worker()
    await until_it_is(lab, snapshot_id, state)
    lab.terminate(worker)


async def explain_structures(lab: Lab, ada: Person, snapshot_id: str) -> None:
    unsaid = [
        {"structure": one["structure"], "client_kind": one["suggested"] or "other"}
        for one in (await ada.get(f"/xpm/imports/{snapshot_id}/structures")).json()["items"]
        if not one["client_kind"]
    ]
    said = await ada.send("PUT", f"/xpm/imports/{snapshot_id}/structures", {"structures": unsaid})
    assert said.status_code == 200, said.text
    await lab.until_quiet()


async def confirmed(lab: Lab, ada: Person, snapshot_id: str) -> int:
    """Answers how many clients it is to make."""
    version = (await ada.get(f"/xpm/imports/{snapshot_id}")).json()["version"]
    answer = await ada.post(
        f"/xpm/imports/{snapshot_id}/confirmation", {"version": version}, Idempotency_Key=str(uuid4())
    )
    assert answer.status_code == 202, answer.text
    chosen = "SELECT count(*) FROM snapshot_row WHERE snapshot_id = $1 AND chosen AND kind <> 'staff'"
    wanted: int = await lab.value(chosen, snapshot_id)
    return wanted


async def imported_once(lab: Lab, ada: Person, snapshot_id: str, wanted: int) -> None:
    """Every client is there, and nothing of any of them twice."""
    done = (await ada.get(f"/xpm/imports/{snapshot_id}")).json()
    assert done["counts"]["failed"] == 0
    for table in ("client", "client_detail", "entry WHERE verb = 'client.added'", "link WHERE kind = 'client'"):
        assert await lab.value(f"SELECT count(*) FROM {table}") == wanted, table
    assert await lab.value("SELECT count(DISTINCT remote_id) FROM relationship") == await lab.value(
        "SELECT count(*) FROM relationship"
    )
    assert await lab.value("SELECT count(*) FROM entry WHERE verb = 'snapshot.applied'") == 1


async def test_a_worker_killed_at_each_step_of_applying_and_of_undoing(tmp_path: Path) -> None:
    async with laboratory(
        tmp_path, seed=1, workers=1, latency_ms=0, pace=1, env=STEADY | {"SANDBOX_PRACTICE_CLIENTS": "400"}
    ) as lab:
        ada, _ = await connected(lab)
        snapshot_id = await begun(ada)
        await until_it_is(lab, snapshot_id, "ready")
        await explain_structures(lab, ada, snapshot_id)
        assert lab.terminate(lab.workers[0]) == 0
        wanted = await confirmed(lab, ada, snapshot_id)
        assert wanted > 100, "several lots of each kind"

        await survived(lab, APPLYING, snapshot_id, "applied")
        await imported_once(lab, ada, snapshot_id, wanted)

        await ada.send("DELETE", f"/xpm/imports/{snapshot_id}/confirmation")
        await survived(lab, UNDOING, snapshot_id, "undone")
        for table in ("client", "client_detail", "link", "person", "client_group", "relationship", "pending_manager", "sight"):
            assert await lab.value(f"SELECT count(*) FROM {table}") == 0, table
        assert await lab.value("SELECT count(*) FROM entry WHERE verb = 'snapshot.undone'") == 1
