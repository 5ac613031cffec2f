"""Where Xero's webhooks arrive: signed bodies from a machine, answered at once with 200 or 401 and nothing else."""

import structlog
from fastapi import APIRouter, Request, Response
from starlette.background import BackgroundTask

from api.deps import RuntimeDep
from practice.connections.receive_deliveries import receive_deliveries as receive
from practice.imports.pass_on_deliveries import pass_on_deliveries
from practice.kernel.actor import Actor
from practice.kernel.context import Context
from practice.kernel.database import DATABASE_AWAY

router = APIRouter(prefix="/deliveries", tags=["deliveries"])
MOST_BYTES = 256 * 1024


@router.post("/xero", include_in_schema=False)
async def receive_deliveries(request: Request, rt: RuntimeDep) -> Response:
    """The body's own bytes are what is signed. More than fits is not read to its end, so it counts as unsigned."""
    body = await _bytes_of(request)
    door = rt.context(Actor.door())
    signature = request.headers.get("x-xero-signature", "")
    new = None if body is None else await receive(door, provider_key="xero", body=body, signature=signature)
    if new is None:
        return Response(status_code=401)
    # Xero has its answer before anything follows from it.
    return Response(background=BackgroundTask(_pass_on, door) if new else None)


async def _pass_on(door: Context) -> None:
    try:
        await pass_on_deliveries(door)
    except DATABASE_AWAY as error:
        # They are written down: the worker's timetable passes them on within a minute.
        structlog.get_logger().warning("deliveries.postponed", kind=type(error).__name__)


async def _bytes_of(request: Request) -> bytes | None:
    taken = bytearray()
    async for chunk in request.stream():
        taken += chunk
        if len(taken) > MOST_BYTES:
            return None
    return bytes(taken)
