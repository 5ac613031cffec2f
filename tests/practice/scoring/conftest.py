"""A firm with one client whose books are in the database: drafts and twins that a test can change."""

import base64
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import pytest
from sqlalchemy import delete, select

from practice.clients.models import Client
from practice.connections.models import Tenant
from practice.firms.found_firm import found_firm
from practice.firms.models import Member
from practice.kernel.actor import Actor
from practice.kernel.clock import FrozenClock
from practice.kernel.context import Context
from practice.kernel.ids import TimeOrderedIds
from practice.kernel.jobs import JobRow
from practice.kernel.runtime import Runtime
from practice.kernel.settings import Settings
from practice.ledgers.load_books import MADE_OF
from practice.ledgers.models.accounts import Account
from practice.ledgers.models.contacts import Contact
from practice.ledgers.models.documents import Document
from practice.ledgers.models.organisation import HighWater, Organisation
from practice.scoring.models import Issue, ProfileChoice, ProfileRow, Scorecard
from practice.scoring.profiles import content_of
from practice.scoring.score_client import score_client
from tests.books import FIRST

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)


def known(name: str) -> UUID:
    return uuid5(UUID(int=7), name)


@dataclass
class Scene:
    """A client, its books, and the clock."""

    rt: Runtime
    ctx: Context
    clock: FrozenClock
    client_id: UUID
    tenant_id: UUID
    count: int = field(default=0)

    def row(self, model: type[Any], remote: str, /, **values: Any) -> Any:
        assert self.ctx.actor.firm_id
        return model(firm_id=self.ctx.actor.firm_id, tenant_id=self.tenant_id, remote_id=known(remote), **values)

    async def write(self, *rows: Any) -> None:
        async with self.ctx.unit() as unit:
            unit.session.add_all(rows)

    async def contact(self, name: str, /, **more: Any) -> None:
        await self.write(self.row(Contact, name, **{"name": name, "status": "ACTIVE"} | more))

    async def document(self, number: str, total: int, day: date, **more: Any) -> None:
        values: dict[str, Any] = {
            "kind": "invoice",
            "side": "purchases",
            "status": "AUTHORISED",
            "contact_id": known("Acme"),
        }
        cents = total * 100
        await self.write(
            self.row(
                Document, number, number=number, date=day, due_date=day, total_cents=cents, due_cents=cents,
                line_accounts=["400"], line_account_ids=[None], line_tax_types=["INPUT"], line_cents=[cents], line_tax_cents=[0],
                **values | more,
            )
        )  # fmt: skip

    async def change(self, model: type[Any], name: str, **values: Any) -> None:
        async with self.ctx.unit() as unit:
            row = await unit.scalar(select(model).where(model.firm_id == unit.firm_id, model.remote_id == known(name)))
            for column, value in values.items():
                setattr(row, column, value)

    async def score(self) -> Scorecard:
        """Judges, and hands back the card."""
        self.clock.move(timedelta(minutes=1))
        await score_client(self.ctx, client_id=self.client_id)
        async with self.ctx.unit(write=False) as unit:
            card: Scorecard = await unit.scalar(
                select(Scorecard).where(Scorecard.firm_id == unit.firm_id).order_by(Scorecard.scored_at.desc()).limit(1)
            )
        return card

    async def issues(self, code: str) -> list[Issue]:
        async with self.ctx.unit(write=False) as unit:
            return await unit.scalars(
                select(Issue).where(Issue.firm_id == unit.firm_id, Issue.code == code).order_by(Issue.key)
            )

    async def client(self) -> Client:
        async with self.ctx.unit(write=False) as unit:
            return await unit.get(Client, self.client_id)

    async def jobs(self, name: str) -> list[dict[str, Any]]:
        """What is queued; taken off the queue."""
        async with self.ctx.unit() as unit:
            rows = await unit.scalars(
                select(JobRow).where(JobRow.firm_id == unit.firm_id, JobRow.name == name).order_by(JobRow.id)
            )
            found = [row.args for row in rows]
            await unit.execute(delete(JobRow).where(JobRow.firm_id == unit.firm_id))
        return found


@pytest.fixture
def settings(database_url: str, redis_url: str, tmp_path: Path) -> Settings:
    keys = tmp_path / "keys"
    keys.write_text("k1:" + base64.b64encode(bytes(range(32))).decode() + "\n")
    return Settings.model_validate(
        {
            "environment": "test", "keys_file": keys, "database": {"url": database_url}, "redis": {"url": redis_url},
            "xero": {"client_id": "app", "client_secret": "secret"},
        }
    )  # fmt: skip


@pytest.fixture
async def scene(settings: Settings) -> AsyncIterator[Scene]:
    clock = FrozenClock(NOW)
    async with Runtime.open(settings, clock=clock) as rt:
        firm_id = TimeOrderedIds().new()
        async with rt.context(Actor.system(firm_id)).unit() as unit:
            await found_firm(unit, name="Bright", identity_id=UUID(int=1), owner="Ada", email="ada@bright.test")
        async with rt.context(Actor.system(firm_id)).unit() as unit:
            member: Member = await unit.scalar(select(Member).where(Member.firm_id == firm_id))
            tenant = unit.add(
                Tenant(
                    provider="xero", remote_id=str(known("tenant")), name="Acme", kind="organisation", seen_at=unit.now
                )
            )
            await unit.flush()
            client = unit.add(
                Client(
                    tenant_id=tenant.id, name="Acme", state="active", visibility="whole_team", last_imported_at=unit.now
                )
            )
            # Of few checks, so that what a test says of the score stays true when checks come.
            profile = unit.add(
                ProfileRow(**content_of(FIRST), changed_at=unit.now, changed_by=None)
            )
            await unit.flush()
            unit.add(ProfileChoice(profile_id=profile.id, kind="default"))
        ctx = rt.context(Actor(kind="staff", firm_id=firm_id, member_id=member.id, role="owner", name="Ada"))
        scene = Scene(rt, ctx, clock, client.id, tenant.id)
        await scene.write(
            scene.row(
                Organisation, "tenant", name="Acme Pty Ltd", base_currency="AUD", time_zone="Australia/Sydney",
                financial_year_end_day=30, financial_year_end_month=6, period_lock_date=date(2026, 10, 31),
                end_of_year_lock_date=date(2025, 6, 30), short_code="!aB3dE",
            ),
            *[
                HighWater(firm_id=firm_id, tenant_id=tenant.id, resource=resource, modified_since=NOW)
                for resource in sorted({name for names in MADE_OF.values() for name in names})
            ],
            scene.row(Account, "400", code="400", name="Advertising", type="EXPENSE", class_="EXPENSE", status="ACTIVE"),
            scene.row(Account, "999", code="999", name="Never used", type="EXPENSE", class_="EXPENSE", status="ACTIVE"),
        )  # fmt: skip
        await scene.contact("Acme")
        yield scene
