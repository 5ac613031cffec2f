"""Writes what is known of a client, each value with where it came from."""

from collections.abc import Mapping

from sqlalchemy import select

from practice.clients.add_clients import origin_of
from practice.clients.models import Client, ClientDetail
from practice.kernel.unit import Unit


def local_fields(client: Client, detail: ClientDetail | None) -> dict[str, str]:
    """What stands here now, by key of details.FIELDS; the name is the client's."""
    return {**(detail.fields if detail else {}), "name": client.name}


async def detail_of(unit: Unit, client: Client) -> ClientDetail:
    """The client's details, kept from others until the commit; begun where there are none."""
    found: ClientDetail | None = await unit.scalar(
        select(ClientDetail)
        .where(ClientDetail.firm_id == unit.firm_id, ClientDetail.client_id == client.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return found or blank_detail(unit, client)


def blank_detail(unit: Unit, client: Client) -> ClientDetail:
    """Details of a client of which only the books were known."""
    return unit.add(ClientDetail(id=unit.ids.new(), client_id=client.id, fields={}, sources={}, version=0))


def write_details(
    unit: Unit, client: Client, detail: ClientDetail, values: Mapping[str, str], *, source: str
) -> list[str]:
    """Sets these fields and answers which of them changed. A blank takes the field away. The record names no value."""
    before = local_fields(client, detail)
    changed = [field for field, value in values.items() if before.get(field, "") != value]
    if not changed:
        return []
    fields, sources = dict(detail.fields), dict(detail.sources)
    origin = origin_of(unit, source)
    for field in changed:
        if values[field]:
            fields[field], sources[field] = values[field], origin
        else:
            fields.pop(field, None)
            sources.pop(field, None)
    detail.fields, detail.sources = fields, sources
    detail.version += 1
    if "name" in changed:
        client.name = values["name"]
    client.version += 1
    unit.record("client.amended", on=client, fields=changed, source=source)
    unit.changed("client", client.id, client_id=client.id)
    return changed
