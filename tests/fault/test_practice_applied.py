"""A worker dies with kill -9 at every step of applying an import, and of undoing it: each client is there once, then none."""

from pathlib import Path
from uuid import uuid4

import pytest

from tests.fault.lab import Lab, laboratory
from tests.fault.test_practice import ended
from tests.world import consented

APPLYING = ("applying_staff", "applied_client", "applying_entity", "applied_relations")
UNDOING = ("undoing", "undone")


async def survived(lab: Lab, steps: tuple[str, ...], snapshot_id: str, state: str) -> None:
    """One worker after the other dies at its step; the last one brings the import to its end."""
    for step in steps:
        dying = lab.add_worker(f"dying-{step}", FAILPOINT=f"{step}:exit")
        await lab.until(lambda: ended(dying), what=f"the worker dies {step}")  # noqa: B023 - awaited in the same turn
        lab.gone(dying)
        assert await lab.value("SELECT applied_at IS NULL OR state = 'undoing' FROM snapshot WHERE id = $1", snapshot_id)
    worker = lab.add_worker()
    query = "SELECT state = $2 FROM snapshot WHERE id = $1"
    await lab.until(lambda: lab.value(query, snapshot_id, state), what=f"the import is {state}")
    lab.terminate(worker)


@pytest.mark.timeout(300)
async def test_a_worker_killed_at_each_step_of_applying_and_of_undoing(tmp_path: Path) -> None:
    async with laboratory(
        tmp_path, seed=1, workers=1, latency_ms=0, env={"SANDBOX_PRACTICE_CLIENTS": "400"}
    ) as lab:
        ada = await lab.sign_in()
        practice = (await lab.xero.get("/__control/practice")).json()
        asked = await ada.post("/connections", {"provider": "xero", "practice_manager": True, "return_to": "xpm"})
        back = await consented(lab.xero, asked.json()["authorize_url"], [practice["tenant_id"]], home=lab.base)
        await lab.browser.get(back)
        snapshot_id = (await ada.post("/xpm/imports", {}, Idempotency_Key=str(uuid4()))).json()["id"]
        ready = "SELECT state = 'ready' FROM snapshot WHERE id = $1"
        await lab.until(lambda: lab.value(ready, snapshot_id), what="it is ready to be reviewed")
        assert lab.terminate(lab.workers[0]) == 0

        unsaid = [
            {"structure": one["structure"], "client_kind": one["suggested"] or "other"}
            for one in (await ada.get(f"/xpm/imports/{snapshot_id}/structures")).json()["items"]
            if not one["client_kind"]
        ]
        if unsaid:
            said = await ada.send("PUT", f"/xpm/imports/{snapshot_id}/structures", {"structures": unsaid})
            assert said.status_code == 200, said.text
        version = (await ada.get(f"/xpm/imports/{snapshot_id}")).json()["version"]
        confirmed = await ada.post(
            f"/xpm/imports/{snapshot_id}/confirmation", {"version": version}, Idempotency_Key=str(uuid4())
        )
        assert confirmed.status_code == 202, confirmed.text
        chosen = "SELECT count(*) FROM snapshot_row WHERE snapshot_id = $1 AND chosen AND kind <> 'staff'"
        wanted = await lab.value(chosen, snapshot_id)
        assert wanted > 100, "several lots of each kind"

        await survived(lab, APPLYING, snapshot_id, "applied")
        done = (await ada.get(f"/xpm/imports/{snapshot_id}")).json()
        assert done["counts"]["failed"] == 0
        for table in ("client", "client_detail", "entry WHERE verb = 'client.added'", "link WHERE kind = 'client'"):
            assert await lab.value(f"SELECT count(*) FROM {table}") == wanted, table
        assert await lab.value("SELECT count(DISTINCT remote_id) FROM relationship") == await lab.value(
            "SELECT count(*) FROM relationship"
        )
        assert await lab.value("SELECT count(*) FROM entry WHERE verb = 'snapshot.applied'") == 1

        await ada.send("DELETE", f"/xpm/imports/{snapshot_id}/confirmation")
        await survived(lab, UNDOING, snapshot_id, "undone")
        for table in ("client", "client_detail", "link", "person", "client_group", "relationship", "pending_manager", "sight"):
            assert await lab.value(f"SELECT count(*) FROM {table}") == 0, table
        assert await lab.value("SELECT count(*) FROM entry WHERE verb = 'snapshot.undone'") == 1
