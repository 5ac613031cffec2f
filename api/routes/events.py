"""GET /events: live hints of what changed, to look again at."""

from typing import Annotated

from fastapi import APIRouter, Header, Request
from fastapi.responses import StreamingResponse

from api import stream
from api.deps import CallerDep, RuntimeDep
from api.problems import raises

router = APIRouter(prefix="/events", tags=["events"])


@router.get(
    "",
    response_class=StreamingResponse,
    responses={
        200: {
            "description": "A stream of server-sent events: `hello`, `changed`, `end`.",
            "content": {
                "text/event-stream": {
                    "example": 'id: 1763717400000-0\nevent: changed\ndata: {"resource":"import","id":"01939e7c-…","patch":{"percent":40}}\n\n'
                }
            },
        },
        **raises(stream.TooManyStreams),
    },
)
async def events(
    request: Request, rt: RuntimeDep, caller: CallerDep, last_event_id: Annotated[str | None, Header()] = None
) -> StreamingResponse:
    """What changed, as it changes. Send Last-Event-ID to get what was missed; `hello` says whether that was possible.

    An event is a hint to read the resource again; its patch holds numbers and states. The stream ends after ten minutes
    with `end`: come back with the last id.
    """
    streams: stream.Streams = request.app.state.streams
    streams.must_have_room()
    return StreamingResponse(
        stream.events(rt, caller, streams, last_event_id=last_event_id),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )
