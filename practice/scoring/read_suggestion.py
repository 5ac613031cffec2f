"""Reads what people made of a check's issues, and suggests a threshold from it."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from practice.clients.models import Client
from practice.kernel.problems import NotFound
from practice.kernel.unit import Unit
from practice.scoring.catalogue import check_named
from practice.scoring.check import Threshold
from practice.scoring.models import Issue
from practice.scoring.profiles import read_profiles
from practice.scoring.suggest import Suggestion, suggest

# What is older than the period leaves it by itself: that it is gone is no sign that somebody put it right.
PERIOD = timedelta(days=365)


async def read_suggestion(
    unit: Unit, *, code: str, profile_id: UUID | None = None
) -> tuple[Threshold, int, Suggestion]:
    """The threshold, a profile's number (the firm's default profile where none is named), and what would be better.

    It is learnt at the clients that the asker sees and that this profile counts for: at another number people see, and set
    aside, other issues. What a rule hides says something of a contact and nothing of a size, so it is left out. Raises
    NotFound, also where the check has no threshold.
    """
    threshold = check_named(code).threshold
    if threshold is None:
        raise NotFound(detail=f"{code} has no threshold to choose.")
    profiles = await read_profiles(unit)
    profile = profiles.named(profile_id or profiles.default_id).profile
    current = profile.thresholds.get(code, threshold.default)
    clients = await unit.rows(select(Client.id, Client.tags).where(Client.firm_id == unit.firm_id))
    under_it = {client.id for client in clients if profiles.of(client.id, client.tags) is profile}
    numbers: dict[str, list[Decimal]] = {"set_aside": [], "fixed": [], "left_open": []}
    for row in await unit.rows(_decided(unit.firm_id, code, threshold)):
        if row.client_id not in under_it:
            continue
        kind, at = _kind(row, unit.now)
        number = measured(row, threshold, at)
        if kind and number is not None:
            numbers[kind].append(number)
    return threshold, current, suggest(threshold, current, **numbers)


def _decided(firm_id: UUID, code: str, threshold: Threshold) -> Any:
    # A check that looks at how far apart two things are says so.
    fact = func.coalesce(Issue.facts[threshold.unit].astext, Issue.facts[f"{threshold.unit}_apart"].astext)
    return select(
        Issue.client_id, Issue.state, Issue.amount, Issue.base_cents, Issue.date, Issue.adds, Issue.dismissed_at, Issue.snoozed_at,
        Issue.fixed_at, Issue.resolved_at, fact.label("fact"),
    ).where(Issue.firm_id == firm_id, Issue.code == code, Issue.rule_id.is_(None))  # fmt: skip


def _kind(row: Any, now: datetime) -> tuple[str | None, datetime]:
    """What people made of it, and when: then it had the size that they judged."""
    aside = row.dismissed_at or row.snoozed_at
    if row.state in ("dismissed", "snoozed", "resolved") and aside:
        return "set_aside", aside
    if row.state == "fixed":
        return "fixed", row.fixed_at
    if row.state == "resolved":
        left = row.date is not None and row.date < (row.resolved_at - PERIOD).date()
        return None if left else "fixed", row.resolved_at
    return "left_open", now


def measured(row: Any, threshold: Threshold, at: datetime) -> Decimal | None:
    """An issue's own number on the scale of the threshold: what its facts say, else as it follows from amount and date."""
    if row.fact is not None:
        try:
            return Decimal(row.fact)
        except ArithmeticError:
            return None
    if threshold.unit == "money":
        return Decimal(abs(row.base_cents)) / 100 if row.base_cents else None if row.amount is None else abs(row.amount)
    if threshold.unit == "lines":
        return Decimal(row.adds)
    if row.date is None or threshold.unit == "percent":
        return None
    end = at.date().replace(day=1) - timedelta(days=1)
    if threshold.unit == "months":
        return Decimal(_months(row.date, end))
    days = (end - row.date).days
    return Decimal(days if threshold.unit == "days" else days // 7)


def _months(start: date, end: date) -> int:
    """Whole ones."""
    return 12 * (end.year - start.year) + end.month - start.month - (end.day < start.day)
