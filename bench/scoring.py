"""What scoring costs, from rows in the database to a new score: `python -m bench.scoring`, or `./run bench-scoring`.

Each case has books of its own (fill_books.py, SEED=1) in a PostgreSQL of this bench's own, and is judged in a process of
its own on one core with one Polars thread, as the worker's child judges it; PostgreSQL works beside it. `load` fetches what
the catalogue's checks read, `checks` is all of them and the score, `own cpu` is what both took of our process, which a busy
machine changes little; `keep` writes the card and merges the issues. Then one document changes, and `again` is the time from
the job's beginning to the new score. ROUNDS=3 gives medians; CASES=small,ten chooses.
"""

import asyncio
import gc
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import asyncpg
from sqlalchemy import select, text

from bench.fill_books import AS_OF, Size, fill_books
from practice.clients.models import Client
from practice.connections.models import Tenant
from practice.firms.found_firm import found_firm
from practice.kernel.actor import Actor
from practice.kernel.clock import FrozenClock
from practice.kernel.context import Context
from practice.kernel.logging import configure_logging
from practice.kernel.runtime import Runtime
from practice.kernel.settings import Settings
from practice.ledgers.books import Books
from practice.ledgers.load_books import load_books
from practice.scoring.catalogue import catalogue
from practice.scoring.check import Check
from practice.scoring.in_polars import in_polars
from practice.scoring.judge import Judgement, judge
from practice.scoring.judge_tenant import needs_of
from practice.scoring.score_client import score_client
from practice.scoring.shipped import PRACTICE
from stack.places import ROOT, socket_folder
from stack.postgres import Postgres
from worker.jobs.score_client import GIVE_BACK

ROUNDS: Final = int(os.environ.get("ROUNDS", "1"))
SEED: Final = int(os.environ.get("SEED", "1"))
NOW: Final = datetime(2026, 11, 21, 9, tzinfo=UTC)
MIB: Final = 1024


@dataclass(frozen=True)
class Case:
    """A ledger, and what it may take: seconds to load and judge, seconds after one change; None where nothing is promised."""

    name: str
    records: int
    whole: float | None = None
    again: float | None = None


CASES: Final = (
    Case("small", 3_831),
    Case("ten", 10_000, again=2),
    Case("hundred", 100_000, whole=3),
    Case("giant", 493_000, whole=20, again=10),
)


def main() -> None:
    if len(sys.argv) == 3:
        asyncio.run(_measure(_case(sys.argv[1]), sys.argv[2]))
        return
    chosen = os.environ.get("CASES")
    cases = [_case(name) for name in chosen.split(",")] if chosen else list(CASES)
    with tempfile.TemporaryDirectory(prefix="bench-scoring-") as folder, _postgres(Path(folder)) as server:
        measured = [_run(case, server, Path(folder)) for case in cases]
    _show(measured)


def _case(name: str) -> Case:
    return next(case for case in CASES if case.name == name)


@contextmanager
def _postgres(folder: Path) -> Iterator[Postgres]:
    # Durable, as in production: keeping issues waits for it.
    server = Postgres(folder / "pg", sockets=socket_folder(folder))
    server.start()
    try:
        yield server
    finally:
        server.stop()


def _run(case: Case, server: Postgres, folder: Path) -> dict[str, Any]:
    """One case, in a process whose peak memory is its own."""
    print(f"{case.name}: {case.records:,} documents", file=sys.stderr)
    url = server.url(case.name)
    asyncio.run(_create(server, case.name))
    keys = folder / "keys"
    keys.write_text("k1:" + "A" * 43 + "=\n")
    env = os.environ | {
        "ENVIRONMENT": "test", "DATABASE_URL": url, "POLARS_MAX_THREADS": "1", "_RJEM_MALLOC_CONF": GIVE_BACK, "KEYS_FILE": str(keys),
    }  # fmt: skip
    subprocess.run(
        [sys.executable, "-m", "alembic", "upgrade", "head"], cwd=ROOT, env=env, check=True, capture_output=True
    )
    filled = subprocess.run(
        [sys.executable, "-m", "bench.scoring", case.name, "fill"],
        cwd=ROOT,
        env=env,
        check=True,
        stdout=subprocess.PIPE,
    )
    ids = filled.stdout.decode().strip()
    measured = subprocess.run(
        [sys.executable, "-m", "bench.scoring", case.name, ids], cwd=ROOT, env=env, check=True, stdout=subprocess.PIPE
    )
    return dict(json.loads(measured.stdout))


async def _create(server: Postgres, name: str) -> None:
    connection = await asyncpg.connect(_plain(server.url()))
    try:
        await connection.execute(f"CREATE DATABASE {name}")
    finally:
        await connection.close()


def _plain(url: str) -> str:
    """As asyncpg takes it, without SQLAlchemy's name of the driver."""
    return url.replace("+asyncpg", "")


async def _measure(case: Case, what: str) -> None:
    # There is no Redis here, which the bell would say.
    configure_logging("critical", as_json=False)
    settings = Settings()
    if what == "fill":
        await _fill(case, settings)
        return
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    firm_id, tenant_id, client_id = (UUID(one) for one in what.split(","))
    clock = FrozenClock(NOW)
    async with Runtime.open(settings, clock=clock) as rt:
        ctx = rt.context(Actor.system(firm_id))
        catalogue()
        gc.freeze()
        found = defaultdict(list)
        for _ in range(ROUNDS):
            for name, taken in (await _judged(ctx, tenant_id, client_id)).items():
                found[name].append(taken)
            gc.collect()
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MIB
        # A score of its own says what it depended on, so that the next looks only at what changed since.
        await score_client(ctx, client_id=client_id)
        again = []
        for _ in range(ROUNDS):
            again.append(await _again(ctx, tenant_id, client_id))
            gc.collect()
    seconds = {name: statistics.median(many) for name, many in found.items()}
    size = Size.of(case.records)
    slowest = sorted(((s, n) for n, s in seconds.items() if n.startswith("DQ")), reverse=True)[:5]
    print(
        json.dumps(
            {
                "case": case.name,
                "documents": case.records,
                "lines": size.lines,
                **{name: seconds[name] for name in ("load", "checks", "cpu", "keep")},
                "again": statistics.median(again),
                "peak": peak,
                "issues": seconds["issues"],
                "checks_run": len(catalogue()),
                "slowest": [f"{name} {taken * 1000:.0f} ms" for taken, name in slowest],
            }
        )
    )


