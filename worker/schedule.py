"""The timetable: what happens by the clock rather than because somebody asked. Each line is safe to run twice."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

import structlog
from sqlalchemy import delete
from sqlalchemy.exc import DBAPIError

from practice.access.models import Session
from practice.connections.due_grants import due_grants
from practice.connections.jobs import CheckGrant, KeepGrant
from practice.connections.models import Delivery
from practice.connections.reads import idle_grants
from practice.exports.models import Export
from practice.firms.reads import every_firm
from practice.imports.feed_night import feed_night
from practice.imports.pass_on_deliveries import pass_on_deliveries
from practice.kernel.actor import Actor
from practice.kernel.context import Context, Lent
from practice.kernel.database import trouble_of
from practice.kernel.tickets import Ticket
from practice.scoring.wake_snoozed import wake_snoozed
from practice.xpm.discard_forgotten import discard_forgotten
from practice.xpm.forget_applied import forget_applied

KEPT_AFTER_THE_END = timedelta(days=1)
# Xero keeps events for 31 days and may send them again (xero-facts 5).
REPEATED_FOR = timedelta(days=40)
EXPORTS_KEPT = timedelta(days=7)


async def keep_grants(door: Context) -> None:
    """A consent that nothing uses lapses at Xero after 60 days; it is refreshed well before."""
    for firm in await every_firm(door):
        async with firm.unit() as unit:
            for grant_id in await idle_grants(unit):
                await unit.enqueue(KeepGrant(grant_id=grant_id))


async def check_grants(door: Context) -> None:
    """Each consent is looked at once a day, at a time of its own; one whose look failed, soon again."""
    for firm in await every_firm(door):
        async with firm.unit() as unit:
            for grant_id in await due_grants(unit):
                await unit.enqueue(CheckGrant(grant_id=grant_id))


async def clear_the_door(door: Context) -> None:
    """Sessions that ended, tickets that lapsed, and deliveries so old that Xero does not repeat them any more."""
    async with door.unit() as unit:
        past = unit.now - KEPT_AFTER_THE_END
        await unit.execute(delete(Session).where(Session.ends_at < past))
        await unit.execute(delete(Ticket).where(Ticket.expires_at < past))
        await unit.execute(delete(Delivery).where(Delivery.received_at < unit.now - REPEATED_FOR))


async def keep_nights(door: Context) -> None:
    """Each client is refreshed once a night, where the firm is; a night that was missed is made up for once."""
    for firm in await every_firm(door):
        try:
            async with firm.unit() as unit:
                await feed_night(unit)
        except DBAPIError as error:
            # Somebody held a row for too long; the next minute comes by again. Others do not wait for it.
            structlog.get_logger().warning("night.postponed", firm_id=str(firm.actor.firm_id), kind=type(error).__name__)


async def keep_deliveries(door: Context) -> None:
    """What the API wrote down and could not pass on itself."""
    await pass_on_deliveries(door)


async def end_snoozes(door: Context) -> None:
    """An issue that was snoozed counts again on its day, also where a night's refresh has changed nothing."""
    for firm in await every_firm(door):
        async with firm.unit() as unit:
            await wake_snoozed(unit)


async def clear_exports(door: Context) -> None:
    """Files are made to be fetched; after a week they are gone, and can be asked for again."""
    for firm in await every_firm(door):
        async with firm.unit() as unit:
            await unit.execute(
                delete(Export).where(Export.firm_id == unit.firm_id, Export.created_at < unit.now - EXPORTS_KEPT)
            )


async def clear_reviews(door: Context) -> None:
    """An import from XPM that nobody went on with for two weeks can be read again; of an old one what came of it is kept."""
    for firm in await every_firm(door):
        async with firm.unit() as unit:
            await discard_forgotten(unit)
            await forget_applied(unit)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the timetable."""

    every: timedelta
    do: Callable[[Context], Awaitable[None]]


TIMETABLE = (
    Line(timedelta(hours=6), keep_grants),
    Line(timedelta(minutes=30), check_grants),
    Line(timedelta(hours=1), clear_the_door),
    Line(timedelta(hours=6), clear_exports),
    Line(timedelta(hours=6), clear_reviews),
    Line(timedelta(hours=1), end_snoozes),
    Line(timedelta(minutes=1), keep_nights),
    Line(timedelta(minutes=1), keep_deliveries),
)


async def keep_time(lent: Lent) -> None:
    """Runs every line when the worker starts and whenever its time has come, for as long as the worker lives."""
    door = Context(lent, Actor.door())
    due = {line: lent.clock.now() for line in TIMETABLE}
    while True:
        now = lent.clock.now()
        for line in TIMETABLE:
            if due[line] <= now:
                try:
                    await line.do(door)
                except Exception as error:  # noqa: BLE001 - one line's mistake stops neither the others nor the worker
                    if trouble_of(error) in ("away", "full"):
                        structlog.get_logger().warning("schedule.postponed", line=line.do.__name__, kind=type(error).__name__)
                        continue
                    structlog.get_logger().exception("schedule.failed", line=line.do.__name__)
                    due[line] = now + line.every
                else:
                    due[line] = now + line.every
        await asyncio.sleep(60)
