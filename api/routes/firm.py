"""The firm: founding it, its settings, and its client bundle."""

from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from api.deps import CallerDep, RuntimeDep, UnitDep
from api.problems import raises
from api.wire import Bundle, In, Out, Visibility
from practice.access.sessions import give_founding_back, move_to_firm, take_founding
from practice.clients.bundle import bundle_use
from practice.firms.change_settings import change_settings
from practice.firms.found_firm import found_firm as found
from practice.firms.problems import SignupClosed
from practice.firms.reads import firm_of
from practice.kernel.actor import Actor

router = APIRouter(tags=["firm"])


class FoundFirm(In):
    name: str = Field(min_length=1, max_length=120, description="What the firm is called.")
    time_zone: str | None = Field(default=None, max_length=64, description="An IANA name; UTC where it is left out.")


class Firm(Out):
    id: UUID
    name: str
    time_zone: str
    default_visibility: Visibility
    client_bundle: int
    nightly_sync: bool
    version: int


class ChangeFirm(In):
    name: str | None = Field(default=None, min_length=1, max_length=120)
    time_zone: str | None = Field(default=None, max_length=64)
    default_visibility: Visibility | None = Field(default=None, description="What new clients start with.")
    client_bundle: int | None = Field(default=None, ge=1, le=100_000, description="Clients with a Xero organisation.")
    nightly_sync: bool | None = Field(default=None, description="Whether every client is refreshed each night.")


@router.post("/firms", status_code=201, responses=raises(SignupClosed))
async def found_firm(body: FoundFirm, rt: RuntimeDep, caller: CallerDep) -> Firm:
    """Founds a firm with you as its owner, where this installation lets you."""
    session = caller.session
    door = rt.context(Actor.door())
    async with door.unit() as unit:
        if session is None or not await take_founding(unit, session.session_id):
            raise SignupClosed
    firm_id = rt.lent.ids.new()
    try:
        async with door.acting_as(Actor.system(firm_id)).unit() as unit:
            firm = await found(
                unit,
                name=body.name,
                identity_id=session.identity_id,
                owner=caller.actor.name,
                email=session.email,
                time_zone=body.time_zone or "UTC",
            )
    except Exception:
        async with door.unit() as unit:
            await give_founding_back(unit, session.session_id)
        raise
    async with door.unit() as unit:
        await move_to_firm(unit, session.session_id, firm_id)
    return Firm.model_validate(firm)


@router.get("/firm")
async def read_firm(unit: UnitDep) -> Firm:
    """Your firm and its settings."""
    return Firm.model_validate(await firm_of(unit))


@router.patch("/firm")
async def change_firm(body: ChangeFirm, unit: UnitDep) -> Firm:
    """Changes what is given; the rest stays."""
    return Firm.model_validate(await change_settings(unit, **body.model_dump(exclude_none=True)))


@router.get("/bundle")
async def read_bundle(unit: UnitDep) -> Bundle:
    """How many clients with a Xero organisation the firm may hold, and how many it does; drafts count."""
    return Bundle.model_validate(await bundle_use(unit))
