"""The supervisor with tiny programs: one log, what dies comes back, everything stops in order, nothing is left."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from stack import supervisor
from stack.places import ROOT
from stack.spawn import wait_for_end

# Says that it runs, and says so when it is asked to stop. The signal is held until it is asked for: it may come at any moment.
TINY = """
import signal
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
print("running", flush=True)
signal.sigwait({signal.SIGTERM})
print("stopping", flush=True)
"""

STACK = """
import sys
from pathlib import Path
from types import SimpleNamespace
from stack.supervisor import Log, Program, Supervisor
var, tiny = Path(sys.argv[1]), sys.argv[2]
log = Log(var / "run.log")
with Supervisor(var, log) as supervisor:
    supervisor.run_once(Program("migrate", [sys.executable, "-c", "print('once')"], var), {})
    below = [Program("below", [sys.executable, "-c", tiny], var)]
    above = [Program("above", [sys.executable, "-c", tiny], var), Program("second", [sys.executable, "-c", tiny], var)]
    supervisor.keep([below, above], {}, ready=lambda: True, when_ready=lambda: print("READY", flush=True))
"""


class Stack:
    def __init__(self, var: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", STACK, str(var), TINY], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        self.lines: list[str] = []

    def read_until(self, text: str, times: int = 1) -> list[str]:
        assert self.process.stdout is not None
        while sum(text in line for line in self.lines) < times:
            line = self.process.stdout.readline()
            assert line, f"ended without saying {text!r}:\n{''.join(self.lines)}"
            self.lines.append(line)
        return self.lines

    def read_rest(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.read()

    def children(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    running = Stack(tmp_path)
    try:
        yield running
    finally:
        running.process.kill()
        running.process.wait()
        assert running.process.stdout is not None
        running.process.stdout.close()


def test_each_line_says_whose_it_is(stack: Stack) -> None:
    lines = stack.read_until("| running", times=3)
    assert "migrate | once\n" in lines
    assert sorted(line.split("|")[0].strip() for line in lines if "running" in line) == ["above", "below", "second"]


def test_what_dies_comes_back(stack: Stack, tmp_path: Path) -> None:
    stack.read_until("| running", times=3)
    stack.children()[1].kill()
    lines = stack.read_until("| running", times=4)
    assert any("ended with -9; again in 0.5 s" in line for line in lines)
    assert len(stack.children()) == 3
    assert "ended with -9" in (tmp_path / "run.log").read_text()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_asked_to_stop_it_stops_the_upper_floor_first(stack: Stack, number: signal.Signals) -> None:
    stack.read_until("| running", times=3)
    children = stack.children()
    stack.process.send_signal(number)
    rest = stack.read_rest()
    assert stack.process.wait(20) == 0
    order = [line.split("|")[0].strip() for line in rest.splitlines() if line.endswith("stopping")]
    assert sorted(order[:2]) == ["above", "second"]
    assert order[2:] == ["below"]
    assert wait_for_end(children, seconds=0) == []


def test_second_supervisor_of_one_folder_is_refused(stack: Stack, tmp_path: Path) -> None:
    stack.read_until("READY")
    second = subprocess.run(
        [sys.executable, "-c", STACK, str(tmp_path), TINY], cwd=ROOT, capture_output=True, text=True, timeout=30, check=False
    )
    assert "another ./run is using" in second.stderr
    assert stack.process.poll() is None


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere no kernel call ties a child to its parent; the test below holds")
def test_killed_supervisor_leaves_nothing(stack: Stack) -> None:
    stack.read_until("| running", times=3)
    children = stack.children()
    stack.process.kill()
    assert wait_for_end(children, seconds=30) == []


def test_next_start_clears_what_was_left(tmp_path: Path) -> None:
    """As after a crash on a system whose kernel ties nothing together."""
    with subprocess.Popen([sys.executable, "-c", TINY], stdout=subprocess.PIPE) as orphan:
        assert orphan.stdout is not None
        assert orphan.stdout.readline() == b"running\n"
        born = psutil.Process(orphan.pid).create_time()
        (tmp_path / "programs.json").write_text(f"[[{orphan.pid}, {born}], [{os.getpid()}, {time.monotonic()}]]")
        running = Stack(tmp_path)
        try:
            assert any("stopped 1 processes that an earlier run left behind" in line for line in running.read_until("READY"))
            assert orphan.wait(30) == 0
        finally:
            running.process.terminate()
            running.read_rest()
            running.process.wait(20)
            assert running.process.stdout is not None
            running.process.stdout.close()


def test_what_a_program_started_ends_with_it(tmp_path: Path) -> None:
    careless = "import subprocess; print('child', subprocess.Popen(['sleep', '600']).pid, flush=True)\n" + TINY
    process = subprocess.Popen(
        [sys.executable, "-c", STACK, str(tmp_path), careless], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert process.stdout is not None
    grandchildren: list[psutil.Process] = []
    while len(grandchildren) < 3:
        line = process.stdout.readline()
        assert line
        if "child" in line:
            grandchildren.append(psutil.Process(int(line.split()[-1])))
    process.terminate()
    process.communicate(timeout=30)
    assert wait_for_end(grandchildren, seconds=30) == []


def test_program_that_cannot_start_is_given_up(tmp_path: Path) -> None:
    """Rather than tried for ever while somebody waits for an address to open."""
    script = STACK.replace("ready=lambda: True", "ready=lambda: False")
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path), "raise SystemExit('no database')"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert "cannot start: it ended 3 times, and its lines above say why" in done.stderr
    assert done.stdout.count("| no database") >= 3


def test_no_room_for_the_log_stops_nothing(tmp_path: Path) -> None:
    """No file may grow, as on a full disk; the terminal still says everything."""
    script = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))\n" + STACK
    process = subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path), TINY], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert process.stdout is not None
    for line in process.stdout:
        if "READY" in line:
            break
    process.terminate()
    rest, _ = process.communicate(timeout=60)
    assert process.returncode == 0, rest
    assert (tmp_path / "run.log").read_text() == ""


class Unwilling:
    """A server that ends, and twice finds no room to start again."""

    name = "server"

    def __init__(self) -> None:
        self.tries = 0

    @property
    def ended(self) -> int | None:
        return None if self.tries > 2 else 1

    def start(self) -> None:
        self.tries += 1
        if self.tries in (1, 2):
            raise RuntimeError("no room")

    def stop(self) -> None:
        pass


def test_a_server_that_cannot_start_again_is_tried_until_it_can(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr(supervisor, "time", SimpleNamespace(monotonic=lambda: now))
    server = Unwilling()
    with closing(supervisor.Log(tmp_path / "run.log")) as log:
        tending = supervisor.Supervisor(tmp_path, log)
        tending._servers.append(server)
        tries = []
        for _ in range(6):
            tending._tend({})
            tries.append(server.tries)
            now += supervisor._SERVERS_PAUSE / 2
    assert tries == [1, 1, 2, 2, 3, 3]
    assert (tmp_path / "run.log").read_text().count("no room") == 2
