"""The product before a sandbox in the same process, for flows that go through both doors."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

import httpx
import pytest

from api.main import create_app
from practice.kernel.clock import FrozenClock
from practice.kernel.runtime import Runtime
from practice.kernel.settings import Settings
from sandbox.app import create_app as create_sandbox
from sandbox.clock import Clock
from sandbox.settings import Settings as SandboxSettings
from tests.api.conftest import XERO, House
from tests.practice.xpm.fetch.conftest import practice
from worker.jobs.score_client import child

__all__ = ["practice"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where the sandbox makes its ledgers, in this process, once for the flows of a file."""
    made = tmp_path_factory.mktemp("sandbox")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("SANDBOX_DIR", str(made))
        yield made


@asynccontextmanager
async def house_before_the_sandbox(settings: Settings, folder: Path, *, now: datetime, seed: int) -> AsyncIterator[House]:
    """Both stand at this moment; `folder` holds the sandbox's ledgers."""
    made = SandboxSettings(origin=XERO, today=now, seed=seed, directory=folder)
    sandbox = create_sandbox(made, Clock(now, scale=0))
    async with (
        httpx.AsyncClient(transport=httpx.ASGITransport(sandbox), base_url=XERO) as to_xero,
        httpx.AsyncClient(transport=httpx.ASGITransport(sandbox), base_url=XERO) as xero,
        Runtime.open(settings, http=to_xero, clock=FrozenClock(now)) as rt,
    ):
        house = House(create_app(settings, rt), rt, xero)
        try:
            yield house
        finally:
            for client in house.open:
                await client.aclose()
            # It knows no database but this one's.
            child.stop()
