"""A trust without numbers is asked about, unless the practice allows that its name be enough."""

from practice.clients.add_clients import NewClient, add_clients
from practice.links.set_policy import set_policy
from practice.xpm.discard_snapshot import discard_snapshot
from tests.practice.xpm.fetch.conftest import Practice


async def test_a_practice_may_let_a_trusts_name_be_enough(practice: Practice) -> None:
    await practice.connect()
    fields = {"name": "Kerrigan Hill Family Trust", "businessStructure": "Trust"}
    theirs = (await practice.control("POST", "practice/add-client", fields=fields))["uuid"]
    async with practice.ctx.unit() as unit:
        new = NewClient(name=fields["name"], kind="trust", fields={"name": fields["name"]})
        ((ours, _),) = await add_clients(unit, new=[new], source="here")
    asked = await practice.taken()
    row = (await practice.rows(asked.id))[theirs]
    assert (row.proposal, row.candidates[0]["client_id"], row.chosen) == ("check", str(ours.id), False)
    async with practice.ctx.unit() as unit:
        await set_policy(unit, tenant_id=asked.tenant_id, policies={}, trusts_by_name=True)
        await discard_snapshot(unit, snapshot_id=asked.id)
    row = (await practice.rows((await practice.taken()).id))[theirs]
    assert (row.proposal, row.target_id, row.chosen) == ("match", ours.id, True)
    assert (await practice.verbs())["link.policy_set"] == 1
