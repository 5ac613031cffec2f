"""Chaos: an import of many clients under a seeded plan of faults, then every invariant counted. `make chaos SEEDS=20`.

A seed decides the clients, the bad answers of Xero and what happens to our processes and servers, when. After the
faults the runs have three minutes to finish. Ends with 1 where any count is not 0; the seed repeats the plan.
"""

import asyncio
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any
from uuid import uuid4

import httpx

from sandbox.world.organisations import Organisation
from tests.api.conftest import Person
from tests.fault.books import smallest
from tests.fault.invariants import NAMES, Findings, Provoked, examine
from tests.fault.lab import DURABLE, Lab, laboratory, resumed, suspended
from tests.servers import Servers, running_servers
from tests.world import started

WORLD = 1
"""The firm is the same for every seed, so that its books are made once."""
SECONDS = 15.0
WORKERS = 3
LATEST = 180.0
LEASE = 4
"""Seconds. Longer than the lab's, so that on a busy machine a lease ends by the plan and not by itself."""
# Not day429: a day that is used up lasts longer than a storm may (F29 has tests of its own).
ANSWERS: dict[str, dict[str, Any]] = {
    "minute429": {"retry_after": 1},
    "appminute429": {"retry_after": 1},
    "concurrent429": {},
    "http500": {},
    "503maintenance": {},
    "503unavailable": {},
    "503offline": {},
    "slow": {"delay": 3},
    "half_body": {},
    "reset": {},
    "wrong_type": {},
    "empty": {},
    "null": {},
    "bad_utf8": {},
    "bad_json": {},
    "duplicate_row": {},
    "reordered": {},
    "lost_answer": {},
    "expire_token": {},
}


