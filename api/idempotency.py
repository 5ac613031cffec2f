"""Idempotency-Key: a repeated request gets the first one's answer, and the work is done once.

A route that asks for `Idempotent` must be on a `KeyedRoute` (`APIRouter(route_class=KeyedRoute)`): there the answer is
known while the unit is still open, so both are committed together.
"""

import hashlib
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Header, Request, Response
from fastapi.routing import APIRoute

from api.deps import CallerDep, UnitDep
from api.wire import camel
from practice.kernel.replays import earlier_answer, keep_answer
from practice.kernel.unit import Unit


class Replayed(Exception):
    """The answer is known already; unwinds to the route."""

    def __init__(self, status: int, body: bytes) -> None:
        self.status = status
        self.body = body


@dataclass(frozen=True, slots=True)
class Keyed:
    """A request with a key, the first of its kind."""

    unit: Unit
    principal: UUID
    operation: str
    key: str
    fingerprint: bytes


async def idempotent(
    request: Request,
    unit: UnitDep,
    caller: CallerDep,
    idempotency_key: Annotated[
        str | None,
        Header(min_length=1, max_length=200, description="Any text of your own; the same one repeats the same request."),
    ] = None,
) -> None:
    if idempotency_key is None:
        return
    principal = caller.actor.member_id
    assert principal is not None
    operation = camel(request.scope["route"].name)
    content = f"{request.method}\n{request.url.path}\n{request.url.query}\n".encode() + await request.body()
    fingerprint = hashlib.sha256(content).digest()
    earlier = await earlier_answer(
        unit, principal=principal, operation=operation, key=idempotency_key, fingerprint=fingerprint
    )
    if earlier is not None:
        raise Replayed(*earlier)
    request.state.keyed = Keyed(unit, principal, operation, idempotency_key, fingerprint)


Idempotent = Annotated[None, Depends(idempotent, scope="function")]


class KeyedRoute(APIRoute):
    """A route whose answers are kept where the request has a key."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def keeping(request: Request) -> Response:
            try:
                response = await handle(request)
            except Replayed as known:
                return Response(
                    known.body,
                    known.status,
                    media_type="application/json",
                    headers={"Idempotent-Replayed": "true"},
                )
            keyed: Keyed | None = getattr(request.state, "keyed", None)
            if keyed is not None and response.status_code < 300:
                await keep_answer(
                    keyed.unit,
                    principal=keyed.principal,
                    operation=keyed.operation,
                    key=keyed.key,
                    fingerprint=keyed.fingerprint,
                    status=response.status_code,
                    body=bytes(response.body),
                )
            return response

        return keeping
