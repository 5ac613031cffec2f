"""A firm with a practice in XPM, and imports laid out by hand: what a test says of a record, everything else blank."""

import json
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select, text

from practice.clients.details import FIELDS, PRIVATE
from practice.clients.models import Client, ClientDetail
from practice.connections.models import Tenant
from practice.kernel.actor import Actor, Role
from practice.kernel.context import Run
from practice.kernel.runtime import Runtime
from practice.kernel.unit import Unit
from practice.links.models import Link, LinkConflict
from practice.providers.parties import RemoteContact, RemoteParty, RemoteRelation
from practice.xpm.apply_snapshot import apply_snapshot
from practice.xpm.begin_undo import begin_undo
from practice.xpm.models import Snapshot, SnapshotRow
from practice.xpm.neutral import to_json
from practice.xpm.undo_snapshot import undo_snapshot
from tests import make

TABLES = (
    "client", "client_detail", "client_manager", "pending_manager", "person", "client_person", "client_group",
    "client_group_member", "relationship", "link", "link_conflict", "sight", "ignored_remote",
)  # fmt: skip


@dataclass(frozen=True)
class Theirs:
    """A record there with what is decided about it here."""

    party: RemoteParty
    kind: str | None = "person"
    action: str = "create"
    target: UUID | None = None
    chosen: bool = True


def party(remote_id: str, name: str, *, structure: str = "Individual", **more: Any) -> RemoteParty:
    """A client of the practice; `email` and other fields by their key."""
    fields = {field: str(more.pop(field, "")) for field in FIELDS if field != "name"} | {"name": name}
    private = {key: str(more.pop(key, "")) for key in PRIVATE}
    blank: dict[str, Any] = {
        "archived": False, "deleted": False, "account_manager": None, "job_manager": None, "contacts": (), "relations": (),
        "groups": (), "web_url": f"https://practicemanager.example/{remote_id}", "code": "", "digest": remote_id.encode(),
    }  # fmt: skip
    return RemoteParty(remote_id=remote_id, name=name, structure=structure, fields=fields, private=private, **{**blank, **more})


def contact(remote_id: str, name: str, email: str = "", **more: Any) -> RemoteContact:
    blank = {"salutation": "", "phone": "", "mobile": "", "position": "", "primary": False}
    return RemoteContact(remote_id=remote_id, name=name, email=email, **{**blank, **more})


def relation(remote_id: str, type_: str, to: str, name: str, *, shares: str | None = None) -> RemoteRelation:
    return RemoteRelation(remote_id, type_, to, name, Decimal(shares) if shares else None, None, None, None)


