"""The readers ours is set beside: independent ones from the harness of peers, where that is there, and the floor.

The harness is not part of this repository. `PEERS_DIR` names it, or it lies in ../shared/peers; its README says what each
reader is. Their environments are made once, in var/bench/peers, with the versions that its setup.sh pins.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.imports.product import Servers
from bench.imports.xero import CLIENT, Xero, calls_between, refused_between
from bench.measure import Watch
from stack.places import ROOT
from stack.postgres import PORT

STREAMS = ("organisation", "accounts", "contacts", "invoices", "bank_transactions")
_MADE = {"tap": "venv-tap", "tpg": "venv-tpg", "official": "venv-official"}


@dataclass
class Read:
    """One run of a reader that is not ours; `warm_s` is its work without starting the interpreter, where it says so."""

    records: int
    calls: int
    wall_s: float
    warm_s: float | None
    cpu_s: float
    peak_mib: float
    refused: int
    postgres_cpu_s: float | None = None


class Harness:
    """The peers' own folder and their environments."""

    def __init__(self, folder: Path) -> None:
        # Resolved: its runners tell themselves from the packages they import by the folder they lie in.
        self.home = Path(os.environ.get("PEERS_DIR") or ROOT.parent / "shared" / "peers").resolve()
        self.venvs = folder / "peers"

    def missing(self) -> str | None:
        """What keeps the peers from running, as a sentence; their environments are made if that is all."""
        if not (self.home / "run_peers.py").exists():
            return f"no harness of peers in {self.home} (PEERS_DIR names it): only ours and the floor are run"
        wanted = [name for name, venv in _MADE.items() if not (self.venvs / venv / "bin" / "python").exists()]
        if wanted:
            print(f"  making the peers' environments ({', '.join(wanted)}), once …", flush=True)
            made = subprocess.run(
                ["bash", str(self.home / "setup.sh"), str(self.venvs), *wanted], capture_output=True, text=True, check=False
            )
            if made.returncode or not all((self.venvs / venv / "bin" / "python").exists() for venv in _MADE.values()):
                return f"the peers' environments could not be made: {made.stderr[-300:]}"
        return None

    def version(self, name: str, package: str) -> str:
        asked = f"import importlib.metadata as m; print(m.version({package!r}))"
        said = subprocess.run(
            [self.venvs / _MADE[name] / "bin" / "python", "-c", asked], capture_output=True, text=True, check=False
        )
        return said.stdout.strip() or "?"


def settings_for(xero: Xero, tenant: str, folder: Path, page_size: int) -> dict[str, Any]:
    """As the harness's run_peers.py writes them."""
    return {
        "accounting_base": None, "connections_base": None, "api_base": xero.url, "identity_base": xero.url,
        "tenant_id": tenant, "client_id": CLIENT[0], "client_secret": CLIENT[1],
        "refresh_token": xero.refresh_token([tenant]), "access_token": "", "start_date": "2015-01-01T00:00:00Z",
        "streams": list(STREAMS), "page_size": page_size, "workdir": str(folder), "result": str(folder / "result.json"),
        "node_modules": "", "concurrency": 1, "airbyte_auth": "access_token",
    }  # fmt: skip


