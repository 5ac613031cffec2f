"""Runs one long step to its end and says on the terminal how it is going."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from stack import spawn


def run_step(title: str, argv: Sequence[str | Path], *, log: Path, cwd: Path, env: Mapping[str, str] | None = None) -> None:
    """Its output goes to a file; where it fails, the end of the file is shown."""
    log.parent.mkdir(parents=True, exist_ok=True)
    live = sys.stdout.isatty()
    print(f"  {title} …", end="" if live else "\n", flush=True)
    began = said = time.monotonic()
    with log.open("wb") as output:
        process = spawn.spawn(argv, env=os.environ if env is None else env, cwd=cwd, output=output.fileno())
    try:
        while True:
            try:
                process.wait(1)
                break
            except subprocess.TimeoutExpired:
                took = time.monotonic() - began
                if live:
                    print(f"\r  {title} … {took:.0f} s", end="", flush=True)
                elif time.monotonic() - said > 15:
                    said = time.monotonic()
                    print(f"  {title} … {took:.0f} s", flush=True)
    except BaseException:
        spawn.stop(process, by=signal.SIGTERM, grace=5)
        raise
    took = time.monotonic() - began
    if process.returncode:
        raise RuntimeError(f"{title}: ended with {process.returncode}. The end of {log}:\n{spawn.tail(log, 30)}")
    print(f"{chr(13) if live else ''}  {title}: {took:.0f} s", flush=True)
