"""What tests ask for by name: real servers, a migrated database of their own, an emptied Redis."""

import base64
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import structlog
from hypothesis import HealthCheck, settings

from practice.kernel.actor import Actor
from practice.kernel.runtime import Runtime
from practice.kernel.settings import Settings
from tests.make import firm
from tests.servers import Servers, running_servers

# The same examples in every run, and none fails because the machine is busy. `--hypothesis-profile=default` looks for new ones.
settings.register_profile(
    "suite",
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("suite")


@pytest.fixture(autouse=True)
def plain_tracebacks() -> None:
    """The default of structlog prints every local variable where rich is installed, and takes minutes over it."""
    plain = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[structlog.contextvars.merge_contextvars, structlog.processors.add_log_level, plain])


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that stands still for some seconds is slow, and nothing is away: what gives up on Redis or PostgreSQL after
    a moment waits here for as long as a test may take.
    """
    kernel, limits = "practice.kernel", "practice.providers.limits"
    for name in (
        f"{kernel}.briefly.SECONDS", f"{kernel}.context.OPENING_SECONDS", f"{kernel}.database.PATIENCE_SECONDS",
        f"{limits}.PATIENCE_SECONDS", f"{limits}.PATIENCE_PEOPLE_SECONDS", "api.readiness.PATIENCE_SECONDS",
    ):  # fmt: skip
        monkeypatch.setattr(name, 100.0)


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    with running_servers(tmp_path_factory.mktemp("servers")) as running:
        yield running


@pytest.fixture
def database_url(servers: Servers) -> Iterator[str]:
    """A clone of the migrated template, gone after the test."""
    name = servers.fresh_database()
    yield servers.database_url(name)
    servers.drop_database(name)


@pytest.fixture
def redis_url(servers: Servers) -> str:
    return servers.fresh_redis()


@pytest.fixture
def product(database_url: str, redis_url: str, tmp_path: Path) -> Settings:
    """Settings of a product on these servers, with a key of its own; nothing of the outside world is named."""
    keys = tmp_path / "product-keys"
    keys.write_text(f"k1:{base64.b64encode(bytes(range(32))).decode()}\n")
    return Settings.model_validate(
        {
            "environment": "test",
            "signup": "open",
            "keys_file": keys,
            "database": {"url": database_url},
            "redis": {"url": redis_url},
            "xero": {"client_id": "sandbox-client", "client_secret": "sandbox-secret"},
        }
    )


@pytest.fixture
async def runtime(product: Settings) -> AsyncIterator[Runtime]:
    async with Runtime.open(product) as opened:
        yield opened


@pytest.fixture
async def bright(runtime: Runtime) -> Actor:
    """The firm BRIGHT, as its owner Ada."""
    return await firm(runtime, "Bright", "Ada")


@pytest.fixture
def more_scopes() -> str:
    """What a consent to the sandbox covers besides what reading books takes; a test of that says more."""
    return ""
