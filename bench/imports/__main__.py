"""Prints the table of imports: `./run bench-import`; `ALL=1` runs the long cases as well.

`CASES=a,c` and `MIXES="heavy 50"` choose some of them, `REPEATS=5` is how often each reader of case a runs.

a  one client of 3,831 records, every reader, at 0, 150 and 350 ms a call, limits off
b  one client of 100,000 documents, ours and the floor, 150 ms, limits off
c  20 and 100 (500 with ALL) small clients, 350 ms, limits on
s  the small clients of the typical and the heavy mix, giants first, 350 ms, limits on, on the real clock: the run is
   cancelled when the last small client is done
g  (ALL) five clients of 100,000 documents in flight at once, pages of 1,000, on a clock ten times faster: what a worker's
   memory comes to
r  (ALL) one client of 300 calls alone, 350 ms, limits on, on the real clock: five minutes' allowance, four minutes long
m  (ALL) the makespan of the mixes, on a faster clock: ten times faster, a call takes 35 ms for 350 and a minute 6 s; times
   are told back in Xero's. Five hundred clients are run four times faster only: at ten our own CPU would be what binds

The mixes are those of the harness of peers, counted in calls, on thin pages of ten: a client of 3,000 calls has 28,385
documents. Fifteen calls are the fewest that read an organisation whole, so that is what a small client takes.
"""

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path

import httpx

from bench import bounds
from bench.imports import readers
from bench.imports.product import Product, Ran, Servers
from bench.imports.table import Row, Target, rendered, targets_said
from bench.imports.xero import Xero
from bench.measure import machine
from stack.places import var_folder

ALL = os.environ.get("ALL", "") not in {"", "0"}
CASES = set((os.environ.get("CASES") or "a,b,c,g,r,s,m").split(","))
REPEATS = int(os.environ.get("REPEATS") or 3)
PACES = {"typical 50": 10, "heavy 50": 10, "typical 500": 4}
SMALL = 15
EXACT = "Invoices=3000+Contacts=250+BankTransactions=500+Accounts=80"
BULK = "Invoices=42000+Payments=36000+BankTransactions=20500+CreditNotes=1500+Contacts=2500+Accounts=80"
LATENCIES = (0, 150, 350)
# By calls, as peers.md 5 has them; a client of 12 calls there is one of 15 here.
TYPICAL = {3000: 1, 300: 2, 60: 7, SMALL: 40}
HEAVY = {3000: 2, 300: 8, 60: 10, SMALL: 30}
TYPICAL_500 = {3000: 5, 300: 20, 60: 75, SMALL: 400}
MIXES = {"typical 50": TYPICAL, "heavy 50": HEAVY, "typical 500": TYPICAL_500}
SINGLES = 12
GIANTS = 5
PIPELINE = "tap-xero into target-postgres"


