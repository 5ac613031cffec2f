"""Writes the three lock files: pinned, hashed, for every platform, and naming no package index.

`python -m stack.lock` keeps what is pinned as far as pyproject.toml allows it; `--upgrade` takes the newest.
"""

import subprocess
import sys
from pathlib import Path

from stack.places import ROOT

LOCKS = {
    "requirements-server.lock": [],  # what the image carries
    "requirements.lock": ["--extra", "embedded"],  # ./run
    "requirements-dev.lock": ["--extra", "embedded", "--group", "dev"],  # ./run test
}


def main(argv: list[str]) -> int:
    uv = Path(sys.executable).with_name("uv")
    # The widest first, so that the narrower ones follow its choices and all three agree.
    widest, *narrower = reversed(LOCKS)
    for lock in (widest, *narrower):
        options = ["--universal", "--python-version", "3.11", "--generate-hashes", "--no-header", "--no-annotate", "--quiet"]
        if lock != widest:
            options += ["--constraint", widest]
        # --no-config: a mirror that this machine is set up with must not find its way in.
        command = [str(uv), "pip", "compile", "pyproject.toml", "--no-config", *options, *LOCKS[lock], *argv, "--output-file", lock]
        if code := subprocess.call(command, cwd=ROOT):
            return code
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
