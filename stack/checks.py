"""Everything that is checked, as an ordered list of steps: `check` is the quick part, `test` is the whole.

Nothing is skipped in silence: a tool that is missing makes its step red and names its remedy.
"""

import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from stack import pages, spawn
from stack.places import ROOT, free_port, var_folder
from stack.postgres import Postgres
from stack.up import answers

PYTHON = sys.executable
_LIMIT = 1500.0  # seconds for one step
_MINUTES = 15
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_MENDING = (
    "The browser flows need a Chromium and found none. Debian: apt-get install -y chromium; macOS: install Google Chrome;\n"
    "anywhere: npx playwright-core install chromium; or name one with CHROME_PATH=/path/to/chrome.\n"
    "BROWSER=none leaves these flows out."
)


@dataclass
class Tally:
    passed: int = 0
    failed: int = 0


class Red(Exception):
    """A step that failed, with what to read."""

    def __init__(self, said: str, tally: Tally | None = None) -> None:
        super().__init__(said)
        self.tally = tally or Tally(failed=1)


@dataclass(frozen=True)
class Step:
    title: str
    work: Callable[[], Tally]


def check(argv: list[str]) -> int:
    return _run([*_static(), *_frontend_static(), *_drift()])


def test(argv: list[str]) -> int:
    if argv:
        return subprocess.call([PYTHON, "-m", "pytest", *argv], cwd=ROOT)
    steps = [*_static(), *_frontend_static(), *_drift()]
    steps.append(Step("Python tests", lambda: _counted([PYTHON, "-m", "pytest", "-q", "--tb=short", "-m", "not chaos", "-n", _workers(), "--dist", "worksteal"])))
    steps.append(Step("TypeScript tests", lambda: _counted(_npm("run", "test"), cwd=pages.FRONTEND, browser=True)))
    steps.append(Step("build of the pages", _build))
    steps.append(Step("what a browser loads for each page", lambda: _command(_npm("run", "size"), cwd=pages.FRONTEND)))
    steps.append(Step("demo: three clients, start to score", _demo))
    steps.append(Step("flows in a browser", _flows))
    return _run(steps)


def _static() -> list[Step]:
    folders = [name for name in ("admin", "api", "worker", "practice", "stack", "sandbox", "tests") if (ROOT / name).is_dir()]
    return [
        Step("lint", lambda: _command([PYTHON, "-m", "ruff", "check", "."])),
        Step("types", lambda: _command([PYTHON, "-m", "mypy", *folders])),
        Step("import contracts", lambda: _command([str(Path(PYTHON).with_name("lint-imports")), "--no-cache"])),
    ]


def _frontend_static() -> list[Step]:
    return [
        Step("packages of the pages", _install),
        Step("lint and types of the pages", lambda: _command(_npm("run", "check"), cwd=pages.FRONTEND)),
    ]


def _drift() -> list[Step]:
    return [
        Step("migrations match the models", _migrations_match),
        Step("the API's description and the types made from it", _description_matches),
    ]


def _run(steps: Sequence[Step]) -> int:
    began, total, red = time.monotonic(), Tally(), []
    for step in steps:
        at = time.monotonic()
        print(f"── {step.title} …", flush=True)
        try:
            tally = step.work()
        except (Red, RuntimeError, TimeoutError) as error:
            print(f"{error}\n   FAILED: {step.title}, {time.monotonic() - at:.0f} s", flush=True)
            red.append(step.title)
            tally = error.tally if isinstance(error, Red) else Tally(failed=1)
            total = Tally(total.passed + tally.passed, total.failed + tally.failed)
            continue
        total.passed += tally.passed
        print(f"   ok, {time.monotonic() - at:.0f} s" + (f", {tally.passed} tests" if tally.passed > 1 else ""), flush=True)
    minutes = (time.monotonic() - began) / 60
    print(f"\n{len(steps) - len(red)} of {len(steps)} steps in {minutes:.1f} minutes" + (f" (more than {_MINUTES})" if minutes > _MINUTES else ""))
    for title in red:
        print(f"red: {title}")
    print(f"\n{total.passed} passed, {total.failed} failed", flush=True)
    return 1 if red else 0


