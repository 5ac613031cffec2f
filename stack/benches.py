"""The benchmarks: each is a module of bench/ that starts what it needs and prints a table."""

import os
import subprocess
import sys

from stack.places import ROOT

BENCHES = {
    "bench-import": "bench.imports", "bench-pages": "bench.pages", "bench-limits": "bench.limits",
    "bench-scoring": "bench.scoring", "bench-xpm": "bench.xpm",
    "bench-xpm-matching": "bench.xpm_matching",
}  # fmt: skip


def bench(name: str, argv: list[str]) -> int:
    env = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    return subprocess.call([sys.executable, "-m", BENCHES[name], *argv], cwd=ROOT, env=env)
