"""The last backup is put back in the middle of things: what died with it is asked for again once, the rest goes on (promises F27)."""

import asyncio
import subprocess
import sys
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from stack.backup import copy, put_back
from stack.places import ROOT
from stack.postgres import Postgres
from tests.api.conftest import Person
from tests.fault.books import as_at_xero, smallest
from tests.fault.invariants import Provoked, examine
from tests.fault.lab import Lab, laboratory
from tests.world import consented, started

SEED = 1
ACCESS_LIVES, GRACE = 31 * 60, 31 * 60
HELD_VERSIONS = 3


async def signed_in_again(lab: Lab) -> Person:
    began = await lab.browser.get("/api/v1/sign-in/xero")
    await lab.browser.get(await consented(lab.xero, began.headers["location"], [], home=lab.base))
    return Person(lab.browser, None, None, UUID(int=0), (await lab.me())["csrf_token"])


async def pass_at_xero(lab: Lab, seconds: int) -> None:
    answer = await lab.xero.post("/__control/clock", json={"advance": seconds})
    assert answer.status_code == 200, answer.text


async def renewed(lab: Lab, ada: Person, clients: list[str]) -> None:
    """Xero's clock passes the life of an access token, and the next reading has it renewed."""
    before = (await lab.stats())["tokens"].get("refreshes", 0)
    await pass_at_xero(lab, ACCESS_LIVES)
    await started(ada, clients)
    await lab.until_finished()
    assert (await lab.stats())["tokens"]["refreshes"] == before + 1


async def restored(lab: Lab, backup: Path) -> None:
    """As an operator does it: all stopped, put back, started."""

    def prepare(_: Postgres) -> None:
        done = subprocess.run(
            [sys.executable, "-m", "admin.after_restore"], cwd=ROOT, env=lab.env, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr

    for process in (*lab.workers, *lab.apis):
        lab.kill(process)
    lab.servers.postgres.stop()
    put_back(lab.servers.postgres, backup, prepare)
    lab.servers.postgres.start()
    await lab.add_api()
    lab.add_worker()


async def invalid_grants(lab: Lab) -> int:
    count: int = (await lab.stats())["tokens"].get("invalid_grant", 0)
    return count


@pytest.mark.chaos
@pytest.mark.parametrize("age", ["within the grace", "older"])
async def test_a_restored_installation_goes_on_or_asks_to_be_reconnected_once(tmp_path: Path, age: str) -> None:
    chosen = smallest(SEED, 5)
    async with laboratory(tmp_path, seed=SEED, workers=1, pace=1) as lab:
        ada = await lab.sign_in()
        ours = await lab.clients(ada, [one.tenant_id for one in chosen])
        held = await lab.spoil("hold", tenant=chosen[0].tenant_id, path="/invoices")
        await started(ada, list(ours.values()))
        await lab.until_given(held)
        assert await lab.value("SELECT count(*) FROM job WHERE state = 'running' AND lane = 'imports'") > 0
        backup = tmp_path / "backup"
        await asyncio.to_thread(copy, lab.servers.postgres, backup)
        await lab.release()
        await lab.until_finished()
        await renewed(lab, ada, list(ours.values()))
        gone_by = ACCESS_LIVES
        if age == "older":
            await pass_at_xero(lab, GRACE)
            gone_by += GRACE
        await restored(lab, backup)

        assert (await ada.get("/clients")).status_code == 401
        await lab.until_finished()
        [grant] = await lab.ask('SELECT status FROM "grant"')
        refused = await invalid_grants(lab)
        if age == "within the grace":
            assert (grant["status"], refused) == ("active", 0)
        else:
            assert grant["status"] == "reauth_required"
            assert 1 <= refused <= HELD_VERSIONS
            # Nothing asks with a dead token again, whatever is next.
            await lab.until_quiet()
            await lab.ask("UPDATE job SET run_at = now() WHERE state = 'queued'")
            await lab.until_quiet()
            assert await invalid_grants(lab) == refused

        await pass_at_xero(lab, -gone_by)  # who signs people in must tell the time
        ada = await signed_in_again(lab)
        if age == "older":
            shown = await imports(ada)
            assert {(one["state"], one["problem"]["action"]["operation"]) for one in shown if one["problem"]} == {("needs_action", "reconnect")}
            asked = (await ada.post("/connections", {"provider": "xero"})).json()["authorize_url"]
            await lab.browser.get(await consented(lab.xero, asked, [one.tenant_id for one in chosen], home=lab.base))
            await lab.until_quiet()
            await lab.until_finished()
            assert await invalid_grants(lab) == refused
        await as_at_xero(lab, chosen)
        assert {one["state"] for one in await imports(ada)} == {"done"}
        assert await lab.value("SELECT count(*) FROM entry WHERE verb = 'firm.restored'") == 1
        if age == "within the grace":
            # One refresh more than the grant remembers: the one that the restore undid.
            found = await examine(lab, chosen, Path(lab.env["SANDBOX_DIR"]), Provoked(cuts=1))
            assert not found.total, found.said


async def imports(ada: Person) -> list[dict[str, Any]]:
    """The latest run's."""
    [run, *_] = (await ada.get("/import-runs")).json()["items"]
    found: list[dict[str, Any]] = (await ada.get(f"/import-runs/{run['id']}/imports")).json()["items"]
    return found