def _command(argv: Sequence[str], *, cwd: Path = ROOT, env: Mapping[str, str] | None = None) -> Tally:
    _output(argv, cwd=cwd, env=env)
    return Tally(passed=1)


def _counted(argv: Sequence[str], *, cwd: Path = ROOT, env: Mapping[str, str] | None = None, browser: bool = False) -> Tally:
    """Believes a runner only if it says how many tests it ran."""
    if browser and os.environ.get("BROWSER") != "none" and (chrome := find_browser()):
        env = {**(env or _node_env()), "CHROME_PATH": chrome}
    try:
        said = _output(argv, cwd=cwd, env=env)
    except Red as red:
        tally = _tally(str(red))
        raise Red(str(red), Tally(tally.passed, max(tally.failed, 1))) from None
    tally = _tally(said)
    if not tally.passed:
        raise Red(f"{said[-3000:]}\nit ended well and says of no test that it passed")
    for line in (line for line in said.splitlines() if re.search(r"\b[1-9]\d* (skipped|deselected|xfailed)", line)):
        print(f"   note: {line.strip()}")
    return tally


def _tally(said: str) -> Tally:
    """From a runner's closing line. Vitest counts its files on one line and its tests on the next."""
    closing = [line for line in said.splitlines() if re.search(r"\d+ (passed|failed)", line) and "Test Files" not in line]
    found = dict(reversed(pair) for pair in re.findall(r"(\d+) (passed|failed)", closing[-1])) if closing else {}
    return Tally(int(found.get("passed", 0)), int(found.get("failed", 0)))


def _output(argv: Sequence[str], *, cwd: Path, env: Mapping[str, str] | None) -> str:
    if env is None:
        env = _node_env() if cwd == pages.FRONTEND else os.environ
    with tempfile.TemporaryFile() as output:
        process = spawn.spawn(argv, env=env, cwd=cwd, output=output.fileno())
        try:
            code = process.wait(_LIMIT)
        except subprocess.TimeoutExpired:
            code = None
        except BaseException:
            spawn.stop(process, by=signal.SIGTERM, grace=10)
            raise
        if code is None:
            spawn.stop(process, by=signal.SIGTERM, grace=10)
        output.seek(0)
        said = re.sub(r"\x1b\[[0-9;]*[A-Za-z]", "", output.read().decode(errors="replace"))
    if code != 0:
        ended = f"did not end within {_LIMIT:.0f} s" if code is None else f"ended with {code}"
        raise Red(f"{said[-12000:].rstrip()}\n   {' '.join(str(part) for part in argv)[:200]} {ended}")
    return said


def _node() -> pages.Node:
    return pages.Node(var_folder())


def _node_env() -> dict[str, str]:
    return _node().env | {"CI": "true", "NO_COLOR": "1"}


def _npm(*args: str) -> list[str]:
    return _node().npm(*args)


def _workers() -> str:
    return os.environ.get("PYTEST_WORKERS") or str(min(os.cpu_count() or 2, 4))


def _install() -> Tally:
    pages.install_modules(_node(), var_folder())
    return Tally(passed=1)


def _build() -> Tally:
    pages.build_pages(var_folder())
    return Tally(passed=1)


def _migrations_match() -> Tally:
    with tempfile.TemporaryDirectory(prefix="bulkhead-") as folder:
        postgres = Postgres(Path(folder) / "pg", sockets=Path(folder) / "run", durable=False)
        try:
            postgres.start()
            env = os.environ | {"DATABASE_URL": postgres.url(), "ENVIRONMENT": "test"}
            for command in (["upgrade", "head"], ["check"]):
                _output([PYTHON, "-m", "alembic", *command], cwd=ROOT, env=env)
        finally:
            postgres.stop()
    return Tally(passed=1)


