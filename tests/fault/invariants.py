"""What must hold after every fault, counted: 0 everywhere, or it is broken (promises 2.2).

I1 to I8 and I11 to I15. I9 and I10 are of webhooks and letters, which the lab does not send: their tests stand with
the slices that send them.
"""

import hashlib
import re
import sqlite3
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from redis import Redis

from practice.kernel.actor import Actor
from practice.kernel.crypto import KeyRing
from practice.kernel.runtime import Runtime
from practice.kernel.settings import Settings
from practice.kernel.verify_record import verify_record
from sandbox.world.organisations import Organisation
from tests.fault.books import STORED
from tests.fault.lab import CANARY, Lab

NAMES = ("I1", "I2", "I3", "I4", "I5", "I6", "I7", "I8", "I11", "I12", "I13", "I14", "I15")
# A JSON Web Token, which is what an access token is.
_TOKEN = re.compile(rb"eyJ[\w-]{10,}\.[\w-]+\.[\w-]+")
# Which of our columns adds up to which of the sandbox's, in cents.
_SUMS = {
    "Invoices": ("SELECT sum(total_cents) FROM document WHERE tenant_id = $1 AND kind = 'invoice'", "total"),
    "CreditNotes": ("SELECT sum(total_cents) FROM document WHERE tenant_id = $1 AND kind = 'credit_note'", "total"),
    "BankTransactions": ("SELECT sum(total_cents) FROM bank_transaction WHERE tenant_id = $1", "total"),
}
_MINUTE_LIMIT = 60


@dataclass
class Findings:
    """What a run did, and what of it should not be."""

    broken: Counter[str] = field(default_factory=Counter)
    said: list[str] = field(default_factory=list)
    lost: int = 0
    duplicated: int = 0
    unexpected: int = 0
    recovered: int = 0

    def note(self, name: str, count: int, what: str) -> None:
        if count:
            self.broken[name] += count
            self.said.append(f"{name}: {int(count)} × {what}")

    @property
    def total(self) -> int:
        return sum(self.broken.values()) + self.lost + self.duplicated + self.unexpected


@dataclass
class Provoked:
    """What the plan did, as far as an invariant allows for it."""

    emptied: bool = False
    """Redis forgot its counts: for one window a client may be asked too often (F17)."""
    cuts: int = 0
    """Processes killed and connections cut: each may have lost one token answer on its way."""
    strange_answers: list[str] = field(default_factory=list)
    seconds_to_progress: float = 0.0
    seconds_allowed: float = 15.0
    """For that, on a machine that has little else to do."""


async def examine(lab: Lab, chosen: list[Organisation], ledgers: Path, provoked: Provoked) -> Findings:
    """Everything, after the stop rule: faults ended, the runs finished or given up."""
    found = Findings()
    await _imports(lab, found)
    await _books(lab, chosen, ledgers, found)
    await _tokens(lab, provoked, found)
    await _limits(lab, provoked, found)
    await _secrets(lab, found)
    await _record(lab, found)
    await _sessions(lab, found)
    found.note("I14", len(provoked.strange_answers), f"an answer of the API such as {provoked.strange_answers[:3]}")
    found.note("I15", provoked.seconds_to_progress > provoked.seconds_allowed, f"no progress for {provoked.seconds_to_progress:.0f} s after the faults")
    return found


