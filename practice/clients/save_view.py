"""Keeps how somebody looks at a list: filters and order under a name of their own."""

from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from practice.clients.models import SavedView
from practice.clients.problems import TooManyViews
from practice.kernel.problems import NotFound
from practice.kernel.unit import Unit

MOST = 50


async def save_view(unit: Unit, *, screen: str, name: str, params: dict[str, Any]) -> SavedView:
    """A view of the same name on the same screen is replaced. Raises TooManyViews."""
    if await unit.scalar(select(func.count()).select_from(SavedView).where(*_mine(unit))) >= MOST:
        raise TooManyViews(MOST)
    await unit.execute(
        insert(SavedView)
        .values(
            firm_id=unit.firm_id, id=unit.ids.new(), created_at=unit.now, member_id=unit.actor.member_id,
            screen=screen, name=name, params=params,
        )
        .on_conflict_do_update(index_elements=["firm_id", "member_id", "screen", "name"], set_={"params": params})
    )  # fmt: skip
    view: SavedView = await unit.scalar(
        select(SavedView)
        .where(*_mine(unit), SavedView.screen == screen, SavedView.name == name)
        .execution_options(populate_existing=True)
    )
    return view


async def list_views(unit: Unit, screen: str) -> list[SavedView]:
    """The asker's own, by name."""
    return await unit.scalars(
        select(SavedView).where(*_mine(unit), SavedView.screen == screen).order_by(func.lower(SavedView.name))
    )


async def remove_view(unit: Unit, view_id: UUID) -> None:
    """Raises NotFound, also for a colleague's."""
    view = await unit.get(SavedView, view_id)
    if view.member_id != unit.actor.member_id:
        raise NotFound(detail=f"There is no saved view {view_id}.")
    await unit.remove(view)


def _mine(unit: Unit) -> tuple[Any, ...]:
    return (SavedView.firm_id == unit.firm_id, SavedView.member_id == unit.actor.member_id)