def run_peer(harness: Harness, xero: Xero, name: str, tenant: str, *, page_size: int) -> Read:
    """tap-xero or xero-python, by the harness's own runner."""
    before = xero.stats()
    done = subprocess.run(
        [
            sys.executable, str(harness.home / "run_peers.py"), "--venvs", str(harness.venvs), "--api-base", xero.url,
            "--tenant-id", tenant, "--client-id", CLIENT[0], "--client-secret", CLIENT[1],
            "--refresh-token", xero.refresh_token([tenant]), "--streams", ",".join(STREAMS),
            "--page-size", str(page_size), "--peers", name,
        ],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    after = xero.stats()
    said = json.loads(done.stdout or "{}")
    if not said.get("ok"):
        raise RuntimeError(f"{name}: {said.get('error')} {done.stderr[-300:]}")
    return Read(
        records=sum(said["by_stream"].get(stream, 0) for stream in (*STREAMS, "organisations")),
        calls=calls_between(before, after, tenant),
        wall_s=said["wall_s"],
        warm_s=said["read_s"],
        cpu_s=said["cpu_s"],
        peak_mib=said["peak_rss_mb"],
        refused=refused_between(before, after),
    )


def run_pipeline(harness: Harness, xero: Xero, servers: Servers, tenant: str, folder: Path) -> Read:
    """tap-xero piped into target-postgres, as the harness's pipeline_pg.sh does, into the same server that ours uses."""
    folder.mkdir(parents=True, exist_ok=True)
    servers.fresh("peers")
    (folder / "settings.json").write_text(json.dumps(settings_for(xero, tenant, folder, 100)))
    target = {
        "host": "", "port": PORT, "user": "postgres", "password": "x", "database": "peers",
        "default_target_schema": "xero", "use_copy": False, "validate_records": False,
    }  # fmt: skip
    (folder / "target.json").write_text(json.dumps(target))
    command = (
        f'set -o pipefail; "{harness.venvs}/venv-tap/bin/python" "{harness.home}/peers/tap_xero.py" settings.json 2> tap.err'
        f' | "{harness.venvs}/venv-tpg/bin/target-postgres" --config target.json > target.out 2> target.err'
    )
    before = xero.stats()
    with Watch(servers.pid) as postgres:
        # A folder of sockets has no place in the URL that the target makes; libpq takes it from PGHOST where there is no host.
        wall, cpu, peak, code = _run(["bash", "-c", command], folder, PGHOST=str(servers.sockets))
    after = xero.stats()
    if code:
        raise RuntimeError(f"the Singer pipeline ended with {code}: {(folder / 'target.err').read_text()[-500:]}")
    tables = servers.ask("peers", "SELECT table_name FROM information_schema.tables WHERE table_schema = 'xero'")
    stored = sum(servers.ask("peers", f'SELECT count(*) FROM xero."{table[0]}"')[0][0] for table in tables)
    return Read(
        records=stored,
        calls=calls_between(before, after, tenant),
        wall_s=wall,
        warm_s=None,
        cpu_s=cpu,
        peak_mib=peak,
        refused=refused_between(before, after),
        postgres_cpu_s=postgres.cpu_s,
    )


def run_floor(xero: Xero, tenants: Sequence[str], folder: Path, *, page_size: int) -> tuple[Read, list[float]]:
    """bench/floor.py as a process; also when each client was read."""
    folder.mkdir(parents=True, exist_ok=True)
    result = folder / "floor.json"
    told = {
        "api_base": xero.url, "client_id": CLIENT[0], "client_secret": CLIENT[1], "page_size": page_size,
        "refresh_token": xero.refresh_token(tenants), "tenants": list(tenants), "result": str(result),
    }  # fmt: skip
    (folder / "told.json").write_text(json.dumps(told))
    before = xero.stats()
    wall, cpu, peak, code = _run([sys.executable, "-m", "bench.floor", str(folder / "told.json")], ROOT)
    after = xero.stats()
    if code:
        raise RuntimeError(f"the floor reader ended with {code}")
    said = json.loads(result.read_text())
    counted = {"Organisations", "Accounts", "Contacts", "Invoices", "CreditNotes", "Prepayments", "Overpayments"}
    counted |= {"BankTransactions", "Payments", "ManualJournals"}
    read = Read(
        records=sum(count for name, count in said["rows"].items() if name in counted),
        calls=sum(calls_between(before, after, tenant) for tenant in tenants),
        wall_s=wall,
        warm_s=said["read_s"],
        cpu_s=cpu,
        peak_mib=peak,
        refused=refused_between(before, after),
    )
    return read, said["ended_s"]


def _run(argv: list[str], folder: Path, **more: str) -> tuple[float, float, float, int]:
    """Wall and CPU seconds, the most MiB of the whole tree at once, and how it ended."""
    began = time.perf_counter()
    env = {**os.environ, "PYTHONPATH": str(ROOT), "NO_PROXY": "127.0.0.1,localhost", **more}
    process = subprocess.Popen(argv, cwd=folder, env=env, stdin=subprocess.DEVNULL)
    with Watch(process.pid) as watch:
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    return wall, used.ru_utime + used.ru_stime, max(watch.peak_mib, used.ru_maxrss / 1024), process.returncode