def _description_matches() -> Tally:
    """Makes both anew and looks whether that changed anything; what is newer stays, to be read and committed."""
    schema, types = pages.FRONTEND / "openapi.json", pages.FRONTEND / "src" / "api" / "generated"
    before = _mark([schema, *types.rglob("*")])
    _output([PYTHON, "-m", "api.openapi"], cwd=ROOT, env=os.environ | {"ENVIRONMENT": "test"})
    _output(_npm("run", "api"), cwd=pages.FRONTEND, env=None)
    if _mark([schema, *types.rglob("*")]) != before:
        raise Red("frontend/openapi.json or frontend/src/api/generated was out of step; both are new now: read and commit them")
    return Tally(passed=1)


def _mark(files: Sequence[Path]) -> str:
    return hashlib.sha256(b"".join(str(file).encode() + file.read_bytes() for file in sorted(files) if file.is_file())).hexdigest()


@contextmanager
def running_stack() -> Iterator[dict[str, str]]:
    """A stack of its own, on free ports, with data of its own; gone afterwards. Yields what finds it."""
    with tempfile.TemporaryDirectory(prefix="bulkhead-") as folder:
        own = {name: str(free_port()) for name in ("PORT", "SANDBOX_PORT", "MAILBOX_PORT", "MAILBOX_SMTP_PORT")}
        taken = {"DATABASE_URL", "REDIS_URL", "XERO_CLIENT_ID", "SMTP_HOST", "BASE_URL"}
        env = {key: value for key, value in os.environ.items() if key not in taken}
        env |= own | {"BULKHEAD_VAR": folder, "BASE_URL": f"http://localhost:{own['PORT']}"}
        log = var_folder() / "log" / "checks-stack.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("wb") as output:
            process = spawn.spawn([PYTHON, "-m", "stack.main", "up"], env=env, cwd=ROOT, output=output.fileno())
        try:
            ready = f"{env['BASE_URL']}/api/v1/health/ready"
            spawn.wait_until(lambda: answers(ready), process, what="Bulkhead", log=log, seconds=300)
            yield env | {
                "SANDBOX_URL": f"http://127.0.0.1:{own['SANDBOX_PORT']}",
                "MAILBOX_URL": f"http://localhost:{own['MAILBOX_PORT']}",
                "STACK_LOG": str(log),
            }
        finally:
            spawn.stop(process, by=signal.SIGTERM, grace=60)


def _demo() -> Tally:
    with running_stack() as env:
        return _command([PYTHON, "-m", "stack.main", "demo"], env=env | {"CLIENTS": "3"})


def _flows() -> Tally:
    if os.environ.get("BROWSER") == "none":
        print("   not run, as asked: BROWSER=none")
        return Tally()
    chrome = find_browser()
    if chrome is None:
        raise Red(_MENDING)
    with running_stack() as env:
        wanted = {name: env[name] for name in ("PORT", "SANDBOX_PORT", "BASE_URL", "SANDBOX_URL", "MAILBOX_URL", "STACK_LOG")}
        return _counted(_npm("run", "e2e"), cwd=pages.FRONTEND, env=_node_env() | wanted | {"CHROME_PATH": chrome})


def find_browser() -> str | None:
    if named := os.environ.get("CHROME_PATH"):
        return named if Path(named).exists() else None
    for name in BROWSERS:
        if found := shutil.which(name):
            return found
    caches = [Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache/ms-playwright")]
    caches.append(Path.home() / "Library/Caches/ms-playwright")
    for cache in caches:
        for pattern in ("chromium-*/chrome-linux*/chrome", "chromium-*/chrome-mac*/*.app/Contents/MacOS/*"):
            if installed := sorted(cache.glob(pattern)):
                return str(installed[-1])
    mac = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
    return str(mac) if mac.exists() else None
