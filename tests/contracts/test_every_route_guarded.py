"""No operation without a line in authz.csv, and no line without an operation."""

import pytest
from fastapi import APIRouter
from fastapi.routing import APIRoute, iter_route_contexts

from api import main
from api.main import PREFIX, create_app, operations
from api.policy import Policy, Unguarded
from api.wire import camel
from practice.kernel.settings import Settings


def test_the_table_and_the_routes_name_the_same_operations() -> None:
    assert set(operations(create_app(Settings()))) == set(Policy.read().rules)


def test_a_route_without_a_line_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    class Module:
        router = APIRouter()

    @Module.router.get("/backdoor")
    async def open_sesame() -> None: ...

    monkeypatch.setattr(main, "discover", lambda _: [Module])
    with pytest.raises(Unguarded, match="openSesame"):
        create_app(Settings())


def test_changing_routes_are_not_for_anyone_and_not_hidden() -> None:
    rules = Policy.read().rules
    for path, methods in create_app(Settings()).openapi()["paths"].items():
        for method, operation in methods.items():
            rule = rules[operation["operationId"]]
            assert method == "get" or not rule.anyone, path
            assert rule.anyone or rule.newcomer or rule.roles, path
            assert bool(operation["security"]) != rule.anyone, path


def test_one_changing_route_is_hidden_and_for_anyone_and_its_door_is_a_signature() -> None:
    app = create_app(Settings())
    shown = {operation["operationId"] for methods in app.openapi()["paths"].values() for operation in methods.values()}
    hidden = {
        camel(route.name or "")
        for route in iter_route_contexts(app.routes)
        if isinstance(route.original_route, APIRoute) and (route.methods or set()) - {"GET", "HEAD"}
        and (route.path or "").startswith(PREFIX)
    } - shown  # fmt: skip
    assert hidden == {"receiveDeliveries"}
