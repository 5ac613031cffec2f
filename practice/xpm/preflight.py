"""What an import from XPM needs, checked before anything is read: each with what to do where it is missing."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, select

from practice.connections.missing import missing_of
from practice.connections.models import Connection, ConnectionGrant, Grant, Tenant
from practice.connections.note_day import calls_left, read_day
from practice.kernel.unit import Unit
from practice.xpm.start_snapshot import connected_practices

# Staff, groups, clients, and some that are asked for by themselves.
CALLS = 10


@dataclass(frozen=True, slots=True)
class Checked:
    """One need. `remedy`: what helps, in words for whoever administers Xero Practice Manager; None where it is met."""

    code: str
    ok: bool
    text: str
    remedy: str | None


async def preflight(unit: Unit) -> list[Checked]:
    """In the order in which they are put right; what cannot be known before there is a connection is left out."""
    connected = await connected_practices(unit)
    checks = [
        _check(
            "connected", bool(connected), "A practice in Xero Practice Manager is connected.",
            "No practice is connected, or its consent has ended.",
            "Connect with a Xero login that has the privilege “Authorise 3rd Party Full Access” in Xero Practice Manager"
            " (Business > Staff > the person > Privileges). Without it Xero does not offer the practice.",
        )
    ]  # fmt: skip
    if not connected:
        return checks
    ways = await _ways(unit)
    covers = [not missing_of(grant) for grant, _ in ways]
    missing = sorted({scope for grant, _ in ways for scope in missing_of(grant)})
    checks.append(
        _check(
            "permissions", any(covers), "The consent covers clients and staff.",
            f"The consent does not cover {' and '.join(missing)}.",
            "Connect Xero Practice Manager again and leave every permission on Xero's page as it is.",
        )
    )
    refused = [link.refused for _, link in ways]
    checks.append(
        _check(
            "opened", not refused or not all(refused), "Xero lets this app read the practice.",
            f"Xero refused to let {next(iter(refused), None) or 'the practice'} be read when it was last asked.",
            "Xero opens Practice Manager to an app after a review: its Advanced tier, or an exemption for a practice's own app"
            " (developer.xero.com > your app > Practice Manager access). Once it is approved, connect again. Until then a"
            " report exported from Practice Manager can be imported instead.",
        )
    )
    lefts = [await _calls_left(unit, tenant) for tenant in connected]
    checks.append(
        _check(
            "calls", max(lefts) >= CALLS, "Enough of today's calls to Xero are left.",
            f"Of today's calls to Xero {max(lefts)} are left; an import takes about {CALLS}.",
            "Wait until they are renewed, within a day: an import that was started goes on by itself.",
        )
    )
    return checks


def _check(code: str, ok: bool, met: str, unmet: str, remedy: str) -> Checked:
    return Checked(code, ok, met if ok else unmet, None if ok else remedy)


async def _calls_left(unit: Unit, tenant_id: Any) -> int:
    day = await read_day(unit, tenant_id)
    return unit.settings.xero.daily_limit if day is None else calls_left(unit, day)


async def _ways(unit: Unit) -> list[tuple[Grant, ConnectionGrant]]:
    """The consents that reach a practice and work."""
    rows = await unit.rows(
        select(Grant, ConnectionGrant)
        .join(ConnectionGrant, and_(ConnectionGrant.firm_id == Grant.firm_id, ConnectionGrant.grant_id == Grant.id))
        .join(
            Connection,
            and_(Connection.firm_id == ConnectionGrant.firm_id, Connection.id == ConnectionGrant.connection_id),
        )
        .join(Tenant, and_(Tenant.firm_id == Connection.firm_id, Tenant.id == Connection.tenant_id))
        .where(
            Grant.firm_id == unit.firm_id,
            Grant.status == "active",
            Tenant.kind == "practice_manager",
            Connection.status != "disconnected",
            ConnectionGrant.gone_at.is_(None),
        )
        .order_by(ConnectionGrant.priority, Grant.id)
    )
    return [(grant, link) for grant, link in rows]
