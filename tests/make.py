"""Makes rows for tests: only what a test says, everything else plausible."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, select

from practice.clients.models import Client
from practice.clients.visibility import rewrite_sight
from practice.connections.models import Connection, ConnectionGrant, Grant, Tenant
from practice.firms.found_firm import found_firm
from practice.firms.models import Member
from practice.kernel.actor import Actor, Role
from practice.kernel.runtime import Runtime
from practice.kernel.unit import Unit
from practice.providers.xero.oauth import SCOPES


async def firm(runtime: Runtime, name: str, owner: str, *, bundle: int = 50) -> Actor:
    """A firm with its owner, who is handed back."""
    firm_id = runtime.lent.ids.new()
    async with runtime.context(Actor.system(firm_id)).unit() as unit:
        founded = await found_firm(
            unit, name=name, identity_id=unit.ids.new(), owner=owner, email=f"{owner.lower()}@{name.lower()}.example"
        )
        founded.client_bundle = bundle
        await unit.flush()
        member_id: UUID = await unit.scalar(Member.__table__.select().with_only_columns(Member.id))
    return Actor("staff", firm_id, member_id, "owner", owner)


async def member(runtime: Runtime, of: Actor, name: str, role: Role, *, email: str | None = None) -> Actor:
    """A colleague in somebody's firm."""
    assert of.firm_id is not None
    async with runtime.context(Actor.system(of.firm_id)).unit() as unit:
        row = unit.add(
            Member(
                identity_id=unit.ids.new(),
                name=name,
                email=email or f"{name.lower()}@bright.example",
                role=role,
                state="active",
            )
        )
    return Actor("staff", of.firm_id, row.id, role, name)


def tenant(unit: Unit, name: str = "Acme", *, documents: int | None = None) -> Tenant:
    """An organisation that a consent let us see."""
    return unit.add(
        Tenant(
            id=unit.ids.new(),
            provider="xero",
            remote_id=str(unit.ids.new()),
            name=name,
            kind="organisation",
            size_state="unknown" if documents is None else "known",
            size_documents=documents,
            size_calls=None if documents is None else 15 + documents // 1000,
            seen_at=unit.now,
        )
    )


async def grant(unit: Unit, name: str, *, status: str = "active", reaches: Sequence[Connection] = ()) -> Grant:
    """A Xero user's consent, and the connections it reaches: after those that reach them already."""
    row = Grant(
        id=unit.ids.new(), firm_id=unit.firm_id, provider="xero", xero_user_id=str(unit.ids.new()), name=name, email=None,
        access=b"", refresh=b"", expires_at=unit.now + timedelta(minutes=30), generation=1, status=status,
        scopes=list(SCOPES), consented_at=unit.now, connected_by=unit.actor.member_id,
    )  # fmt: skip
    row.access, row.refresh = unit.seal(row, "access", "A"), unit.seal(row, "refresh", "R")
    unit.add(row)
    await unit.flush()
    for connection in reaches:
        before: int = await unit.scalar(
            select(func.count()).where(
                ConnectionGrant.firm_id == unit.firm_id, ConnectionGrant.connection_id == connection.id
            )
        )
        unit.add(
            ConnectionGrant(
                connection_id=connection.id, grant_id=row.id, remote_id=f"link-{row.id}", priority=before + 1
            )
        )
    await unit.flush()
    return row


async def client(unit: Unit, name: str = "Acme", *, state: str = "ready", visibility: str = "whole_team") -> Client:
    """A client with an organisation and a working connection."""
    of = tenant(unit, name)
    await unit.flush()
    unit.add(Connection(tenant_id=of.id, status="active", connected_at=unit.now))
    row = unit.add(Client(tenant_id=of.id, name=name, state=state, visibility=visibility, tags=[]))
    await unit.flush()
    await rewrite_sight(unit, [row.id])
    return row
