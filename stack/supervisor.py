"""Keeps the servers and programs running, puts their output into one readable log, and stops them in order.

One thread and one loop: the kernel ties each child to the thread that started it (spawn.py).
"""

import contextlib
import fcntl
import json
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Protocol, Self

import psutil

from stack import spawn

_FUTILE = 3  # a program that ended so often before all was ready will not get there
_FIRST_PAUSE, _LONGEST_PAUSE, _GOOD_HEALTH = 0.5, 30.0, 60.0
_SERVERS_PAUSE = 5.0
_COLOURS = {"api": 36, "worker": 32, "sandbox": 35, "mailbox": 34, "pages": 33}


class Server(Protocol):
    name: str

    @property
    def ended(self) -> int | None: ...
    def start(self) -> None: ...
    def stop(self) -> None: ...


@dataclass
class Program:
    name: str
    argv: Sequence[str]
    cwd: Path
    grace: float = 10.0
    process: subprocess.Popen[bytes] | None = None
    pause: float = _FIRST_PAUSE
    ends: int = 0
    began: float = 0.0
    due: float = 0.0
    rest: bytes = field(default=b"", repr=False)


class Log:
    """`api     | …` on the terminal, the same lines in var/log/run.log. What cannot be written, with a full disk, is left out."""

    def __init__(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        if file.exists():
            file.replace(file.with_suffix(".log.1"))
        self._file = file.open("ab", buffering=0)  # what did not fit is not kept for later
        self._colour = sys.stdout.isatty() and "NO_COLOR" not in os.environ

    def line(self, name: str, text: str) -> None:
        plain = f"{name:<8}| {text}\n"
        with contextlib.suppress(OSError):
            self._file.write(plain.encode())
        if self._colour:
            plain = f"\033[{_COLOURS.get(name, 37)}m{name:<8}|\033[0m {text}\n"
        with contextlib.suppress(OSError):  # whoever read us is gone; the file has it
            sys.stdout.write(plain)
            sys.stdout.flush()

    def close(self) -> None:
        self._file.close()


class Stopped(Exception):
    """Somebody asked us to stop while something was still starting."""


class Supervisor:
    def __init__(self, var: Path, log: Log) -> None:
        self._var = var
        self._log = log
        self._lock: IO[str] | None = None
        self._servers: list[Server] = []
        self._not_before: dict[str, float] = {}
        self._floors: list[list[Program]] = []
        self._outputs = selectors.DefaultSelector()
        self._asked = 0

    def __enter__(self) -> Self:
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._ask_to_stop)
        lock = (self._var / "stack.lock").open("w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            raise RuntimeError(f"another ./run is using {self._var}; stop that one first") from None
        self._lock = lock
        self._clear_leftovers()
        return self

    def __exit__(self, *_: object) -> None:
        for programs in reversed(self._floors):
            self._stop_together(programs)
        for server in reversed(self._servers):
            server.stop()
        (self._var / "programs.json").unlink(missing_ok=True)
        if self._lock is not None:
            self._lock.close()

    @property
    def asked_to_stop(self) -> bool:
        return self._asked > 0

    def start_server(self, server: Server) -> None:
        self._servers.append(server)
        server.start()
        if self.asked_to_stop:
            raise Stopped

    def run_once(self, program: Program, env: Mapping[str, str]) -> None:
        """To its end, its output in the log; raises where it fails."""
        self._start(program, env)
        assert program.process is not None
        self._floors.append([program])  # so that it is stopped with the rest if we are asked to meanwhile
        while program.process.poll() is None:
            self._read(0.1)
            if self.asked_to_stop:
                raise Stopped
        self._read_to_end(program)
        self._floors.pop()
        if program.process.returncode:
            raise RuntimeError(f"{program.name} ended with {program.process.returncode}; its lines above say why")

    def keep(
        self, floors: list[list[Program]], env: Mapping[str, str], *, ready: Callable[[], bool], when_ready: Callable[[], None]
    ) -> None:
        """Runs until asked to stop. Floors are started in order and stopped in the opposite one."""
        self._floors += floors
        announced, look = False, 0.0
        while not self.asked_to_stop:
            self._tend(env)
            futile = next((program for programs in floors for program in programs if program.ends >= _FUTILE), None)
            if futile and not announced:
                raise RuntimeError(f"{futile.name} cannot start: it ended {futile.ends} times, and its lines above say why")
            self._read(0.2)
            if not announced and time.monotonic() >= look:
                look = time.monotonic() + 0.3
                if ready():
                    announced = True
                    when_ready()

    def _tend(self, env: Mapping[str, str]) -> None:
        now = time.monotonic()
        for server in self._servers:
            if (code := server.ended) is not None and now >= self._not_before.get(server.name, 0):
                self._log.line(server.name, f"ended with {code}; starting it again")
                try:
                    server.start()
                except (RuntimeError, OSError) as error:
                    # A full disk is one reason: the others stay, and say what they cannot do, until there is room.
                    self._log.line(server.name, f"{error}\nagain in {_SERVERS_PAUSE:g} s")
                    self._not_before[server.name] = time.monotonic() + _SERVERS_PAUSE
        for program in (program for programs in self._floors for program in programs):
            if program.process is not None and program.process.poll() is not None:
                self._read_to_end(program)
                if now - program.began > _GOOD_HEALTH:
                    program.pause = _FIRST_PAUSE
                self._log.line(program.name, f"ended with {program.process.returncode}; again in {program.pause:g} s")
                program.process, program.due = None, now + program.pause
                program.ends += 1
                program.pause = min(program.pause * 2, _LONGEST_PAUSE)
            if program.process is None and now >= program.due:
                self._start(program, env)

    def _start(self, program: Program, env: Mapping[str, str]) -> None:
        program.began = time.monotonic()
        program.process = spawn.spawn(program.argv, env=env, cwd=program.cwd, output=subprocess.PIPE)
        assert program.process.stdout is not None
        os.set_blocking(program.process.stdout.fileno(), False)
        self._outputs.register(program.process.stdout, selectors.EVENT_READ, program)
        self._remember()

    def _stop_together(self, programs: list[Program]) -> None:
        alive = [program for program in programs if program.process is not None]
        for program in alive:
            assert program.process is not None
            if program.process.poll() is None:
                program.process.terminate()
        asked_before, end = self._asked, time.monotonic() + max((program.grace for program in alive), default=0)
        for program in alive:
            assert program.process is not None
            while program.process.poll() is None:
                self._read(0.05)  # a full pipe would keep it from ending
                if time.monotonic() > end or self._asked > max(asked_before, 1):
                    self._log.line(program.name, "did not stop in time; killed")
                    program.process.kill()
                    program.process.wait()
            self._read_to_end(program)
            program.process = None

    def _read(self, seconds: float) -> None:
        if not self._outputs.get_map():
            time.sleep(seconds)
            return
        for key, _ in self._outputs.select(seconds):
            self._read_some(key.data)

    def _read_some(self, program: Program) -> bool:
        """Whether more may come."""
        assert program.process is not None
        assert program.process.stdout is not None
        try:
            chunk = os.read(program.process.stdout.fileno(), 65536)
        except BlockingIOError:
            return False
        *lines, program.rest = (program.rest + chunk).split(b"\n")
        for line in lines:
            self._log.line(program.name, line.decode(errors="replace").rstrip("\r"))
        if not chunk:
            self._outputs.unregister(program.process.stdout)
            program.process.stdout.close()
        return bool(chunk)

    def _read_to_end(self, program: Program) -> None:
        """Of a program that has ended: its last lines, and the end of what it left behind."""
        assert program.process is not None
        spawn.sweep(program.process)
        pipe = program.process.stdout
        while pipe is not None and not pipe.closed and self._read_some(program):
            pass
        if program.rest:
            self._log.line(program.name, program.rest.decode(errors="replace"))
            program.rest = b""
        if pipe is not None and not pipe.closed:
            self._outputs.unregister(pipe)
            pipe.close()

    def _remember(self) -> None:
        """For the next start, where no kernel call ties a child to its parent."""
        running = [program.process.pid for programs in self._floors for program in programs if program.process is not None]
        notes = []
        for pid in running:
            with contextlib.suppress(psutil.Error):
                notes.append([pid, psutil.Process(pid).create_time()])
        with contextlib.suppress(OSError):
            (self._var / "programs.json").write_text(json.dumps(notes))

    def _clear_leftovers(self) -> None:
        try:
            notes = json.loads((self._var / "programs.json").read_text())
        except (OSError, ValueError):
            return
        left = []
        for pid, born in notes:
            with contextlib.suppress(psutil.Error):
                process = psutil.Process(pid)
                if abs(process.create_time() - born) < 1:
                    left += [process, *process.children(recursive=True)]
        for process in left:
            with contextlib.suppress(psutil.Error):
                process.terminate()
        for process in spawn.wait_for_end(left, seconds=10):
            with contextlib.suppress(psutil.Error):
                process.kill()
        if left:
            self._log.line("stack", f"stopped {len(left)} processes that an earlier run left behind")

    def _ask_to_stop(self, *_: object) -> None:
        self._asked += 1