class Bench:
    """Holds what the cases share, and what they found."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.folder = folder
        self.stack = stack
        self.rows: list[Row] = []
        self.targets: list[Target] = []
        self.notes: list[str] = []
        self.servers = Servers(folder)
        self.xero = Xero(folder / "sandbox", groups())
        self.harness = readers.Harness(folder)
        self.worker_mib = 0.0
        self.refused = 0
        self.unfinished = 0

    def open(self) -> None:
        missing = self.harness.missing()
        self.peers = missing is None
        if missing:
            self.notes.append(missing)
        self.servers.start()
        self.stack.callback(self.servers.stop)
        took = self.xero.start()
        self.stack.callback(self.xero.stop)
        _say(f"the sandbox serves {sum(map(len, self.xero.tenants.values()))} organisations (books made in {took:.0f} s)")

    @contextmanager
    def product(self, name: str, tenants: Sequence[str], **env: str) -> Iterator[Product]:
        """A life of API and worker with these clients ready, and nothing counted against any minute yet."""
        self.xero.reset()
        self.xero.conditions(latency_ms=0, limits=False)
        product = Product(self.folder, self.servers, self.xero, name, **env)
        try:
            product.start()
            product.take_on(tenants)
            self.fresh_minutes()
            yield product
        finally:
            product.stop()

    def fresh_minutes(self) -> None:
        self.xero.new_minute()
        self.servers.forget_calls()

    def add(self, row: Row) -> None:
        self.rows.append(row)
        print("  " + " ".join(f"{name}={value}" for name, value in vars(row).items() if value is not None), flush=True)

    def attempt(self, title: str, case: Callable[[], None]) -> None:
        """A case that cannot be finished is said, and the others are run."""
        try:
            case()
        except (RuntimeError, httpx.HTTPError) as error:
            print(f"  {error}", flush=True)
            self.notes.append(f"NOT FINISHED: {title}: {str(error).splitlines()[0]}")
            self.unfinished += 1

    def took(self, ran: Ran) -> None:
        self.worker_mib = max(self.worker_mib, ran.worker_mib)
        self.refused += ran.refused
        if len(ran.clients) > 1:
            spent = ", ".join(f"{name} {seconds:.1f}" for name, seconds in ran.cpu_parts.items())
            calls = sum(client.calls for client in ran.clients)
            each = 1000 * (ran.cpu_s + ran.postgres_cpu_s) / calls
            self.notes.append(
                f"{len(ran.clients)} clients, {calls} calls, CPU seconds: {spent}, PostgreSQL {ran.postgres_cpu_s:.1f}; {each:.0f} ms a call"
            )
        failed = [client.state for client in ran.clients if client.state == "failed"]
        if failed:
            self.notes.append(f"{len(failed)} imports failed")


def mixes() -> dict[str, dict[int, int]]:
    chosen = os.environ.get("MIXES")
    return {
        name: mix for name, mix in MIXES.items() if (name in chosen.split(",") if chosen else ALL or name != "typical 500")
    }


def groups() -> dict[str, tuple[int, str]]:
    """The whole world; a client is read once in each life of the product, so repeats need twins."""
    most = mixes()
    found = {"exact": (len(LATENCIES) * REPEATS + 1, EXACT), "bulk": (1 + (GIANTS if ALL else 0), BULK)}
    for calls in (3000, 300, 60):
        found[str(calls)] = (max(mix[calls] for mix in most.values()), f"{calls}@10")
    small = 1 + SINGLES + 20 + 100 + (500 if ALL else 0)
    found[str(SMALL)] = (max(small, *(mix[SMALL] for mix in most.values())), f"{SMALL}@10")
    return found


# -- a: one client, every reader ---------------------------------------------------------------------------------------


def one_client(bench: Bench, product: Product) -> None:
    ratios: dict[str, float] = {}
    tenants = iter(bench.xero.tenants["exact"][1:])
    for latency in LATENCIES:
        bench.xero.conditions(latency_ms=latency, limits=False)
        ours: list[Ran] = []
        others: dict[str, list[readers.Read]] = {}
        stages: list[dict[str, float]] = []
        seconds_a_call = latency / 1000
        repeats = max(1, REPEATS - 1) if latency == LATENCIES[-1] else REPEATS
        for _ in range(repeats):
            tenant = next(tenants)
            ours.append(product.run([tenant]))
            bench.took(ours[-1])
            stored = product.stored([tenant])
            stages.append(product.stages_ms(ours[-1], tenant))
            work = bench.folder / "work"
            if bench.peers:
                for name, read in _peers(bench, tenant, work):
                    others.setdefault(name, []).append(read)
            others.setdefault("floor, 5 at a time", []).append(
                readers.run_floor(bench.xero, [tenant], work, page_size=1000)[0]
            )
        case = f"a {latency} ms"
        wall = bounds.median(ran.wall_s for ran in ours)
        calls = ours[-1].clients[0].calls
        bench.add(
            Row(
                case, "ours (stores, scores)", len(ours), stored, calls, wall, stored / wall,
                first_score_s=bounds.median(ran.first_score_s for ran in ours),
                cpu_s=bounds.median(ran.cpu_s for ran in ours),
                peak_mib=max(ran.peak_mib for ran in ours),
                refused=sum(ran.refused for ran in ours),
                to_bound=_ratio(wall, bounds.unlimited_bound(calls, seconds_a_call)),
                postgres_cpu_s=bounds.median(ran.postgres_cpu_s for ran in ours),
                sandbox_cpu_s=bounds.median(ran.sandbox_cpu_s for ran in ours),
            )
        )  # fmt: skip
        parts = ", ".join(f"{name} {bounds.median(one[name] for one in stages):,.0f}" for name in stages[0])
        bench.notes.append(f"{case}, ours, milliseconds: {parts}")
        for name, reads in others.items():
            its = bounds.median(read.wall_s for read in reads)
            bench.add(
                Row(
                    case, name, len(reads), reads[-1].records, reads[-1].calls, its, reads[-1].records / its,
                    cpu_s=bounds.median(read.cpu_s for read in reads),
                    peak_mib=max(read.peak_mib for read in reads),
                    refused=sum(read.refused for read in reads),
                    to_bound=_ratio(its, bounds.unlimited_bound(reads[-1].calls, seconds_a_call)),
                    postgres_cpu_s=_median_or_none([read.postgres_cpu_s for read in reads]),
                )
            )  # fmt: skip
            ratios[f"{latency} {name}"] = its / wall
            warm = [read.warm_s for read in reads if read.warm_s is not None]
            if warm:
                ratios[f"{latency} {name} warm"] = bounds.median(warm) / wall
    bench.xero.conditions(latency_ms=0, limits=False)
    again = product.run([tenant])
    bench.took(again)
    bench.add(Row("a again, unchanged, 0 ms", "ours", 1, product.stored([tenant]), again.clients[0].calls, again.wall_s))
    bench.targets.append(Target("calls for an unchanged client", float(again.clients[0].calls), SMALL, most=True, where="one a resource"))
    pipeline = ratios.get(f"150 {PIPELINE}")
    bench.targets.append(Target(f"times faster than {PIPELINE}, 150 ms", pipeline, 10, most=False, unit="x"))
    floor = ratios["150 floor, 5 at a time"]
    warm_floor = ratios["150 floor, 5 at a time warm"]
    bench.targets.append(Target("of the floor reader's whole process, 150 ms", 1 / floor, 1.5, most=True, unit="x"))
    bench.targets.append(
        Target("of the floor reader without its start, 150 ms", 1 / warm_floor, 1.5, most=True, unit="x", where="stricter than asked")
    )


def _peers(bench: Bench, tenant: str, work: Path) -> Iterator[tuple[str, readers.Read]]:
    """Each independent reader once; one that fails is left out, and said."""
    each: dict[str, Callable[[], readers.Read]] = {
        PIPELINE: lambda: readers.run_pipeline(bench.harness, bench.xero, bench.servers, tenant, work),
        "tap-xero": lambda: readers.run_peer(bench.harness, bench.xero, "tap-xero", tenant, page_size=100),
        "xero-python": lambda: readers.run_peer(bench.harness, bench.xero, "xero-python", tenant, page_size=1000),
    }
    for name, read in each.items():
        try:
            yield name, read()
        except RuntimeError as error:
            bench.notes.append(f"{name} failed: {error}")


# -- b: a large one ----------------------------------------------------------------------------------------------------


def one_giant(bench: Bench, product: Product) -> None:
    bench.xero.conditions(latency_ms=150, limits=False)
    tenants = bench.xero.tenants["bulk"][:1]
    ran = product.run(tenants)
    bench.took(ran)
    stored, calls = product.stored(tenants), ran.clients[0].calls
    bound = bounds.unlimited_bound(calls, 0.15)
    bench.add(
        Row(
            "b 100,000 documents, 150 ms", "ours (stores, scores)", 1, stored, calls, ran.wall_s, stored / ran.wall_s,
            first_score_s=ran.first_score_s, cpu_s=ran.cpu_s, peak_mib=ran.peak_mib, refused=ran.refused,
            to_bound=_ratio(ran.wall_s, bound), postgres_cpu_s=ran.postgres_cpu_s, sandbox_cpu_s=ran.sandbox_cpu_s,
        )
    )  # fmt: skip
    read, _ = readers.run_floor(bench.xero, tenants, bench.folder / "work", page_size=1000)
    bench.add(
        Row(
            "b 100,000 documents, 150 ms", "floor, 5 at a time", 1, read.records, read.calls, read.wall_s,
            read.records / read.wall_s, cpu_s=read.cpu_s, peak_mib=read.peak_mib, refused=read.refused,
            to_bound=_ratio(read.wall_s, bound),
        )
    )  # fmt: skip


# -- g: five at once ---------------------------------------------------------------------------------------------------


def five_giants(bench: Bench) -> None:
    tenants, pace = bench.xero.tenants["bulk"][1:], 10
    with bench.product("giants", tenants, XERO_PACE=str(pace)) as product:
        bench.xero.conditions(latency_ms=round(350 / pace), limits=True, scale=pace)
        ran = product.run(tenants, seconds=1200)
        bench.took(ran)
        stored, calls = product.stored(tenants), sum(client.calls for client in ran.clients)
        bench.add(
            Row(
                f"g {GIANTS} of 100,000 documents, clock x{pace}", "ours (real s)", 1, stored, calls, ran.wall_s,
                stored / ran.wall_s, first_score_s=ran.first_score_s, cpu_s=ran.cpu_s, peak_mib=ran.peak_mib,
                refused=ran.refused, postgres_cpu_s=ran.postgres_cpu_s, sandbox_cpu_s=ran.sandbox_cpu_s,
            )
        )  # fmt: skip
        bench.targets.append(
            Target("the worker's memory with five giants in flight, its scoring child apart", ran.worker_mib, 300, most=True, unit=" MiB")
        )


# -- r: one that waits for its minutes ---------------------------------------------------------------------------------


def one_of_minutes(bench: Bench) -> None:
    tenants = bench.xero.tenants["300"][:1]
    with bench.product("minutes", tenants, WORKER_PAGE_SIZE="10") as product:
        bench.xero.conditions(latency_ms=350, limits=True)
        ran = product.run(tenants, seconds=1200)
        bench.took(ran)
        row = _of_run("r 300 calls alone, 350 ms, limits, real clock", ran, product, small=tenants)
        row.small_p50_s = row.small_p95_s = None
        bench.add(row)
        bench.targets.append(Target("makespan of a client of 300 calls, to its bound", row.to_bound, 1.05, most=True, unit="x", where="real clock"))


# -- c: many small ones ------------------------------------------------------------------------------------------------


def small_ones(bench: Bench, product: Product) -> None:
    tenants = bench.xero.tenants[str(SMALL)][1:]
    singles, tenants = tenants[:SINGLES], tenants[SINGLES:]
    bench.xero.conditions(latency_ms=0, limits=True)
    waits = []
    for tenant in singles:
        ran = product.run([tenant])
        bench.took(ran)
        waits.append(product.first_call_ms(ran, tenant))
    bench.targets.append(
        Target("from queueing to the first call, median", bounds.median(waits), 250, most=True, unit=" ms", where=f"{len(waits)} clients, one after another")
    )
    bench.xero.conditions(latency_ms=350, limits=True)
    for count in (20, 100, 500) if ALL else (20, 100):
        chosen, tenants = tenants[:count], tenants[count:]
        ran = product.run(chosen)
        bench.took(ran)
        bench.add(_of_run(f"c {count} small, 350 ms, limits", ran, product, small=chosen))
        if count == 20:
            bench.fresh_minutes()
            read, ended = readers.run_floor(bench.xero, chosen, bench.folder / "work", page_size=1000)
            bench.add(
                Row(
                    f"c {count} small, 350 ms, limits", "floor, 5 clients x 5", 1, read.records, read.calls, read.wall_s,
                    read.records / read.wall_s, small_p50_s=bounds.median(ended), small_p95_s=bounds.percentile(ended, 0.95),
                    cpu_s=read.cpu_s, peak_mib=read.peak_mib, refused=read.refused,
                )
            )  # fmt: skip


def _of_run(case: str, ran: Ran, product: Product, *, small: Sequence[str], pace: float = 1, reader: str = "ours") -> Row:
    """A run under limits; with a faster clock its times are told in Xero's seconds."""
    chosen = set(small)
    ended = [client.ended_s * pace for client in ran.clients if client.tenant in chosen]
    calls = [client.calls for client in ran.clients]
    stored = product.stored([client.tenant for client in ran.clients])
    wall = ran.wall_s * pace
    return Row(
        case, reader, 1, stored, sum(calls), wall, stored / wall, first_score_s=ran.first_score_s * pace,
        small_p50_s=bounds.median(ended), small_p95_s=bounds.percentile(ended, 0.95), cpu_s=ran.cpu_s,
        peak_mib=ran.peak_mib, refused=ran.refused, to_bound=wall / bounds.run_bound(calls),
        postgres_cpu_s=ran.postgres_cpu_s, sandbox_cpu_s=ran.sandbox_cpu_s,
    )  # fmt: skip


