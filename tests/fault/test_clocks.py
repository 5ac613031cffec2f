"""Our own machines' clocks are wrong, each in its own way: work is due and ends by PostgreSQL's (promises F39)."""

from pathlib import Path

import pytest

from stack.places import ROOT
from tests.fault.books import smallest
from tests.fault.invariants import Provoked, examine
from tests.fault.lab import laboratory
from tests.world import started

SEED = 1
TEN_MINUTES = 600
# As libfaketime does: what asks for the time of day is told another, what measures how long something takes is not.
SHIFTED = """
import datetime, os, time

ahead = float(os.environ["CLOCK_AHEAD_SECONDS"])
true, true_time, true_time_ns = datetime.datetime, time.time, time.time_ns
time.time = lambda: true_time() + ahead
time.time_ns = lambda: true_time_ns() + int(ahead * 1e9)


class Asked(type):
    def __call__(cls, *args, **named):
        return true(*args, **named)

    def __instancecheck__(cls, it):
        return isinstance(it, true)

    def __subclasscheck__(cls, other):
        return issubclass(other, true)


class Shifted(true, metaclass=Asked):
    @classmethod
    def now(cls, tz=None):
        return true.now(tz) + datetime.timedelta(seconds=ahead)

    @classmethod
    def utcnow(cls):
        return true.utcnow() + datetime.timedelta(seconds=ahead)


datetime.datetime = Shifted
"""
WRITTEN = [
    ("entry", "at"), ("import", "created_at"), ("import", "started_at"), ("import", "finished_at"), ("scorecard", "created_at"),
    ("job", "run_at"), ("job", "finished_at"),
]  # fmt: skip


@pytest.mark.chaos
async def test_clocks_ten_minutes_apart_change_nothing(tmp_path: Path) -> None:
    """An API that is ahead, a worker that is ahead and one that is behind: nothing is late, nothing is asked for anew."""
    chosen = smallest(SEED, 6)
    shift = tmp_path / "shift"
    shift.mkdir()
    (shift / "sitecustomize.py").write_text(SHIFTED)

    def by(seconds: float) -> dict[str, str]:
        return {"PYTHONPATH": f"{shift}:{ROOT}", "CLOCK_AHEAD_SECONDS": str(seconds)}

    async with laboratory(tmp_path, seed=SEED, workers=0, env={"WORKER_LEASE_SECONDS": "30"}) as lab:
        lab.kill(lab.apis[0])
        await lab.add_api(**by(TEN_MINUTES))
        for name, seconds in (("fast", TEN_MINUTES), ("slow", -TEN_MINUTES)):
            await lab.until_at_work(lab.add_worker(name, **by(seconds)), name)
        ada = await lab.sign_in()
        ours = await lab.clients(ada, [one.tenant_id for one in chosen])
        before = (await lab.stats())["tokens"]
        await started(ada, list(ours.values()))
        await lab.until_finished()
        for log in ("api", "fast", "slow"):
            assert lab.logged(log, "clock.differs"), log
        for worker in ("fast", "slow"):
            assert lab.logged(worker, "job.settled", "import_ledger"), f"the {worker} one had nothing to do"
        assert (await lab.stats())["tokens"] == before
        [job] = await lab.ask("SELECT max(crashes) AS crashes, max(attempt) AS attempts FROM job WHERE lane = 'imports'")
        assert dict(job) == {"crashes": 0, "attempts": 0}
        for table, column in WRITTEN:
            [row] = await lab.ask(
                f"SELECT count({column}) AS all, count(*) FILTER (WHERE abs(extract(epoch FROM {column} - now())) > 300) AS wrong"
                f' FROM "{table}"'
            )
            assert row["all"], table
            assert row["wrong"] == 0, (table, column)
        found = await examine(lab, chosen, Path(lab.env["SANDBOX_DIR"]), Provoked())
        assert not found.total, found.said
