"""What every request passes: an id, one access line, security headers, a limit on the body, and a net under everything.

Plain ASGI, because a wrapper that buffers would hold back the event stream.
"""

import time

import structlog
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import BodyTooLarge, ServerError, answer
from practice.kernel.failpoints import failpoint
from practice.kernel.ids import Ids
from practice.kernel.settings import Settings

log = structlog.get_logger()

BODY_LIMIT = 1_000_000
# A report of fifteen thousand clients.
FILE_LIMIT = 20 * 1024 * 1024
FILES = frozenset({"/api/v1/xpm/reports", "/api/v1/xpm/reports/columns"})

PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; frame-ancestors 'none'; "
    "base-uri 'none'; object-src 'none'"
)
API_POLICY = "default-src 'none'; frame-ancestors 'none'"
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


class Passage:
    """The outermost layer of the door."""

    def __init__(self, app: ASGIApp, settings: Settings, ids: Ids) -> None:
        self.app = app
        self.ids = ids
        self.settings = settings
        self.always = dict(ALWAYS)
        if settings.base_url.startswith("https://"):
            self.always["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = str(self.ids.new())
        state = scope.setdefault("state", {})
        state["request_id"] = request_id
        state["answer_headers"] = {}
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        started = time.perf_counter()
        status = 0

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                failpoint(self.settings, "after_commit_before_answer", f"{scope['method']} {scope['path']}")
                headers = MutableHeaders(scope=message)
                headers.update(state["answer_headers"])
                self._dress(scope["path"], request_id, headers)
            await send(message)

        limit = FILE_LIMIT if scope["path"] in FILES else BODY_LIMIT
        try:
            if _announced(scope) > limit:
                await answer(BodyTooLarge(), request_id)(scope, receive, sending)
            else:
                await self.app(scope, _limited(receive, limit), sending)
        except Exception:
            log.exception("request.failed", path=scope["path"])
            if not status:
                await answer(ServerError(), request_id)(scope, receive, sending)
        finally:
            route = scope.get("route")
            log.info(
                "request.answered",
                method=scope["method"],
                route=getattr(route, "name", None) or scope["path"],
                status=status,
                ms=round((time.perf_counter() - started) * 1000, 1),
            )

    def _dress(self, path: str, request_id: str, headers: MutableHeaders) -> None:
        headers["X-Request-Id"] = request_id
        for name, value in self.always.items():
            headers[name] = value
        if path.startswith("/api/"):
            headers.setdefault("Cache-Control", "no-store")
            headers["Content-Security-Policy"] = API_POLICY
        else:
            headers["Content-Security-Policy"] = PAGE_POLICY


def _announced(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit():
            return int(value)
    return 0


def _limited(receive: Receive, limit: int) -> Receive:
    """Counts what arrives, since a chunked body announces nothing."""
    taken = 0

    async def receiving() -> Message:
        nonlocal taken
        message = await receive()
        if message["type"] == "http.request":
            taken += len(message.get("body", b""))
            if taken > limit:
                raise HTTPException(413)
        return message

    return receiving
