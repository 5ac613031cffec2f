"""Says who wins where our record and theirs differ, for each group of fields, and what is tied without asking."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert

from practice.clients.details import GROUPS
from practice.connections.models import Tenant
from practice.kernel.problems import NotFound
from practice.kernel.unit import Unit
from practice.links.models import LinkPolicy, MatchSetting
from practice.links.ties import policies_of, ties_trusts_by_name


async def set_policy(
    unit: Unit, *, tenant_id: UUID, policies: Mapping[str, str], trusts_by_name: bool | None = None
) -> dict[str, str]:
    """Counts from the next import on. Answers the policy of every group. `trusts_by_name`: None as before. Raises NotFound."""
    tenant = await unit.get(Tenant, tenant_id)
    if tenant.kind != "practice_manager":
        raise NotFound(detail=f"There is no tenant {tenant_id}.")
    before = await policies_of(unit, tenant_id)
    changed = {group: policy for group, policy in policies.items() if before.get(group, "ask") != policy}
    for group, policy in changed.items():
        await unit.execute(
            insert(LinkPolicy)
            .values(
                firm_id=unit.firm_id, id=unit.ids.new(), created_at=unit.now, tenant_id=tenant_id, field_group=group,
                policy=policy,
            )
            .on_conflict_do_update(
                index_elements=["firm_id", "tenant_id", "field_group"], set_={"policy": policy}
            )
        )  # fmt: skip
    told: dict[str, str | bool] = dict(changed)
    if trusts_by_name is not None and trusts_by_name != await ties_trusts_by_name(unit, tenant_id):
        told["trusts_by_name"] = trusts_by_name
        await unit.execute(
            insert(MatchSetting)
            .values(
                firm_id=unit.firm_id, id=unit.ids.new(), created_at=unit.now, tenant_id=tenant_id,
                trusts_by_name=trusts_by_name,
            )
            .on_conflict_do_update(
                index_elements=["firm_id", "tenant_id"], set_={"trusts_by_name": trusts_by_name}
            )
        )  # fmt: skip
    if told:
        unit.record("link.policy_set", on=tenant, policies=told)
    return {group: {**before, **changed}.get(group, "ask") for group in GROUPS}
