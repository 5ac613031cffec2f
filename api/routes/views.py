"""Saved views: how you like to look at a list."""

import datetime as dt
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field, field_validator

from api.deps import UnitDep
from api.pages import Page
from api.problems import raises
from api.wire import In, Out
from practice.clients import save_view as views
from practice.clients.problems import TooManyViews
from practice.kernel.problems import NotFound

router = APIRouter(prefix="/views", tags=["views"])

Screen = Literal["health", "clients"]
MOST_PARAMS = 30


class View(Out):
    id: UUID
    screen: Screen
    name: str
    params: dict[str, Any]
    created_at: dt.datetime


class SaveView(In):
    screen: Screen
    name: str = Field(min_length=1, max_length=60)
    params: dict[str, str | int | bool | list[str] | None] = Field(
        description="Filters, columns and order, as the screen writes them."
    )

    @field_validator("params")
    @classmethod
    def few(cls, params: dict[str, Any]) -> dict[str, Any]:
        """A view is a handful of choices, and no place to keep things."""
        if len(params) > MOST_PARAMS or len(str(params)) > 4000:
            msg = f"A view has at most {MOST_PARAMS} choices and 4,000 characters."
            raise ValueError(msg)
        return params


@router.get("", response_model=Page[View])
async def list_views(unit: UnitDep, screen: Annotated[Screen, Query()]) -> object:
    """Your own views of one screen, by name."""
    found = await views.list_views(unit, screen)
    return {"items": found, "next_cursor": None, "total": len(found)}


@router.post("", status_code=201, response_model=View, responses=raises(TooManyViews))
async def save_view(body: SaveView, unit: UnitDep) -> object:
    """Keeps a view; one of the same name on the same screen is replaced."""
    return await views.save_view(unit, screen=body.screen, name=body.name, params=body.params)


@router.delete("/{view_id}", status_code=204, responses=raises(NotFound))
async def remove_view(view_id: UUID, unit: UnitDep) -> None:
    """Takes out one of your views."""
    await views.remove_view(unit, view_id)
