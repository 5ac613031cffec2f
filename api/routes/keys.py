"""API keys, with which programs act as the member who made them."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from api.deps import UnitDep
from api.pages import Page, whole
from api.wire import In, Out
from practice.access.create_key import create_key as create
from practice.access.reads import keys_of
from practice.access.revoke_key import revoke_key as revoke

router = APIRouter(prefix="/keys", tags=["keys"])


class Key(Out):
    id: UUID
    label: str
    hint: str
    scopes: list[str]
    created_at: datetime
    last_used_at: datetime | None
    expires_at: datetime


class NewKey(Key):
    secret: str


class CreateKey(In):
    label: str = Field(min_length=1, max_length=80, description="What the key is for.")
    days: int = Field(default=90, ge=1, le=365, description="How long it works.")


@router.get("", response_model=Page[Key])
async def list_keys(unit: UnitDep) -> object:
    """Keys that work, the newest first. Their secrets are not kept."""
    return whole([Key.model_validate(key) for key in await keys_of(unit)])


@router.post("", status_code=201)
async def create_key(body: CreateKey, unit: UnitDep) -> NewKey:
    """Makes a key. This answer is the only place where its secret is shown, so it is never repeated either."""
    key, secret = await create(unit, label=body.label, days=body.days)
    return NewKey(**Key.model_validate(key).model_dump(), secret=secret)


@router.delete("/{key_id}", status_code=204)
async def revoke_key(key_id: UUID, unit: UnitDep) -> None:
    """Revokes a key: its next request is refused."""
    await revoke(unit, key_id=key_id)
