"""Refreshes clients because somebody asked: what changed since the last time is read, and scored where it matters."""

from collections.abc import Sequence
from uuid import UUID

from practice.imports.models import ImportRun
from practice.imports.start_imports import start_imports
from practice.kernel.unit import Unit


async def refresh_clients(unit: Unit, *, client_ids: Sequence[UUID]) -> ImportRun:
    """The run, of kind `sync`. A client that was never imported is read whole. Raises as start_imports does."""
    return await start_imports(unit, client_ids=client_ids, kind="sync")
