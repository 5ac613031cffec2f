"""Every endpoint of the practice manager API: its path in any letter case, its `api-method`, and the scopes that open it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from ..gateway.chain import Passed, Sandbox
from ..world.users import User, users
from . import clients, contacts, custom_fields, documents, groups, relationships, staff
from .answer import Refused, Reply, Rows, answered, refusal
from .asked import Asked

# The published document writes `v3.1`; the pages and every client seen write `3.1`.
PATHS: Final = ("/practicemanager/3.1", "/practicemanager/v3.1")
Handler = Callable[[Asked], Reply | Rows]


@dataclass(frozen=True)
class Endpoint:
    verb: str
    path: tuple[str, ...]
    """In lower case; `*` is an id."""
    api_method: str
    handler: Handler
    scopes: tuple[str, ...]

    def ids(self, parts: list[str]) -> dict[str, str] | None:
        """The ids in a path that is this endpoint's; None if it is another's."""
        if len(parts) != len(self.path) or any(mine not in ("*", one.lower()) for mine, one in zip(self.path, parts, strict=True)):
            return None
        return {"id": parts[self.path.index("*")]} if "*" in self.path else {}


def _all(area: str, *rows: tuple[str, str, str, Handler]) -> tuple[Endpoint, ...]:
    """Reading needs the area's scope or its `.read`; anything else the scope itself."""
    return tuple(
        Endpoint(verb, tuple(path.split("/")), api_method, handler, (f"{area}.read",) if verb == "GET" else (area,))
        for verb, path, api_method, handler in rows
    )


ENDPOINTS: Final = (
    *_all(
        "practicemanager.client",
        ("GET", "client.api/list", "List", clients.list_),
        ("GET", "client.api/paged-list", "PagedList", clients.paged_list),
        ("GET", "client.api/search", "Search", clients.search),
        ("GET", "client.api/get/*", "Get", clients.get),
        ("POST", "client.api/add", "Add", clients.add),
        ("PUT", "client.api/update", "Update", clients.update),
        ("PUT", "client.api/archive", "Archive", clients.archive),
        ("POST", "client.api/delete", "Delete", clients.delete),
        ("GET", "client.api/contacts", "Contact", contacts.list_),
        ("POST", "client.api/contact", "Contact", contacts.add),
        ("GET", "client.api/contact/*", "Contact", contacts.get),
        ("PUT", "client.api/contact/*", "Contact", contacts.update),
        ("DELETE", "client.api/contact/*", "Contact", contacts.delete),
        ("POST", "client.api/client/*/contacts", "Contact", contacts.link),
        ("GET", "client.api/documents/*", "Documents", documents.list_),
        ("POST", "client.api/document", "Document", documents.add),
        ("POST", "client.api/addrelationship", "AddRelationship", relationships.add),
        ("PUT", "client.api/updaterelationship", "UpdateRelationship", relationships.update),
        ("POST", "client.api/deleterelationship", "DeleteRelationship", relationships.delete),
        ("GET", "client.api/get/*/customfield", "CustomField", custom_fields.of_client),
        ("PUT", "client.api/update/*/customfield", "CustomField", custom_fields.set_of_client),
        ("GET", "client.api/contact/*/customfield", "CustomField", custom_fields.of_contact),
        ("PUT", "client.api/contact/*/customfield", "CustomField", custom_fields.set_of_contact),
        ("GET", "clientgroup.api/list", "List", groups.list_),
        ("GET", "clientgroup.api/get/*", "Get", groups.get),
        ("POST", "clientgroup.api/add", "Add", groups.add),
        ("PUT", "clientgroup.api/members", "Members", groups.members),
        ("POST", "clientgroup.api/delete", "Delete", groups.delete),
    ),
    *_all(
        "practicemanager.staff",
        ("GET", "staff.api/list", "List", staff.list_),
        ("GET", "staff.api/get/*", "Get", staff.get),
        ("POST", "staff.api/add", "Get", staff.add),
        ("PUT", "staff.api/update", "Update", staff.update),
        ("POST", "staff.api/delete", "Delete", staff.delete),
        ("POST", "staff.api/enable", "Enable", staff.enable),
        ("POST", "staff.api/disable", "Disable", staff.disable),
        ("POST", "staff.api/forgottenpassword", "ForgottenPassword", staff.forgotten_password),
    ),
    *_all(
        "practicemanager",
        ("GET", "customfield.api/definition", "Definition", custom_fields.definitions),
        ("GET", "customfield.api/get/*", "Get", custom_fields.definition),
        ("POST", "customfield.api/add", "Add", custom_fields.add),
        ("PUT", "customfield.api/update", "Update", custom_fields.update),
        ("POST", "customfield.api/delete", "Delete", custom_fields.delete),
    ),
)


class Room:
    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.users: dict[str, User] = {one.user_id: one for one in users(sandbox.settings.seed)}

    async def answer(self, request: Request) -> Response:
        parts = [part for part in request.path_params["rest"].split("/") if part]
        for endpoint in ENDPOINTS:
            ids = endpoint.ids(parts) if endpoint.verb == request.method else None
            if ids is not None:
                async with self.sandbox.gateway.enter(request, scopes=endpoint.scopes, family="PRACTICEMANAGER") as passed:
                    return await self._answer(request, endpoint, ids, passed)
        async with self.sandbox.gateway.enter(request, family="PRACTICEMANAGER"):
            return PlainTextResponse("The resource you're looking for cannot be found", 404)

    async def _answer(self, request: Request, endpoint: Endpoint, ids: dict[str, str], passed: Passed) -> Response:
        body = await request.body() if request.method != "GET" else b""
        # The records are made when the first one asks; a practice of thousands takes a second.
        records = await asyncio.to_thread(lambda: self.sandbox.memory.people.records)
        user = self.users[passed.user_id]
        own = None
        if not user.sees_all_clients:
            own = frozenset(one.uuid for one in records.staff.values() if one.email == user.email)
        asked = Asked(self.sandbox, request, ids, user.name, body, own)
        try:
            reply = endpoint.handler(asked)
        except Refused as refused:
            return refusal(request, endpoint.api_method, refused)
        return answered(request, endpoint.api_method, reply, nulls=self.sandbox.settings.practice_unset_is_null)


def mount(app: Starlette, sandbox: Sandbox) -> None:
    room = Room(sandbox)
    for path in PATHS:
        app.add_route(path + "/{rest:path}", room.answer, methods=["GET", "POST", "PUT", "DELETE"])