# -- s and m: the mixes ------------------------------------------------------------------------------------------------


def tenants_of(bench: Bench, mix: dict[int, int]) -> list[tuple[int, str]]:
    """Calls and tenant, the giants first."""
    return [(calls, tenant) for calls in sorted(mix, reverse=True) for tenant in bench.xero.tenants[str(calls)][: mix[calls]]]


def small_of_mix(bench: Bench, name: str, mix: dict[int, int], *, giants: str = "first") -> None:
    everyone = tenants_of(bench, mix)
    if giants == "last":
        everyone.reverse()
    small = [tenant for calls, tenant in everyone if calls == SMALL]
    with bench.product("small", [tenant for _, tenant in everyone], WORKER_PAGE_SIZE="10") as product:
        bench.xero.conditions(latency_ms=350, limits=True)
        ran = product.run([tenant for _, tenant in everyone], until=small, seconds=1200)
        bench.took(ran)
        case = f"s {name}, giants {giants}, real clock"
        row = _of_run(case, ran, product, small=small, reader="ours: the small clients, then cancelled")
        row.to_bound = None
        bench.add(row)
        at_best = shortest_first_small(everyone)
        p95 = bounds.percentile(at_best, 0.95)
        bench.add(
            Row(
                case, "shortest first, simulated",
                small_p50_s=bounds.median(at_best), small_p95_s=p95, wall_s=max(at_best),
            )
        )  # fmt: skip
        bench.targets.append(
            Target(f"p95 of the small of {name}", row.small_p95_s, max(1.2 * p95, p95 + 5), most=True, unit=" s", where=f"real clock, giants {giants}")
        )


