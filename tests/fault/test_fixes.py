"""A worker that dies with a correction in its hands."""

from pathlib import Path
from typing import Any

from tests.api.conftest import Person
from tests.fault.books import smallest
from tests.fault.lab import STEADY, Lab, laboratory
from tests.world import consented, started

SEED = 1


async def may_write(lab: Lab, ada: Person, tenant_id: str) -> None:
    """Consent once more, this time for corrections as well."""
    asked = await ada.post("/connections", {"provider": "xero", "return_to": "connections", "writes": True})
    back = await consented(lab.xero, asked.json()["authorize_url"], [tenant_id], home=lab.base)
    assert "/oauth-failed" not in (await ada.http.get(back)).headers["location"]


async def writes(lab: Lab, tenant_id: str) -> list[dict[str, Any]]:
    return [call for call in await lab.asked(tenant_id) if call["method"] != "GET"]


async def test_a_correction_whose_worker_died_after_the_write_is_found_and_not_written_again(tmp_path: Path) -> None:
    [one] = smallest(SEED, 30)[-1:]
    # Time passes at Xero as it does here: who consents once more would come from the future otherwise. In pages of this
    # size all that is asked has room in a minute.
    env = STEADY | {"WORKER_PAGE_SIZE": "1000"}
    async with laboratory(tmp_path, seed=SEED, workers=1, latency_ms=5, pace=1, env=env) as lab:
        ada = await lab.sign_in()
        client_id = (await lab.clients(ada, [one.tenant_id]))[one.tenant_id]
        await started(ada, [client_id])
        await lab.until_finished()
        await may_write(lab, ada, one.tenant_id)
        await lab.until_quiet()
        assert lab.terminate(lab.workers[0]) == 0
        issues = (await ada.get(f"/clients/{client_id}/checks/DQ09/issues", state="open")).json()["items"]
        issue = next(each for each in issues if each["fix"])
        asked = await ada.post(f"/clients/{client_id}/issues/{issue['id']}/fix", {"value": None})
        assert asked.status_code == 202, asked.text

        doomed = lab.add_worker(FAILPOINT="after_write:exit")
        await lab.until_dead(doomed)
        assert len(await writes(lab, one.tenant_id)) == 1
        assert await lab.value("SELECT state FROM fix") == "writing"

        await lab.leases_end()
        lab.add_worker()

        async def settled() -> bool:
            return bool(await lab.value("SELECT state <> 'writing' FROM fix"))

        await lab.until(settled, what="the correction is settled")
        assert await lab.value("SELECT state FROM fix") == "written"
        assert len(await writes(lab, one.tenant_id)) == 1
        fixed = (await ada.get(f"/clients/{client_id}/checks/DQ09/issues", state="fixed")).json()["items"]
        assert issue["id"] in {each["id"] for each in fixed}
        assert await lab.value("SELECT count(*) FROM entry WHERE verb = 'fix.written'") == 1