@dataclass
class Storm:
    """One seed's run."""

    seed: int
    lab: Lab
    provoked: Provoked
    happened: list[str] = field(default_factory=list)
    later: list[asyncio.Task[None]] = field(default_factory=list)
    shaken: set[str] = field(default_factory=set)
    over: bool = False

    def afterwards(self, seconds: float, do: Callable[[], object]) -> None:
        async def then() -> None:
            await asyncio.sleep(seconds)
            do()

        self.later.append(asyncio.create_task(then()))

    # -- what happens to ours --------------------------------------------------------------------------------------

    async def kill_worker(self, chance: Random) -> None:
        self.provoked.cuts += 1
        self.lab.kill(chance.choice(self.lab.workers))
        self.lab.add_worker()

    async def deploy_worker(self, chance: Random) -> None:
        worker = chance.choice(self.lab.workers)
        self.lab.workers.remove(worker)
        self.lab.add_worker()
        self.provoked.cuts += await asyncio.to_thread(self.lab.terminate, worker) != 0

    async def freeze_worker(self, chance: Random) -> None:
        self.provoked.cuts += 1
        frozen = suspended(chance.choice(self.lab.workers))
        self.afterwards(chance.uniform(LEASE + 0.5, LEASE + 2.5), lambda: resumed(frozen))

    async def kill_api(self, _: Random) -> None:
        self.lab.kill(self.lab.apis[0])
        await self.lab.add_api()

    # -- what happens to the servers -------------------------------------------------------------------------------

    async def empty_redis(self, _: Random) -> None:
        self.provoked.emptied = True
        self.lab.empty_redis()

    async def kill_redis(self, chance: Random) -> None:
        self.provoked.emptied = True
        self.lab.kill_redis()
        await asyncio.sleep(chance.uniform(0.5, 2))
        self.lab.start_redis()

    async def hang_redis(self, chance: Random) -> None:
        self.lab.to_redis.blackhole()
        self.afterwards(chance.uniform(1, 3), self.lab.to_redis.pass_on)

    async def forget_scripts(self, _: Random) -> None:
        self.lab.redis("SCRIPT", "FLUSH")

    async def crash_postgres(self, _: Random) -> None:
        self.provoked.cuts += WORKERS
        self.lab.crash_postgres()

    async def hang_postgres(self, chance: Random) -> None:
        self.lab.to_postgres.blackhole()
        self.afterwards(chance.uniform(0.5, 2), self.lab.to_postgres.pass_on)

    async def reset_postgres(self, _: Random) -> None:
        self.provoked.cuts += WORKERS
        self.lab.to_postgres.reset()

    async def lose_a_token(self, chance: Random) -> None:
        """The next refresh is heard by nobody; and there is a next refresh."""
        await self.lab.spoil("token_lost", times=chance.randint(1, 2))
        await self.lab.spoil("expire_token", times=1)

    # -- the plan --------------------------------------------------------------------------------------------------

    def plan(self, chance: Random) -> list[tuple[float, Callable[[Random], Awaitable[None]]]]:
        weighted = {
            self.kill_worker: 4, self.deploy_worker: 2, self.freeze_worker: 3, self.kill_api: 1,
            self.empty_redis: 2, self.kill_redis: 1, self.hang_redis: 1, self.forget_scripts: 1,
            self.crash_postgres: 2, self.hang_postgres: 1, self.reset_postgres: 1, self.lose_a_token: 2,
        }  # fmt: skip
        chosen = chance.choices(list(weighted), list(weighted.values()), k=chance.randint(8, 12))
        return sorted(((chance.uniform(0.5, SECONDS), each) for each in chosen), key=lambda one: one[0])

    async def bad_answers(self, chance: Random, chosen: list[Organisation]) -> None:
        for kind in chance.sample(list(ANSWERS), 10):
            tenant = chance.choice(chosen).tenant_id
            page = chance.choice([None, None, 1, 2])
            times = chance.randint(1, 2)
            await self.lab.spoil(kind, tenant=tenant, page=page, times=times, after=chance.randint(0, 3), **ANSWERS[kind])
            self.happened.append(kind)

    # -- who looks on ----------------------------------------------------------------------------------------------

    async def probe(self, ada: Person, run_id: str) -> None:
        """Asks the API all along, as an open page would. What breaks the connection is no answer."""
        paths = ("/clients", f"/import-runs/{run_id}", "/import-runs", "/health/ready", "/connections")
        async with httpx.AsyncClient(base_url=self.lab.base, cookies=ada.http.cookies, timeout=40, trust_env=False) as http:
            while not self.over:
                for path in paths:
                    with suppress(httpx.HTTPError):
                        self._judge(path, await http.get(f"/api/v1{path}"))
                    await asyncio.sleep(0.2)

    def _judge(self, path: str, answer: httpx.Response) -> None:
        good = answer.status_code < 500 or answer.status_code == 503
        worded = answer.status_code < 400 or path.startswith("/health") or "problem+json" in answer.headers["content-type"]
        if not good or not worded:
            self.provoked.strange_answers.append(f"{answer.status_code} {path} {answer.text[:200]}")

    async def watch(self) -> None:
        """Which imports were interrupted, and how many ran at once."""
        while not self.over:
            rows = await self.lab.ask(
                "SELECT args->>'import_id' AS id, state, crashes + attempt > 0 OR cause IS NOT NULL AS shaken FROM job"
                " WHERE lane = 'imports'"
            )
            self.shaken |= {row["id"] for row in rows if row["shaken"]}
            self.lab.most_running = max(self.lab.most_running, sum(row["state"] == "running" for row in rows))
            for worker in [one for one in self.lab.workers if one.poll() is not None]:
                # Nobody killed it: a supervisor would start another, and we would like to know.
                self.provoked.strange_answers.append(f"a worker ended by itself with {worker.returncode}")
                self.lab.gone(worker)
                self.lab.add_worker()
            await asyncio.sleep(0.1)


async def one_seed(
    seed: int, folder: Path, servers: Servers, ledgers: Path, provoked: Provoked | None = None
) -> tuple[Storm, Findings]:
    """A laboratory of its own for each seed, on the same servers. `provoked`: what is allowed for from the beginning."""
    chance = Random(seed)
    chosen = chance.sample(smallest(WORLD, 40), chance.randint(12, 18))
    env = {"WORKER_LEASE_SECONDS": str(LEASE)}
    async with laboratory(folder, seed=WORLD, workers=WORKERS, servers=servers, ledgers=ledgers, env=env) as lab:
        await lab.xero.post("/__control/rotation", json={"harsh": "on"})
        storm = Storm(seed, lab, provoked or Provoked())
        ada = await lab.sign_in()
        clients = await lab.clients(ada, [one.tenant_id for one in chosen])
        await storm.bad_answers(chance, chosen)
        run_id = await started(ada, list(clients.values()))
        onlookers = [asyncio.create_task(storm.probe(ada, run_id)), asyncio.create_task(storm.watch())]
        began = time.monotonic()
        for at, fault in storm.plan(chance):
            await asyncio.sleep(max(0.0, began + at - time.monotonic()))
            storm.happened.append(f"{fault.__name__}@{time.monotonic() - began:.1f}")
            await fault(chance)
        await asyncio.gather(*storm.later)
        await lab.xero.post("/__control/faults/drop")
        storm.provoked.seconds_to_progress = await _progress(lab)
        with suppress(AssertionError):  # I1 counts what has not ended
            await lab.until_finished(seconds=LATEST)
            await lab.until_quiet()
        storm.over = True
        looked = await asyncio.gather(*onlookers, return_exceptions=True)
        found = await examine(lab, chosen, ledgers, storm.provoked)
        for trouble in looked:
            if isinstance(trouble, BaseException):
                found.note("I14", 1, f"the onlooker failed: {trouble!r}")
        ended = {str(row["id"]) for row in await lab.ask("SELECT id FROM \"import\" WHERE state = 'done'")}
        found.recovered = len(storm.shaken & ended)
        await _double_click(ada, clients, lab, found)
        return storm, found


