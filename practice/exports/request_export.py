"""Asks for a file; a worker writes it."""

from typing import Any
from uuid import UUID

from practice.clients.models import Client
from practice.exports.jobs import WriteExport
from practice.exports.kind import kind_named
from practice.exports.models import Export
from practice.kernel.problems import FieldError, Invalid
from practice.kernel.unit import Unit


async def request_export(unit: Unit, *, kind: str, params: dict[str, Any]) -> Export:
    """Raises Invalid for an unknown kind or a client that is missing, NotFound for one that the asker may not see."""
    wanted = kind_named(kind)
    assert unit.actor.member_id is not None
    client = await unit.get(Client, _client_id(params)) if wanted.about_client else None
    export = unit.add(
        Export(
            member_id=unit.actor.member_id,
            client_id=client.id if client else None,
            kind=wanted.kind,
            params=params,
            state="queued",
        )
    )
    await unit.flush()
    await unit.enqueue(WriteExport(export_id=export.id))
    unit.record("export.requested", on=export, client_id=export.client_id, kind=wanted.kind)
    return export


def _client_id(params: dict[str, Any]) -> UUID:
    try:
        return UUID(str(params.get("client_id")))
    except ValueError:
        raise Invalid([FieldError("/params/client_id", "Name the client that the file is about.")]) from None
