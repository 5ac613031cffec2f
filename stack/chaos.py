"""Faults: seeded storms over real processes and every directed test of one fault; and the controls of both.

These are programs of tests/fault, which know the product; here is only the way to start them.
"""

import os
import subprocess
import sys
from collections.abc import Sequence

from stack.places import ROOT


def chaos(argv: list[str]) -> int:
    """SEEDS=20 storms and the directed tests; SEED=7 repeats that one storm alone."""
    codes = [_program("tests.fault.chaos", *argv)]
    if "SEED" not in os.environ and not any(argument.startswith("SEED=") for argument in argv):
        codes.append(_program("pytest", "-q", "-rs", "-m", "chaos", "tests/fault"))
    return max(codes)


def controls(argv: list[str]) -> int:
    """ONLY=M1,M4 chooses."""
    return _program("tests.fault.controls", *argv)


def _program(module: str, *argv: str) -> int:
    env = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    command: Sequence[str] = [sys.executable, "-m", module, *argv]
    return subprocess.call(command, cwd=ROOT, env=env)