@dataclass
class Office:
    """What a test holds in its hands."""

    runtime: Runtime
    ada: Actor
    tenant_id: UUID
    settings: Any = None

    def unit(self, actor: Actor | None = None, *, write: bool = True) -> AbstractAsyncContextManager[Unit]:
        return self.runtime.context(actor or self.ada).unit(write=write)

    async def member(self, name: str, role: Role = "staff", **more: Any) -> Actor:
        return await make.member(self.runtime, self.ada, name, role, **more)

    async def snapshot(
        self, *rows: Theirs | RemoteParty, staff: Sequence[dict[str, Any]] = (), details: str = "basic", **more: Any
    ) -> UUID:
        """A confirmed import of these rows."""
        async with self.unit() as unit:
            snapshot = unit.add(
                Snapshot(
                    tenant_id=self.tenant_id, state="applying", details=details, started_by=self.ada.member_id,
                    confirmed_by=self.ada.member_id, confirmed_at=unit.now, fetched_at=unit.now,
                    progress={"stage": "Importing", "done": 0, "total": len(rows) + len(staff)}, counts={}, groups=[],
                    **more,
                )
            )  # fmt: skip
            await unit.flush()
            for theirs in (row if isinstance(row, Theirs) else Theirs(row) for row in rows):
                row = self._row(snapshot, theirs.party.remote_id, theirs.party.name, to_json(theirs.party))
                row.kind = "client" if theirs.kind == "person" else "entity"
                row.client_kind, row.archived = theirs.kind, theirs.party.archived
                row.chosen, row.action, row.target_id = theirs.chosen, theirs.action, theirs.target
                private = {key: value for key, value in theirs.party.private.items() if value}
                row.id = unit.ids.new()
                row.private = unit.seal(row, "private", json.dumps(private)) if private else None
                unit.add(row)
            for one in staff:
                neutral = {key: one.get(key, "") for key in ("email", "phone", "mobile", "address")}
                row = self._row(snapshot, one["remote_id"], one["name"], neutral)
                row.kind, row.action, row.target_id = "staff", one.get("action", "create"), one.get("target")
                row.role = one.get("role", "staff")
                unit.add(row)
        return snapshot.id

    def _row(self, snapshot: Snapshot, remote_id: str, name: str, neutral: dict[str, Any]) -> SnapshotRow:
        return SnapshotRow(
            snapshot_id=snapshot.id, remote_id=remote_id, name=name, neutral=neutral, digest=remote_id.encode(),
            proposal="create", reasons=[], candidates=[], warnings=[], changes=[], chosen=True, action="create",
        )  # fmt: skip

    def run(self, failpoint: str | None = None) -> Run:
        lent = self.runtime.lent
        if failpoint:
            lent = replace(lent, settings=lent.settings.model_copy(update={"failpoint": failpoint}))
        assert self.ada.firm_id is not None
        return Run(lent, Actor.system(self.ada.firm_id))

    async def apply(self, snapshot_id: UUID, *, failpoint: str | None = None) -> Snapshot:
        await apply_snapshot(self.run(failpoint), snapshot_id=snapshot_id)
        return await self.read(snapshot_id)

    async def imported(self, *rows: Theirs | RemoteParty, **more: Any) -> Snapshot:
        return await self.apply(await self.snapshot(*rows, **more))

    async def undo(self, snapshot_id: UUID, *, failpoint: str | None = None) -> Snapshot:
        if (await self.read(snapshot_id)).state == "applied":
            async with self.unit() as unit:
                await begin_undo(unit, snapshot_id=snapshot_id)
        await undo_snapshot(self.run(failpoint), snapshot_id=snapshot_id)
        return await self.read(snapshot_id)

    async def read(self, snapshot_id: UUID) -> Snapshot:
        async with self.unit(write=False) as unit:
            return await unit.get(Snapshot, snapshot_id)

    async def rows(self, snapshot_id: UUID) -> dict[str, SnapshotRow]:
        async with self.unit(write=False) as unit:
            found = await unit.scalars(
                select(SnapshotRow).where(SnapshotRow.firm_id == unit.firm_id, SnapshotRow.snapshot_id == snapshot_id)
            )
        return {row.remote_id: row for row in found}

    async def outcomes(self, snapshot_id: UUID) -> dict[str, str | None]:
        return {remote_id: row.outcome for remote_id, row in (await self.rows(snapshot_id)).items()}

    async def client(self, name: str) -> Client:
        async with self.unit(write=False) as unit:
            found: list[Client] = await unit.scalars(
                select(Client).where(Client.firm_id == unit.firm_id, Client.name == name)
            )
        assert len(found) == 1
        return found[0]

    async def fields(self, name: str) -> dict[str, str]:
        client = await self.client(name)
        async with self.unit(write=False) as unit:
            [found] = await unit.scalars(
                select(ClientDetail).where(ClientDetail.firm_id == unit.firm_id, ClientDetail.client_id == client.id)
            )
        return dict(found.fields)

    async def link(self, name: str) -> Link:
        client = await self.client(name)
        async with self.unit(write=False) as unit:
            found: list[Link] = await unit.scalars(
                select(Link).where(Link.firm_id == unit.firm_id, Link.client_id == client.id, Link.state != "unlinked")
            )
        assert len(found) == 1
        return found[0]

    async def conflicts(self) -> list[LinkConflict]:
        async with self.unit(write=False) as unit:
            return await unit.scalars(
                select(LinkConflict).where(LinkConflict.firm_id == unit.firm_id, LinkConflict.resolved_at.is_(None))
            )

    async def count(self, table: str) -> int:
        async with self.unit(write=False) as unit:
            return int(await unit.scalar(select(func.count()).select_from(text(table))))

    async def everything(self, *, leave: Sequence[str] = ()) -> dict[str, list[str]]:
        """Every row of the tables an import writes, without the moments at which it was looked at."""
        found = {}
        for table in TABLES:
            async with self.unit(write=False) as unit:
                rows = await unit.rows(
                    text(
                        f"SELECT (to_jsonb(t) - 'last_imported_at' - 'imported_by' - 'snapshot_id' - 'created_at'"
                        f" - 'updated_at' - CAST(:leave AS text[]))::text FROM {table} t ORDER BY 1"
                    ),
                    {"leave": list(leave)},
                )
                found[table] = [row[0] for row in rows]
        return found


@pytest.fixture
async def office(runtime: Runtime, bright: Actor) -> Office:
    async with runtime.context(bright).unit() as unit:
        tenant = unit.add(
            Tenant(
                id=unit.ids.new(), provider="xero", remote_id=str(unit.ids.new()), name="Ironbark", kind="practice_manager",
                size_state="unknown", seen_at=unit.now,
            )
        )  # fmt: skip
    return Office(runtime, bright, tenant.id)
