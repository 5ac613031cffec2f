"""Starts a process that does not outlive its parent, and finds the ones that did all the same.

On Linux the kernel itself ends the child when the *thread* that started it ends: start from the main thread only.
Elsewhere nothing of the kind exists, and whoever starts next clears up (`outlived`).
"""

import contextlib
import ctypes
import os
import platform
import signal
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import IO

import psutil

_LINUX = platform.system() == "Linux"
_PR_SET_PDEATHSIG = 1
_CLONE_NEWUSER = 0x10000000
NOBODY = 65534


def spawn(
    argv: Sequence[str | Path],
    *,
    env: Mapping[str, str],
    cwd: Path,
    output: IO[bytes] | int,
    on_orphaned: signal.Signals = signal.SIGTERM,
    as_nobody: bool = False,
) -> subprocess.Popen[bytes]:
    """A session of its own, so that Ctrl-C in the terminal reaches the supervisor alone, which then stops all in order."""
    return subprocess.Popen(
        [str(part) for part in argv],
        env=dict(env),
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        preexec_fn=_in_the_child(on_orphaned, as_nobody=as_nobody),  # noqa: PLW1509 (no threads here; see above)
    )


def stop(process: subprocess.Popen[bytes], *, by: signal.Signals, grace: float) -> int:
    if process.poll() is None:
        process.send_signal(by)
        try:
            process.wait(grace)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    return process.returncode


def sweep(process: subprocess.Popen[bytes]) -> None:
    """What an ended process started itself and left behind: all of them are in its process group."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


def can_be_nobody() -> bool:
    """Whether this kernel lets uid 0 open a user namespace (some containers forbid it)."""
    if not _LINUX:
        return False
    try:
        subprocess.run(["true"], preexec_fn=_in_the_child(signal.SIGTERM, as_nobody=True), check=True)
    except (OSError, subprocess.SubprocessError):
        return False
    return True


def outlived(names: Iterable[str], cwd: Path) -> list[psutil.Process]:
    """Live processes of these names that sit in this folder."""
    wanted, found = set(names), []
    for process in psutil.process_iter(["name", "status"]):
        if process.info["name"] not in wanted or process.info["status"] == psutil.STATUS_ZOMBIE:
            continue
        try:
            if Path(process.cwd()) == cwd.resolve():
                found.append(process)
        except (psutil.Error, OSError):
            continue
    return found


def wait_for_end(processes: Iterable[psutil.Process], *, seconds: float) -> list[psutil.Process]:
    """Those still there afterwards. A zombie has ended: in a container nobody may ever collect it."""
    end = time.monotonic() + seconds
    left = list(processes)
    while left := [process for process in left if _lives(process)]:
        if time.monotonic() > end:
            break
        time.sleep(0.02)
    return left


def _lives(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def wait_until(ready: Callable[[], bool], process: subprocess.Popen[bytes], *, what: str, log: Path, seconds: float) -> None:
    end = time.monotonic() + seconds
    while not ready():
        if process.poll() is not None:
            raise RuntimeError(f"{what} ended with {process.returncode} while starting; {log} says why:\n{tail(log)}")
        if time.monotonic() > end:
            raise TimeoutError(f"{what} was not ready after {seconds:.0f} s; see {log}:\n{tail(log)}")
        time.sleep(0.01)


def tail(log: Path, lines: int = 15) -> str:
    try:
        return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
    except OSError:
        return ""


def _in_the_child(on_orphaned: signal.Signals, *, as_nobody: bool) -> Callable[[], None] | None:
    if not _LINUX:
        return None
    libc = ctypes.CDLL(None, use_errno=True)  # loaded before the fork: the child only calls it

    def prepare() -> None:
        if as_nobody:
            # uid 0 outside is 65534 inside: the program sees no root, and files stay root's own, below a closed home too.
            if libc.unshare(_CLONE_NEWUSER) != 0:
                raise OSError(ctypes.get_errno(), "unshare")
            for name, text in (("setgroups", "deny"), ("uid_map", f"{NOBODY} 0 1"), ("gid_map", f"{NOBODY} 0 1")):
                Path(f"/proc/self/{name}").write_text(text, encoding="ascii")
        libc.prctl(_PR_SET_PDEATHSIG, int(on_orphaned), 0, 0, 0)

    return prepare


def is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0
