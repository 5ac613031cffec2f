"""Builds the API: what it opens, what every request passes, the routes, and the browser application beside them.

`uvicorn --factory api.main:app_from_env` starts it. Nothing happens at import.
"""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import APIRouter, Depends, FastAPI, Request, Response
from fastapi.responses import FileResponse, HTMLResponse
from fastapi.routing import APIRoute, iter_route_contexts
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

from api import described, problems
from api.announce import announce_setup
from api.callers import caller
from api.idempotency import KeyedRoute, idempotent
from api.middleware import Passage
from api.passing import Passing
from api.policy import Policy, Unguarded
from api.stream import Streams
from api.wire import camel
from practice.kernel.discovery import discover
from practice.kernel.ids import TimeOrderedIds
from practice.kernel.logging import configure_logging
from practice.kernel.prove_keys import prove_keys
from practice.kernel.runtime import Runtime
from practice.kernel.settings import Settings

PREFIX = "/api/v1"
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"]


def app_from_env() -> FastAPI:
    """The app as the environment wants it."""
    settings = Settings()
    configure_logging(settings.log_level, as_json=settings.environment == "production")
    return create_app(settings)


def create_app(settings: Settings, runtime: Runtime | None = None) -> FastAPI:
    """The app. Tests lend it a Runtime; else it opens one at its start and closes it at its end."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with Runtime.open(settings) as rt:
            await prove_keys(rt.lent)
            use(app, rt)
            await announce_setup(rt)
            yield

    app = FastAPI(
        title="Bulkhead",
        version="1",
        lifespan=None if runtime else lifespan,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        generate_unique_id_function=lambda route: camel(route.name),
    )
    app.add_middleware(Passage, settings=settings, ids=TimeOrderedIds())
    problems.install(app)
    app.state.policy = Policy.read()
    app.state.streams = Streams()
    app.state.passing = Passing()
    mount(app)
    described.install(app)
    app.state.parameters = described.query_parameters(app)
    app.state.body_types = described.body_types(app)
    _add_pages(app, settings.frontend_dist)
    if runtime:
        use(app, runtime)
    return app


def use(app: FastAPI, rt: Runtime) -> None:
    """Gives the app its Runtime."""
    app.state.rt = rt
    app.state.clock = rt.lent.clock


def mount(app: FastAPI) -> None:
    """Every module of api/routes that has a `router`, behind the guard; those with `pages` beside it, in the open."""
    api = APIRouter(prefix=PREFIX)
    for module in discover("api.routes"):
        if router := getattr(module, "router", None):
            _must_keep_answers(router)
            api.include_router(router, dependencies=[Depends(caller)])
        if pages := getattr(module, "pages", None):
            app.include_router(pages, include_in_schema=False)
    app.include_router(api)
    policy: Policy = app.state.policy
    policy.must_cover(operations(app))


def operations(app: FastAPI) -> Iterable[str]:
    """The names of everything under /api/v1, shown in the schema or not."""
    return [
        camel(route.name or "")
        for route in iter_route_contexts(app.routes)
        if (route.path or "").startswith(PREFIX) and isinstance(route.original_route, APIRoute)
    ]


def _must_keep_answers(router: APIRouter) -> None:
    for route in router.routes:
        if not isinstance(route, APIRoute) or isinstance(route, KeyedRoute):
            continue
        if any(each.call is idempotent for each in route.dependant.dependencies):
            raise Unguarded(f"{route.name} asks for Idempotent: its router needs route_class=KeyedRoute")


def _add_pages(app: FastAPI, dist: Path) -> None:
    """What is under /api and unknown is a problem; every other address is the browser application's."""

    @app.api_route("/api/{rest:path}", methods=METHODS, include_in_schema=False)
    async def unknown(request: Request) -> Response:
        allowed = _methods_at(app, request)
        if allowed:
            raise HTTPException(405, headers={"Allow": ", ".join(sorted(allowed))})
        raise HTTPException(404)

    app.mount("/docs", StaticFiles(directory=Path(__file__).parent / "docs", html=True), name="docs")
    root = dist.resolve()

    @app.api_route("/{path:path}", methods=["GET", "HEAD"], include_in_schema=False)
    async def page(path: str) -> Response:
        file = (root / path).resolve()
        if path and file.is_file() and file.is_relative_to(root):
            kept = "public, max-age=31536000, immutable" if path.startswith("assets/") else "no-cache"
            return FileResponse(file, headers={"Cache-Control": kept})
        if path.startswith("assets/"):
            raise HTTPException(404)
        index = root / "index.html"
        if not index.is_file():
            return HTMLResponse(
                "<!doctype html><title>Bulkhead</title><p>The API runs. The browser application is not built yet: "
                "<code>make run</code> builds it. <a href=/docs/>API reference</a>",
                status_code=404,
            )
        return FileResponse(index, headers={"Cache-Control": "no-cache"})


def _methods_at(app: FastAPI, request: Request) -> set[str]:
    """Every method that some route takes at this address (a path may have several routes)."""
    path = request.scope["path"]
    found: set[str] = set()
    for route in iter_route_contexts(app.routes):
        if not isinstance(route.original_route, APIRoute) or not (route.path or "").startswith(PREFIX):
            continue
        if route.path_regex.match(path):
            found |= route.methods or set()
    return found


__all__ = ["app_from_env", "create_app", "mount", "operations", "use"]
