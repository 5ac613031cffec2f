"""The sandbox as a process of its own, for what only happens on a real socket."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from stack import spawn
from stack.places import ROOT
from tests.ports import held_port


@dataclass(frozen=True)
class Sandbox:
    """Where it listens, and its control endpoints."""

    origin: str
    process: "subprocess.Popen[bytes]"

    def control(self, what: str, **said: Any) -> Any:
        answer = httpx.post(f"{self.origin}/__control/{what}", json=said, timeout=10, trust_env=False)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def stats(self) -> dict[str, Any]:
        found: dict[str, Any] = httpx.get(f"{self.origin}/__control/stats", timeout=10, trust_env=False).json()
        return found


@contextmanager
def sandbox_process(folder: Path, **env: str) -> Iterator[Sandbox]:
    with held_port() as port:
        origin = f"http://127.0.0.1:{port}"
        settings = {
            "SANDBOX_PORT": str(port), "SANDBOX_ORIGIN": origin, "SANDBOX_PREBUILD": "0", "SANDBOX_DIR": str(folder), **env,
        }  # fmt: skip
        with (folder / "sandbox.log").open("ab") as log:
            process = spawn.spawn(
                [sys.executable, "-m", "sandbox"], env={**os.environ, "PYTHONPATH": str(ROOT), **settings}, cwd=ROOT, output=log.fileno()
            )
        try:
            until = time.monotonic() + 100
            while True:
                try:
                    if httpx.get(f"{origin}/__control/health", timeout=2, trust_env=False).status_code == 200:
                        break
                except httpx.HTTPError:
                    assert process.poll() is None, (folder / "sandbox.log").read_text()
                assert time.monotonic() < until, "the sandbox did not answer within 100 s"
                time.sleep(0.05)
            yield Sandbox(origin, process)
        finally:
            spawn.stop(process, by=signal.SIGTERM, grace=5)
            spawn.sweep(process)
