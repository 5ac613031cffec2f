"""Makes clients of what another system says of them: who they are in law, and what is known besides any books."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from practice.clients.models import Client, ClientDetail
from practice.clients.visibility import rewrite_sight
from practice.firms.models import Firm
from practice.kernel.unit import Unit


@dataclass(frozen=True, slots=True)
class NewClient:
    """What is known of a client to be: `fields` by key of details.FIELDS, blanks left out; `private` is sealed."""

    name: str
    kind: str | None
    fields: Mapping[str, str]
    private: Mapping[str, str] = field(default_factory=dict)
    archived: bool = False
    linked: bool = False


async def add_clients(unit: Unit, *, new: Sequence[NewClient], source: str) -> list[tuple[Client, ClientDetail]]:
    """In the order given. They have no books, so they take no place in the bundle.

    The firm's default says who sees them. Where that is *Xero users only*, there are none for a client without books:
    only who manages it sees it, until somebody says otherwise.

    An address that two of them share makes no difference: e-mail is nobody's identity.
    """
    default = (await unit.get(Firm, unit.firm_id)).default_visibility
    visibility = "specific_people" if default == "xero_users" else default
    added = []
    for one in new:
        client = unit.add(
            Client(
                id=unit.ids.new(),
                tenant_id=None,
                name=one.name,
                kind=one.kind,
                state="archived" if one.archived else "active",
                archived_at=unit.now if one.archived else None,
                visibility=visibility,
                tags=[],
                linked=one.linked,
                version=1,
            )
        )
        fields = {"name": one.name, **{key: value for key, value in one.fields.items() if value and key != "name"}}
        origin = origin_of(unit, source)
        detail = ClientDetail(
            id=unit.ids.new(), client_id=client.id, fields=fields, sources=dict.fromkeys(fields, origin), version=1
        )
        seal_private(unit, detail, one.private)
        added.append((client, detail))
        unit.record("client.added", on=client, source=source)
    # The clients first: what belongs to them names them.
    await unit.flush()
    for _, detail in added:
        unit.add(detail)
    await unit.flush()
    await rewrite_sight(unit, [client.id for client, _ in added])
    unit.changed("client", unit.firm_id)
    return added


def origin_of(unit: Unit, source: str) -> dict[str, Any]:
    """Where a value comes from, as it stands beside it."""
    by = unit.actor.member_id
    return {"from": source, "at": unit.now.isoformat(), "by": str(by) if by else None}


def seal_private(unit: Unit, detail: ClientDetail, private: Mapping[str, str]) -> None:
    """Keeps what is not blank; a blank says nothing of what is kept already."""
    known = json.loads(unit.reveal(detail, "private")) if detail.private else {}
    wanted = {**known, **{key: value for key, value in private.items() if value}}
    if wanted != known:
        detail.private = unit.seal(detail, "private", json.dumps(wanted))
