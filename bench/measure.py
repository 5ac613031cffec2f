"""Watches processes: the CPU that a tree of them used, and the most memory it held at one moment."""

import os
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil

EVERY_SECONDS = 0.05
MIB = 1024 * 1024


def cpu_seconds(pid: int) -> float:
    """User and system time of a process and all it started, ended ones included."""
    total = 0.0
    try:
        root = psutil.Process(pid)
        tree = [root, *root.children(recursive=True)]
    except psutil.Error:
        return 0.0
    for process in tree:
        try:
            used = process.cpu_times()
        except psutil.Error:
            continue
        # What a process waited for is counted with it; what nobody has waited for yet is in the list itself.
        total += used.user + used.system + getattr(used, "children_user", 0.0) + getattr(used, "children_system", 0.0)
    return total


class Watch:
    """Samples trees of processes while it is open. `alone_mib` is the first process without its children."""

    def __init__(self, *pids: int) -> None:
        self._pids = pids
        self._before = {pid: cpu_seconds(pid) for pid in pids}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._sample, daemon=True)
        self._last = dict(self._before)
        self.peak_mib = 0.0
        self.alone_mib = 0.0

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stop.set()
        self._thread.join()
        self._look(deep=True)

    @property
    def cpu_s(self) -> float:
        return sum(self._last[pid] - self._before[pid] for pid in self._pids)

    def _sample(self) -> None:
        looks = 0
        while not self._stop.wait(EVERY_SECONDS):
            self._look(deep=looks % 4 == 0)
            looks += 1

    def _look(self, *, deep: bool) -> None:
        whole = 0.0
        for at, pid in enumerate(self._pids):
            try:
                root = psutil.Process(pid)
                own = root.memory_info().rss / MIB
                below = sum(_rss(child) for child in root.children(recursive=True)) if deep or at == 0 else 0.0
            except psutil.Error:
                continue
            if at == 0:
                self.alone_mib = max(self.alone_mib, own)
            whole += own + below
            if deep:
                self._last[pid] = max(self._last[pid], cpu_seconds(pid))
        self.peak_mib = max(self.peak_mib, whole)


def _rss(process: psutil.Process) -> float:
    try:
        return float(process.memory_info().rss) / MIB
    except psutil.Error:
        return 0.0


def machine() -> str:
    """One line: what this ran on, and how busy it was."""
    model = next(
        (line.partition(":")[2].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")), "?"
    )
    memory = psutil.virtual_memory().total / 1024**3
    load = ", ".join(f"{value:.2f}" for value in os.getloadavg())
    return f"{os.cpu_count()} cores ({model}), {memory:.0f} GiB; load {load} at {time.strftime('%Y-%m-%d %H:%M:%S %Z')}"


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text().splitlines()
    except OSError:
        return []