def shortest_first_small(everyone: Sequence[tuple[int, str]]) -> list[float]:
    ended = bounds.shortest_first([calls for calls, _ in everyone])
    return [at for (calls, _), at in zip(everyone, ended, strict=True) if calls == SMALL]


def makespan_of_mix(bench: Bench, name: str, mix: dict[int, int]) -> None:
    everyone = tenants_of(bench, mix)
    small = [tenant for calls, tenant in everyone if calls == SMALL]
    pace = PACES[name]
    env = {
        "WORKER_PAGE_SIZE": "10", "XERO_PACE": str(pace), "WORKER_SLICE_SECONDS": str(30 / pace),
        "WORKER_SWEEP_SECONDS": "0.5",
    }  # fmt: skip
    with bench.product("span", [tenant for _, tenant in everyone], **env) as product:
        bench.xero.conditions(latency_ms=round(350 / pace), limits=True, scale=pace)
        ran = product.run([tenant for _, tenant in everyone], seconds=2400)
        bench.took(ran)
        row = _of_run(f"m {name}, clock x{pace} (Xero's s)", ran, product, small=small, pace=pace)
        # On the faster clock our own CPU is what the small ones wait for; their times are the real clock's (case s).
        row.small_p50_s = row.small_p95_s = None
        bench.add(row)
        bench.targets.append(Target(f"makespan of {name}, to its bound", row.to_bound, 1.05, most=True, unit="x", where=f"clock x{pace}"))
        largest = {tenant for calls, tenant in everyone if calls == max(mix)}
        alone_from = max((client.ended_s for client in ran.clients if client.tenant not in largest), default=0) * pace
        binds = ran.began_there + timedelta(seconds=alone_from)
        used = []
        for client in ran.clients:
            if client.tenant in largest:
                late = bounds.minute_use([count for opened, count in client.windows if opened >= binds])
                whole = bounds.minute_use([count for _, count in client.windows])
                used.append(late or 0)
                bench.notes.append(
                    f"{name}, a client of {client.calls} calls: {100 * (whole or 0):.1f} % of its minutes' allowance over all,"
                    f" {100 * (late or 0):.1f} % once it alone had work left"
                )
        bench.targets.append(
            Target(f"of the minute allowance used in {name} where it binds", 100 * min(used), 95, most=False, unit=" %", where="least of the largest clients")
        )