async def _imports(lab: Lab, found: Findings) -> None:
    left = await lab.value('SELECT count(*) FROM "import" WHERE finished_at IS NULL')
    found.note("I1", left, "an import that has not ended")
    ends = await lab.ask(
        """
        SELECT i.id, i.state, i.problem, count(e.id) AS ends FROM "import" i
        LEFT JOIN entry e ON e.subject_id = i.id AND e.verb IN ('import.finished', 'import.failed') GROUP BY 1, 2, 3
        """
    )
    found.lost = sum(row["ends"] == 0 for row in ends)
    found.duplicated = sum(row["ends"] - 1 for row in ends if row["ends"] > 1)
    runs = await lab.ask(
        "SELECT r.id, count(e.id) AS ends FROM import_run r LEFT JOIN entry e ON e.subject_id = r.id"
        " AND e.verb = 'run.finished' GROUP BY 1"
    )
    wrong = sum(row["ends"] != 1 for row in [*ends, *runs])
    found.note("I2", wrong, "an import or a run with more or fewer than one end in the record")
    failed = [row for row in ends if row["state"] != "done"]
    found.unexpected = sum(row["state"] in ("failed", "cancelled") for row in failed)
    # Every planned answer is one that goes by: nothing may end for it.
    found.note("I3", found.unexpected, f"an import that ended otherwise: {[row['problem'] for row in failed][:2]}")
    unscored = await lab.value("SELECT count(*) FROM client WHERE score IS NULL")
    found.note("I4", unscored, "a client without a score")


async def _books(lab: Lab, chosen: list[Organisation], ledgers: Path, found: Findings) -> None:
    for one in chosen:
        tenant_id = await lab.value("SELECT id FROM tenant WHERE remote_id = $1", one.tenant_id)
        truth = sqlite3.connect(_books_of(ledgers, one))
        try:
            for name, query in STORED.items():
                rows, newest = truth.execute(f"SELECT count(*), max(updated) FROM {name}").fetchone()
                stored = await lab.value(query, tenant_id)
                found.note("I4", abs(rows - stored), f"{one.name}: {stored} {name} stored, {rows} at Xero")
                if name in ("TaxRates", "Users", "BankTransfers"):  # Xero says of these when they were made, or nothing
                    continue
                kept = await lab.value(query.replace("count(*)", "extract(epoch FROM max(updated_at))"), tenant_id)
                apart = abs(float(kept or 0) - (newest or 0) / 1000) > 0.002
                found.note("I4", apart, f"{one.name}: the newest of {name} is {kept}, at Xero {newest}")
            for name, (query, column) in _SUMS.items():
                total = truth.execute(f"SELECT coalesce(sum({column}), 0) FROM {name}").fetchone()[0]
                stored = await lab.value(query, tenant_id) or 0
                found.note("I4", int(total) != int(stored), f"{one.name}: {name} add up to {stored}, at Xero {total}")
        finally:
            truth.close()
    for table in ("document", "bank_transaction", "payment", "contact", "manual_journal"):
        foreign = await lab.value(
            f"SELECT count(*) FROM {table} r LEFT JOIN tenant t ON t.id = r.tenant_id WHERE t.firm_id IS DISTINCT FROM r.firm_id"
        )
        double = await lab.value(f"SELECT count(*) - count(DISTINCT (tenant_id, remote_id)) FROM {table}")
        found.note("I5", foreign + double, f"a row of {table} twice, or in another firm")


def _books_of(ledgers: Path, one: Organisation) -> Path:
    return max(ledgers.rglob(f"*-{one.tenant_id}.sqlite"), key=lambda path: path.stat().st_mtime)


async def _tokens(lab: Lab, provoked: Provoked, found: Findings) -> None:
    stats = await lab.stats()
    live = {one["user_id"]: one["sha256"] for one in stats["live_tokens"].values()}
    ring = KeyRing.from_file(lab.folder / "keys")
    grants = await lab.ask('SELECT id, xero_user_id, refresh, generation, status FROM "grant"')
    for grant in grants:
        token = ring.reveal(grant["refresh"], f"grant|refresh|{grant['id']}")
        other = hashlib.sha256(token.encode()).hexdigest() != live.get(grant["xero_user_id"])
        found.note("I6", grant["status"] != "active" or other, "a grant whose token is not the live one")
    tokens = Counter(stats["tokens"])
    found.note("I6", tokens["invalid_grant"], "invalid_grant")
    # A consent is a grant's first generation; every other one is a refresh that was heard.
    unheard = tokens["refreshes"] - sum(grant["generation"] - 1 for grant in grants) - tokens["lost"]
    found.note("I7", max(0, -unheard) + max(0, unheard - provoked.cuts), f"a token call too many or too few: {dict(tokens)}")


