"""Where Xero's webhooks arrive: signed bodies from a machine, answered at once with 200 or 401 and nothing else."""

from fastapi import APIRouter, Request, Response
from starlette.background import BackgroundTask

from api.deps import RuntimeDep
from api.passing import Passing
from practice.connections.receive_deliveries import receive_deliveries as receive
from practice.kernel.actor import Actor

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
    passing: Passing = request.app.state.passing
    # Xero has its answer before anything follows from it.
    return Response(background=BackgroundTask(passing.on, door) if new else None)


async def _bytes_of(request: Request) -> bytes | None:
    taken = bytearray()
    async for chunk in request.stream():
        taken += chunk
        if len(taken) > MOST_BYTES:
            return None
    return bytes(taken)
