"""Watches processes: the CPU that a tree of them used, and the most memory it held at one moment."""

import os
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil

EVERY_SECONDS = 0.1
MIB = 1024 * 1024


@dataclass(frozen=True)
class Used:
    """CPU seconds of a process itself, and of all it started, ended ones included."""

    own: float = 0.0
    below: float = 0.0

    @classmethod
    def by(cls, pid: int) -> "Used":
        try:
            root = psutil.Process(pid)
            mine = root.cpu_times()
            # What a process waited for is counted with it; what nobody has waited for yet is among its children.
            own, below = mine.user + mine.system, mine.children_user + mine.children_system
            children = root.children(recursive=True)
        except psutil.Error:
            return cls()
        for child in children:
            try:
                its = child.cpu_times()
            except psutil.Error:
                continue
            below += its.user + its.system + its.children_user + its.children_system
        return cls(own, below)


class Watch:
    """Samples a tree of processes while it is open. `alone_mib` is its root without its children."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._before = self._last = Used.by(pid)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._sample, daemon=True)
        self.peak_mib = 0.0
        self.alone_mib = 0.0

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stop.set()
        self._thread.join()
        self._look()
        self._count()

    @property
    def cpu_s(self) -> float:
        return self._last.own - self._before.own + self.children_cpu_s

    @property
    def children_cpu_s(self) -> float:
        return self._last.below - self._before.below

    def _sample(self) -> None:
        looks = 0
        while not self._stop.wait(EVERY_SECONDS):
            self._look()
            if looks % 5 == 0:
                self._count()
            looks += 1

    def _count(self) -> None:
        now = Used.by(self._pid)
        self._last = Used(max(self._last.own, now.own), max(self._last.below, now.below))

    def _look(self) -> None:
        try:
            root = psutil.Process(self._pid)
            own = root.memory_info().rss / MIB
            whole = own + sum(_rss(child) for child in root.children(recursive=True))
        except psutil.Error:
            return
        self.alone_mib = max(self.alone_mib, own)
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
