"""Fixed assets and bank statements: read where a consent covers them, and never a reason for an import to fail."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from practice.connections.models import Connection, Grant
from practice.imports.models import Import
from practice.imports.refresh_clients import refresh_clients
from practice.ledgers.books import Books
from practice.ledgers.load_books import load_books
from practice.ledgers.local_day import local_day
from practice.ledgers.models.assets import Asset
from practice.ledgers.models.figures import StatedFigure
from practice.ledgers.models.organisation import Organisation
from practice.providers.xero.oauth import SCOPES
from practice.scoring.models import Scorecard
from practice.scoring.reads import latest_scorecard, not_judged
from tests.practice.imports.conftest import Desk

REGISTER, STATEMENTS = "assets.read", "finance.cashvalidation.read"
BOTH = {"assets": "no_permission", "stated": "no_permission"}


@pytest.fixture
def more_scopes() -> str:
    return f"{REGISTER} {STATEMENTS}"


async def covered(desk: Desk, *scopes: str) -> None:
    """As if the consent had been given for these only."""
    async with desk.ctx.unit() as unit:
        await unit.execute(update(Grant).where(Grant.firm_id == unit.firm_id).values(scopes=[*SCOPES, *scopes]))


async def refreshed(desk: Desk, *, after: timedelta = timedelta(minutes=5)) -> Import:
    """Long before the token is renewed, with which Xero says again what the consent covers."""
    await desk.later(after)
    async with desk.ctx.unit() as unit:
        await refresh_clients(unit, client_ids=[desk.clients[0]])
    await desk.worked()
    return await desk.import_of(desk.clients[0])


async def imported(desk: Desk) -> Import:
    await desk.start(desk.clients[0])
    await desk.worked()
    return await desk.import_of(desk.clients[0])


async def books(desk: Desk) -> Books:
    (organisation,) = await desk.all(Organisation)
    today = local_day(desk.clock.now(), organisation.time_zone)
    return await load_books(desk.ctx, tenant_id=organisation.tenant_id, as_of=today)


async def state_of(desk: Desk, code: str) -> str:
    cards = await desk.all(Scorecard)
    latest = max(cards, key=lambda card: (card.scored_at, card.id))
    return str(latest.checks[code]["state"])


def asked(desk: Desk, part: str) -> list[dict[str, str]]:
    return [dict(request.url.params) for request in desk.sent if f"/{part}" in request.url.path]


async def test_they_are_read_and_judged(desk: Desk) -> None:
    import_ = await imported(desk)
    assert (import_.state, import_.set_aside) == ("done", 0)
    found = await books(desk)
    assert found.absent == {}
    assert asked(desk, "CashValidation") == [{"balanceDate": found.period_end.isoformat()}, {}]
    assert {(one["status"], one["pageSize"]) for one in asked(desk, "Assets")} == {("REGISTERED", "200"), ("DRAFT", "200")}
    banks = found.accounts.filter(type="BANK", status="ACTIVE")["id"]
    assert set(found.stated["account_id"]) == set(banks)
    assert {one.source for one in await desk.all(StatedFigure)} == {"finance"}
    assert await state_of(desk, "DQ02") == "evaluated"
    assert await state_of(desk, "DQ42") in ("evaluated", "not_applicable")


async def test_an_unchanged_client_costs_three_calls_more_for_its_register_and_two_for_its_banks(desk: Desk) -> None:
    await imported(desk)
    again = await refreshed(desk)
    # A new day may have new statements of the same accounts; the rest is as it was.
    assert (again.state, again.calls) == ("done", 15 + 3 + 2)
    await covered(desk, REGISTER)
    assert (await refreshed(desk)).calls == 15 + 3
    await covered(desk)
    assert (await refreshed(desk)).calls == 15


@pytest.mark.parametrize("more_scopes", [""])
async def test_what_no_consent_covers_is_not_asked_for_and_said_to_lack_permission(desk: Desk) -> None:
    import_ = await imported(desk)
    assert (import_.state, asked(desk, "CashValidation"), asked(desk, "Assets")) == ("done", [], [])
    assert (await books(desk)).absent == BOTH
    assert {await state_of(desk, code) for code in ("DQ02", "DQ03", "DQ39", "DQ42")} == {"no_permission"}
    # Nothing is wrong with the connection, and nothing is asked of anybody.
    assert {one.status for one in await desk.all(Connection)} == {"active"}
    async with desk.ctx.unit(write=False) as unit:
        card, _ = await latest_scorecard(unit, desk.clients[0])
    remedies = {one.code: one.remedy for one in not_judged(card)}
    assert all("under Balances" in remedies[code] for code in ("DQ02", "DQ03", "DQ39"))
    assert remedies["DQ42"].startswith("Connect the organisation again")


async def test_a_permission_that_is_lost_silences_what_was_read_until_it_is_back(desk: Desk) -> None:
    await imported(desk)
    await covered(desk)
    assert (await refreshed(desk)).changed > 0
    assert (await books(desk)).absent == BOTH
    assert await desk.all(StatedFigure) == []
    assert {await state_of(desk, code) for code in ("DQ02", "DQ42")} == {"no_permission"}
    # That it is still so is no news, and no reason to score again.
    assert (await refreshed(desk)).changed == 0
    await covered(desk, REGISTER, STATEMENTS)
    assert (await refreshed(desk)).changed > 0
    assert (await books(desk)).absent == {}
    assert await state_of(desk, "DQ02") == "evaluated"


@pytest.mark.parametrize(("kind", "absent"), [("scope401", "no_permission"), ("http500", "not_synced")])
async def test_trouble_with_them_fails_no_import(desk: Desk, kind: str, absent: str) -> None:
    for part in ("Assets", "CashValidation"):
        await desk.fault(kind, part, times=0)
    import_ = await imported(desk)
    assert import_.state == "done", import_.problem
    assert (await books(desk)).absent == dict.fromkeys(BOTH, absent)
    assert {one.status for one in await desk.all(Connection)} == {"active"}
    await desk.control("POST", "faults/drop")
    await refreshed(desk)
    assert (await books(desk)).absent == {}


async def test_an_asset_that_left_the_register_is_gone(desk: Desk) -> None:
    await imported(desk)
    (organisation,) = await desk.all(Organisation)
    before: Sequence[Any] = await desk.all(Asset)
    async with desk.ctx.unit() as unit:
        unit.add(
            Asset(
                firm_id=unit.firm_id, tenant_id=organisation.tenant_id, remote_id=unit.ids.new(), status="DRAFT",
                cost_cents=64900, accumulated_cents=0,
            )
        )  # fmt: skip
    assert (await books(desk)).assets.height == len(before) + 1
    await refreshed(desk)
    assert (await books(desk)).assets.height == len(before)
    assert sum(one.gone_at is not None for one in await desk.all(Asset)) == 1


async def test_what_a_person_entered_stays_where_the_bank_says_otherwise(desk: Desk) -> None:
    await imported(desk)
    said, *others = await desk.all(StatedFigure)
    async with desk.ctx.unit() as unit:
        row = await unit.lock(StatedFigure, said.id)
        row.source, row.cents, row.made_by = "entered", 123, desk.ada.member_id
    await refreshed(desk)
    found = {one.id: (one.cents, one.source) for one in await desk.all(StatedFigure)}
    assert found == {said.id: (123, "entered")} | {one.id: (one.cents, "finance") for one in others}