async def _progress(lab: Lab) -> float:
    """Seconds until the next page is stored, or everything is."""
    began, calls = time.monotonic(), await lab.calls()
    with suppress(AssertionError):

        async def further() -> bool:
            left = await lab.value("SELECT count(*) FROM import_run WHERE state <> 'finished'")
            return left == 0 or await lab.calls() > calls

        await lab.until(further, what="progress")
    return time.monotonic() - began


async def _double_click(ada: Person, clients: dict[str, str], lab: Lab, found: Findings) -> None:
    """After all of it one key still starts one run."""
    body, key = {"client_ids": list(clients.values())[:1]}, str(uuid4())
    answers = await asyncio.gather(*(ada.post("/import-runs", body, Idempotency_Key=key) for _ in range(3)))
    runs = await lab.value("SELECT count(*) FROM import_run") - 1
    found.note("I2", runs != 1, f"three clicks started {runs} runs: {[answer.status_code for answer in answers]}")


@contextmanager
def ground(folder: Path) -> Iterator[tuple[Servers, Path]]:
    """Servers and made books that all seeds share."""
    with running_servers(folder / "servers", DURABLE) as servers:
        yield servers, folder / "ledgers"


def report(seed: int, storm: Storm, found: Findings, seconds: float) -> str:
    """One line; more where something is wrong."""
    counts = " ".join(f"{name}={found.broken[name]}" for name in NAMES)
    line = (
        f"seed {seed:>3}  lost={found.lost} duplicated={found.duplicated} unexpected={found.unexpected}"
        f" recovered={found.recovered}  {counts}  {seconds:.0f} s"
    )
    if found.total:
        line += "\n" + "\n".join(f"    {said[:600]}" for said in found.said[:12]) + f"\n    plan: {', '.join(storm.happened)}"
    return line


def main(argv: list[str]) -> int:
    """`SEEDS=20` runs the seeds 1 to 20, `SEEDS=7-20` those, `SEED=7` that one; `KEEP=folder` keeps the logs there."""
    said = {name: os.environ[name] for name in ("SEEDS", "SEED", "KEEP") if os.environ.get(name)}
    said |= dict(argument.split("=", 1) for argument in argv if "=" in argument)
    first, _, last = said.get("SEEDS", "20").rpartition("-")
    seeds = [int(said["SEED"])] if "SEED" in said else list(range(int(first or 1), int(last) + 1))
    whole, began = Findings(), time.monotonic()
    root = Path(said.get("KEEP") or tempfile.mkdtemp(prefix="chaos-")).absolute()
    try:
        with ground(root) as (servers, ledgers):
            for seed in seeds:
                at = time.monotonic()
                storm, found = asyncio.run(one_seed(seed, _folder(root, seed), servers, ledgers))
                print(report(seed, storm, found, time.monotonic() - at), flush=True)
                whole.broken += found.broken
                for name in ("lost", "duplicated", "unexpected", "recovered"):
                    setattr(whole, name, getattr(whole, name) + getattr(found, name))
    finally:
        if "KEEP" not in said:
            shutil.rmtree(root, ignore_errors=True)
    print(
        f"{len(seeds)} seeds in {(time.monotonic() - began) / 60:.1f} minutes: lost={whole.lost} duplicated={whole.duplicated}"
        f" unexpected={whole.unexpected} recovered={whole.recovered}; broken: {dict(whole.broken) or 'nothing'}"
    )
    return 1 if whole.total else 0


def _folder(root: Path, seed: int) -> Path:
    folder = root / f"seed-{seed}"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