async def _judged(ctx: Context, tenant_id: UUID, client_id: UUID) -> dict[str, float]:
    """Seconds for the parts, and for each check by its code."""
    seconds: dict[str, float] = {}
    checks = {code: _timed(check, seconds) for code, check in catalogue().items()}
    began, cpu = time.perf_counter(), time.process_time()
    books = await load_books(ctx, tenant_id=tenant_id, as_of=AS_OF, needs=needs_of(catalogue().values()))
    seconds["load"] = time.perf_counter() - began
    began = time.perf_counter()
    judgement = in_polars(judge, books, PRACTICE, checks=checks)
    seconds["checks"] = time.perf_counter() - began
    seconds["cpu"] = time.process_time() - cpu
    del books

    async def ready(*_: Any, **__: Any) -> Judgement:
        return judgement

    began = time.perf_counter()
    await score_client(ctx, client_id=client_id, judging=ready)
    seconds["keep"] = time.perf_counter() - began
    seconds["issues"] = sum(len(found) for found in judgement.findings.values())
    return seconds


def _timed(check: Check, seconds: dict[str, float]) -> Check:
    def look(books: Books) -> Any:
        began = time.perf_counter()
        found = inner(books)
        seconds[check.code] = time.perf_counter() - began
        return found

    inner: Callable[[Books], Any] = check.look
    return replace(check, look=look)


async def _again(ctx: Context, tenant_id: UUID, client_id: UUID) -> float:
    """One bill becomes a cent dearer, as a delivery from Xero would tell it; then the client is scored as it always is."""
    async with ctx.unit() as unit:
        changed = await unit.execute(
            text(
                "UPDATE document SET total_cents = total_cents + 1 WHERE firm_id = :firm AND tenant_id = :tenant AND remote_id ="
                " (SELECT remote_id FROM document WHERE firm_id = :firm AND tenant_id = :tenant AND side = 'purchases' LIMIT 1)"
            ),
            {"firm": unit.firm_id, "tenant": tenant_id},
        )
        assert changed.rowcount == 1
    began = time.perf_counter()
    await score_client(ctx, client_id=client_id)
    return time.perf_counter() - began


async def _fill(case: Case, settings: Settings) -> None:
    async with Runtime.open(settings, clock=FrozenClock(NOW)) as rt:
        firm_id = rt.lent.ids.new()
        ctx = rt.context(Actor.system(firm_id))
        async with ctx.unit() as unit:
            await found_firm(unit, name="Bench", identity_id=unit.ids.new(), owner="Bench", email="bench@example.com")
        async with ctx.unit() as unit:
            tenant = unit.add(
                Tenant(
                    provider="xero", remote_id=str(unit.ids.new()), name="Bench", kind="organisation", size_state="unknown",
                    seen_at=unit.now,
                )
            )  # fmt: skip
            await unit.flush()
            unit.add(
                Client(
                    tenant_id=tenant.id,
                    name="Bench",
                    state="active",
                    visibility="whole_team",
                    last_imported_at=unit.now,
                )
            )
        async with ctx.unit(write=False) as unit:
            client = await unit.scalar(select(Client).where(Client.firm_id == firm_id))
            said = f"{firm_id},{client.tenant_id},{client.id}"
            tenant_id = client.tenant_id
    url = _plain(str(settings.database.url))
    await fill_books(url, firm_id=firm_id, tenant_id=tenant_id, size=Size.of(case.records), seed=SEED, now=NOW)
    print(said)


def _show(measured: list[dict[str, Any]]) -> None:
    checks = measured[0]["checks_run"]
    print(f"\nAll {checks} checks on one core with one Polars thread; seconds, median of {ROUNDS}\n")
    columns = ("case", "documents", "lines", "issues", "load", "checks", "both", "own cpu", "keep", "again", "peak MiB")
    print("".join(f"{name:>11}" for name in columns) + "   slowest")
    for one in measured:
        both = one["load"] + one["checks"]
        cells = [f"{one['case']:>11}", f"{one['documents']:11,}", f"{one['lines']:11,}", f"{one['issues']:11,.0f}"]
        cells += [
            f"{value:11.3f}" for value in (one["load"], one["checks"], both, one["cpu"], one["keep"], one["again"])
        ]
        print("".join(cells) + f"{one['peak']:11.0f}   " + ", ".join(one["slowest"]))
    print()
    for one in measured:
        case, both = _case(one["case"]), one["load"] + one["checks"]
        for what, taken, limit in (("loaded and judged", both, case.whole), ("scored again", one["again"], case.again)):
            if limit is not None:
                verdict = "met" if taken < limit else "MISSED"
                print(f"{verdict:>7}  {case.name}: {what} in {taken:.2f} s, asked for under {limit:.0f} s")
        if one["peak"] >= 1024:
            print(f" MISSED  {case.name}: {one['peak']:.0f} MiB, asked for under 1,024")


if __name__ == "__main__":
    main()
