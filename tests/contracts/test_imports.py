"""The import contracts of pyproject.toml hold, and each of them is about something."""

import subprocess
import sys
import tomllib

from stack.places import ROOT


def test_the_floors_and_walls_hold() -> None:
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()", "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert " 0 broken" in done.stdout


def test_all_seventeen_are_there() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    assert {int(one["name"].split()[0]) for one in contracts} == set(range(1, 18))
