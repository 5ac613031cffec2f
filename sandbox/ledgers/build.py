"""Makes an organisation's file of books, once: `python -m sandbox.ledgers.build --all` makes every one, the small ones first."""

import argparse
import contextlib
import ctypes
import fcntl
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path

from ..world.composed import base_seed
from ..world.organisations import Organisation, organisation, organisations
from ..world.seed import Seed
from .accounts import file_settings, open_accounts
from .books import SHIFT, Books
from .calendar import day_in
from .contacts import file_contacts, open_contacts
from .exact import ExactBooks, copy_books, fill
from .flaws import plant_after, plant_all
from .register import fill_register
from .store import Writer
from .trade import trade
from .truth import compile_truth

# Part of the file's name: books of another version are made anew.
VERSION = 13
KEPT_SECONDS = 2 * 86_400
PACKAGE = __package__ or "ledgers"
PACKAGE_PARENT = Path(__file__).resolve().parents[len(PACKAGE.split("."))]


def directory(root: Path | None) -> Path:
    """Where files of books are kept: the folder named, SANDBOX_DIR, or one beside other temporary files."""
    chosen = os.environ.get("SANDBOX_DIR", "").strip()
    return (root or (Path(chosen) if chosen else Path(tempfile.gettempdir()) / "xero-sandbox")) / "ledgers"


def path_of(seed: Seed, tenant_id: str, today: date, root: Path | None = None) -> Path:
    # A composed world's tenants are named by what they hold, whoever else is in it.
    return directory(root) / f"{base_seed(seed)}-{today.isoformat()}-v{VERSION}-{tenant_id}.sqlite"


def built(seed: Seed, tenant_id: str, today: date, root: Path | None = None) -> Path:
    """The organisation's file, made now if it is not there; whoever comes second, in whatever process, waits for the first."""
    path = path_of(seed, tenant_id, today, root)
    if path.exists():
        return path
    one = organisation(seed, tenant_id)
    if one is None:
        raise LookupError(tenant_id)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            unfinished = path.with_suffix(".part")
            unfinished.unlink(missing_ok=True)
            if one.twin_of:
                copy_books(built(seed, one.twin_of, today, root), one, unfinished)
            else:
                write_books(one, seed, today, unfinished)
            unfinished.rename(path)
    path.with_suffix(".lock").unlink(missing_ok=True)
    return path


def write_books(one: Organisation, seed: Seed, today: date, path: Path) -> None:
    writer = Writer(path)
    books = (ExactBooks if one.rows else Books)(one, seed, today, writer)
    open_accounts(books)
    if one.rows:
        fill(books)
    else:
        maker = open_contacts(books)
        plant_all(maker)
        trade(books, maker)
        plant_after(maker)
    fill_register(books)
    file_settings(books)
    file_contacts(books)
    ids = [account.id for account in books.accounts]
    text = books.day_text
    writer.sums(
        ((ids[key % SHIFT], text(key // SHIFT), cents) for key, cents in books.postings.items()),
        (
            (ids[key % SHIFT], text(key // SHIFT), books.received.get(key, 0), books.spent.get(key, 0))
            for key in {**books.received, **books.spent}
        ),
    )
    database = writer.finish_rows()
    kept = {"truth": compile_truth(books, database), "statements": books.facts.get("statements", {})}
    kept["register"] = books.register
    writer.close({name: json.dumps(value) for name, value in kept.items()})


def build_in_background(seed: Seed, today: date | datetime, root: Path | None = None) -> subprocess.Popen[bytes]:
    """Makes every organisation's books beside the server, at the lowest priority, and clears away those of days gone by."""
    names = ["--seed", str(seed), "--today", today.isoformat(), *(["--directory", str(root)] if root else [])]
    return subprocess.Popen(  # noqa: S603 - this very module
        [sys.executable, "-m", f"{PACKAGE}.build", "--all", "--tidy", *names],
        cwd=PACKAGE_PARENT,
        stdout=subprocess.DEVNULL,
    )


def _tidy(root: Path | None, days: set[date]) -> None:
    for path in directory(root).glob("*"):
        with contextlib.suppress(OSError):
            if (
                not any(f"-{day.isoformat()}-v{VERSION}-" in path.name for day in days)
                and time.time() - path.stat().st_mtime > KEPT_SECONDS
            ):
                path.unlink()


def _end_with_parent() -> None:
    """A server that was killed cannot end us; on Linux the kernel does."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, int(signal.SIGTERM), 0, 0, 0)  # PR_SET_PDEATHSIG


def _day_or_moment(text: str) -> date | datetime:
    return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)


def _seed(text: str) -> Seed:
    return text if ":" in text else int(text)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--all", action="store_true", help="every organisation, small ones first")
    parser.add_argument("--tenant", action="append", default=[], help="one organisation; may be repeated")
    parser.add_argument("--seed", type=_seed, default=os.environ.get("SEED") or "1", help="a number, or a number and a composition")
    parser.add_argument(
        "--today",
        type=_day_or_moment,
        default=os.environ.get("SANDBOX_TODAY") or datetime.now(UTC).isoformat(),
        help="a day, or a moment: then the day it is where each organisation is",
    )
    parser.add_argument("--directory", type=Path)
    parser.add_argument("--tidy", action="store_true", help="run gently, and clear away the books of days gone by")
    chosen = parser.parse_args()
    everyone = sorted(organisations(chosen.seed), key=lambda one: one.documents)
    if chosen.tidy:
        _end_with_parent()
        os.nice(15)
        _tidy(chosen.directory, {day_in(one.zone, chosen.today) for one in everyone})
    for one in everyone:
        if chosen.all or one.tenant_id in chosen.tenant:
            began = time.perf_counter()
            built(chosen.seed, one.tenant_id, day_in(one.zone, chosen.today), chosen.directory)
            print(f"{one.name}: {one.documents} documents, {time.perf_counter() - began:.2f} s", flush=True)


if __name__ == "__main__":
    main()