# -- all of it ---------------------------------------------------------------------------------------------------------


def main() -> int:
    folder = var_folder() / "bench"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    head = machine()
    print(head, flush=True)
    with ExitStack() as stack:
        bench = Bench(folder, stack)
        bench.open()
        try:
            _run_cases(bench)
        finally:
            _print(bench, head)
    return 1 if bench.unfinished else 0


def _run_cases(bench: Bench) -> None:
    xero = bench.xero.tenants
    first: list[tuple[str, str, Callable[[Bench, Product], None], list[str]]] = [
        ("a", "one client, every reader", one_client, xero["exact"]),
        ("c", "many small clients", small_ones, xero[str(SMALL)]),
        ("b", "one client of 100,000 documents", one_giant, xero["bulk"][:1]),
    ]
    chosen = [case for case in first if case[0] in CASES]
    if chosen:
        warm_up = [xero["exact"][0], xero[str(SMALL)][0]]
        tenants = list(dict.fromkeys([*warm_up, *(tenant for case in chosen for tenant in case[3])]))
        _say(f"API and worker, page size 1000, {len(tenants)} clients taken on")
        with bench.product("short", tenants) as product:
            product.run(warm_up)
            for _, title, case, _ in chosen:
                _say(title)
                bench.fresh_minutes()
                bench.attempt(title, partial(case, bench, product))
    if "g" in CASES and ALL:
        _say(title := "five clients of 100,000 documents at once")
        bench.attempt(title, partial(five_giants, bench))
    if "r" in CASES and ALL:
        _say(title := "one client of 300 calls, on the real clock")
        bench.attempt(title, partial(one_of_minutes, bench))
    for name, mix in mixes().items():
        if "s" in CASES:
            _say(title := f"the small clients of {name}, on the real clock")
            bench.attempt(title, partial(small_of_mix, bench, name, mix))
    if "s" in CASES and ALL and "heavy 50" in mixes():
        _say(title := "the small clients of heavy 50, the giants arriving last")
        bench.attempt(title, partial(small_of_mix, bench, "heavy 50", HEAVY, giants="last"))
    for name, mix in mixes().items():
        if "m" in CASES and ALL:
            _say(title := f"the makespan of {name}, on a clock {PACES[name]} times faster")
            bench.attempt(title, partial(makespan_of_mix, bench, name, mix))
    bench.targets.append(Target("429s that we caused", float(bench.refused), 0, most=True))
    bench.targets.append(
        Target("the worker's memory at its most, its scoring child apart", bench.worker_mib, 300, most=True, unit=" MiB")
    )


def _print(bench: Bench, head: str) -> None:
    print(f"\n{head}\n{machine()} at the end")
    if bench.peers:
        version = bench.harness.version
        print(
            f"tap-xero {version('tap', 'tap-xero')} (100 a page: it knows no other), meltanolabs-target-postgres"
            f" {version('tpg', 'meltanolabs-target-postgres')}, xero-python {version('official', 'xero-python')} (1000 a page);"
            " ours and the floor 1000 a page, five calls at a time"
        )
    for note in bench.notes:
        print(f"note: {note}")
    print(f"\n{rendered(bench.rows)}\n\n{targets_said(bench.targets)}")


def _say(what: str) -> None:
    print(f"\n-- {what}", flush=True)


def _ratio(value: float, bound: float) -> float | None:
    return value / bound if bound else None


def _median_or_none(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return bounds.median(known) if known else None


if __name__ == "__main__":
    sys.exit(main())