async def _limits(lab: Lab, provoked: Provoked, found: Findings) -> None:
    stats = await lab.stats()
    found.note("I8", max(0, stats["max_in_flight"] - 5), "a sixth call at once")
    found.note("I8", max(0, lab.most_running - 5), "a sixth client at once")
    planned = Counter[str]()
    for call in await lab.asked():
        if call["status"] == 429 and call["fault"]:
            planned[call["tenant"]] += 1
    for tenant, seen in stats["tenants"].items():
        over = sum(max(0, calls - _MINUTE_LIMIT) for calls in seen["calls_per_window"].values())
        refused = sum(seen["refused"].values()) - planned[tenant]
        allowed = _MINUTE_LIMIT if provoked.emptied else 0
        found.note("I8", over + max(0, refused - allowed), f"a call over the limit ({seen['refused']})")


async def _secrets(lab: Lab, found: Findings) -> None:
    mark = CANARY.encode()
    for log in lab.folder.glob("*.log"):
        if log.name != "sandbox.log":  # the other side may know its own secrets
            text = log.read_bytes()
            found.note("I11", text.count(mark) + len(_TOKEN.findall(text)), f"a secret in {log.name}")
    with Redis(unix_socket_path=str(lab.servers.valkey.socket_path), db=lab.redis_number) as redis:
        held = b"\n".join(_values(redis))
    found.note("I11", held.count(mark) + len(_TOKEN.findall(held)), "a secret in Redis")
    for row in await lab.ask("SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"):
        table = row["relname"]
        # A row as text shows binary columns in hexadecimal: what is sealed shows neither.
        said = await lab.value(
            f'SELECT count(*) FROM "{table}" t WHERE t::text LIKE $1 OR t::text LIKE $2', f"%{CANARY}%", f"%{mark.hex()}%"
        )
        found.note("I11", said, f"a secret in the table {table}")


def _values(redis: "Redis") -> Iterator[bytes]:
    answer: Any
    for key in redis.scan_iter():
        yield key
        match redis.type(key):
            case b"string":
                answer = redis.get(key)
            case b"hash":
                answer = redis.hgetall(key)
            case b"list":
                answer = redis.lrange(key, 0, -1)
            case b"set":
                answer = redis.smembers(key)
            case b"zset":
                answer = redis.zrange(key, 0, -1)
            case _:
                answer = redis.xrange(key)
        yield repr(answer).encode()


async def _record(lab: Lab, found: Findings) -> None:
    settings = Settings.model_validate(
        {"environment": "test", "keys_file": lab.folder / "keys", "database": {"url": lab.servers.database_url(lab.database)}}
    )
    async with Runtime.open(settings) as runtime:
        for firm in await lab.ask("SELECT id FROM firm"):
            async with runtime.context(Actor.system(firm["id"])).unit(write=False) as unit:
                wrong = await verify_record(unit)
            found.note("I12", wrong is not None, f"the record is broken at entry {wrong}")


async def _sessions(lab: Lab, found: Findings) -> None:
    idle = await lab.value(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND state LIKE 'idle in transaction%' AND xact_start < now() - interval '10 seconds'"
    )
    # Whoever claims next waits for a moment, also when all is well.
    waiting = await lab.value("SELECT count(*) FROM pg_locks WHERE NOT granted AND waitstart < now() - interval '10 seconds'")
    leaked = await lab.value("SELECT count(*) FROM job WHERE state = 'running' AND lease_until < now() - interval '10 seconds'")
    found.note("I13", idle, "a session idle in a transaction")
    found.note("I13", waiting, "somebody waiting for a lock")
    found.note("I13", leaked, "a job that nobody has and nobody takes back")
