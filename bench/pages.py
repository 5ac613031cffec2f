"""What a page of a thousand invoices costs our own process, from the body's bytes to committed rows: `python -m bench.pages`.

The body is the one the sandbox renders, fetched once over HTTP; each invoice is given three lines. It is stored again and
again in a PostgreSQL of this bench's own: with new ids as at a first import, and unchanged as when a page is read twice.
Only our own process counts here, as `time.process_time` measures it; PostgreSQL works beside it and shows in the wall time.
"""

import asyncio
import functools
import gc
import os
import resource
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, cast
from urllib.parse import parse_qs, urlsplit
from uuid import UUID, uuid4

import asyncpg
import httpx
import orjson

from practice.connections.models import Tenant
from practice.firms.found_firm import found_firm
from practice.kernel.actor import Actor
from practice.kernel.context import Context
from practice.kernel.logging import configure_logging
from practice.kernel.runtime import Runtime
from practice.kernel.settings import Settings
from practice.ledgers import store_page as storing
from practice.providers.http import Answer, Caller
from practice.providers.registry import provider
from practice.providers.xero import accounting_shapes as shapes
from stack.places import ROOT, socket_folder
from stack.postgres import Postgres

ROUNDS: Final = int(os.environ.get("ROUNDS", "15"))
LINES: Final = 3
SCOPES: Final = "openid offline_access accounting.invoices.read accounting.settings.read"
BACK: Final = "http://localhost:1/back"
SEAMS: Final = (
    (Answer, "json", "JSON"),
    (shapes, "read_rows", "shapes"),
    (storing, "_records", "records"),
    (asyncpg.Connection, "copy_records_to_table", "COPY"),
    (storing, "_upsert", "upsert"),
)


def main() -> None:
    # There is no Redis here, which the bell would say.
    configure_logging("error", as_json=False)
    with tempfile.TemporaryDirectory(prefix="bench-pages-") as folder:
        body = three_lines_each(fetch_page(Path(folder)))
        with _postgres(Path(folder)) as url:
            _migrate(url)
            asyncio.run(_measure(url, body, Path(folder)))


# -- a page, as the sandbox renders it ---------------------------------------------------------------------------------


def fetch_page(folder: Path) -> bytes:
    """A first page of a thousand invoices, by way of sign-in and consent as any client of Xero goes it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    env = os.environ | {"SANDBOX_PORT": str(port), "SANDBOX_LIMITS": "off", "SANDBOX_DIR": str(folder / "sandbox")}
    process = subprocess.Popen([sys.executable, "-m", "sandbox"], env=env, cwd=ROOT, stdout=subprocess.DEVNULL)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=120, trust_env=False) as xero:
            _until_it_answers(xero)
            organisations = xero.get("/__control/organisations").json()["organisations"]
            tenant = min((o for o in organisations if o["documents"] > 4000), key=lambda o: o["documents"])["tenant_id"]
            answer = xero.get(
                "/api.xro/2.0/Invoices",
                params={"page": 1, "pageSize": 1000},
                headers={
                    "authorization": f"Bearer {_token(xero, tenant)}",
                    "xero-tenant-id": tenant,
                    "accept": "application/json",
                },
            )
            return answer.raise_for_status().content
    finally:
        process.terminate()
        process.wait()


def _until_it_answers(xero: httpx.Client) -> None:
    for _ in range(200):
        try:
            xero.get("/__control/users")
        except httpx.HTTPError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the sandbox did not start")


def _token(xero: httpx.Client, tenant: str) -> str:
    people = xero.get("/__control/users").json()["users"]
    email = next(one["email"] for one in people if tenant in one["organisation_ids"])
    asked = {
        "response_type": "code", "client_id": "sandbox-client", "redirect_uri": BACK, "scope": SCOPES, "state": "bench",
    }  # fmt: skip
    at = xero.get("/identity/connect/authorize", params=asked)
    while True:
        where = urlsplit(at.headers["location"])
        said = {name: values[0] for name, values in parse_qs(where.query).items()}
        if where.netloc == urlsplit(BACK).netloc:
            break
        if where.path == "/identity/login":
            at = xero.post("/identity/login", data={"user": email, "return": said["return"]})
        else:
            at = xero.post("/identity/consent", data={"txn": said["txn"], "tenant": tenant, "action": "allow"})
    answer = xero.post(
        "/connect/token",
        auth=("sandbox-client", "sandbox-secret"),
        data={"grant_type": "authorization_code", "code": said["code"], "redirect_uri": BACK},
    )
    return str(answer.raise_for_status().json()["access_token"])


def three_lines_each(body: bytes) -> bytes:
    """The body with as many invoices, each with three lines: its own, repeated or cut. Slashes stay escaped, as Xero's are."""
    page = orjson.loads(body)
    for invoice in page["Invoices"]:
        own = invoice["LineItems"]
        invoice["LineItems"] = [own[n % len(own)] for n in range(LINES)]
    return orjson.dumps(page, option=orjson.OPT_INDENT_2).replace(b"/", b"\\/").replace(b"\n", b"\r\n")


def with_new_ids(body: bytes, was: list[bytes]) -> bytes:
    """The same page of other invoices."""
    for old in was:
        body = body.replace(old, str(uuid4()).encode())
    return body


# -- a database of its own ---------------------------------------------------------------------------------------------


@contextmanager
def _postgres(folder: Path) -> Iterator[str]:
    # Durable, as in production: what a commit waits for shows in the wall time.
    server = Postgres(folder / "pg", sockets=socket_folder(folder))
    server.start()
    try:
        yield server.url()
    finally:
        server.stop()


def _migrate(url: str) -> None:
    subprocess.run(
        [sys.executable, "-m", "alembic", "upgrade", "head"],
        cwd=ROOT,
        env=os.environ | {"ENVIRONMENT": "test", "DATABASE_URL": url},
        check=True,
        capture_output=True,
    )


class Wire:
    """Stands where the network is: answers with the body it was given."""

    body = b""

    async def call(self, *_: Any, **__: Any) -> Answer:
        return Answer(200, httpx.Headers({"content-type": "application/json"}), self.body)


# -- measuring ---------------------------------------------------------------------------------------------------------


class Phases:
    """CPU and wall time of the seams that a page passes, in milliseconds; what lies between them is the rest."""

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """Forgets what was measured so far."""
        self.seen: dict[str, list[tuple[float, float]]] = defaultdict(list)

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        cpu, wall = time.process_time(), time.perf_counter()
        try:
            yield
        finally:
            self.seen[name].append(((time.process_time() - cpu) * 1000, (time.perf_counter() - wall) * 1000))

    def medians(self) -> dict[str, tuple[float, float]]:
        """CPU and wall of each phase, the whole last; `rest` is what no phase saw."""
        found = {
            name: (statistics.median(cpu for cpu, _ in seen), statistics.median(wall for _, wall in seen))
            for name, seen in self.seen.items()
        }
        whole = found.pop("whole")
        parts = list(found.values())
        found["unit, commit, the rest"] = (
            whole[0] - sum(cpu for cpu, _ in parts),
            whole[1] - sum(wall for _, wall in parts),
        )
        return found | {"whole": whole}

    def watch(self, owner: Any, function: str, name: str) -> None:
        """Times a function wherever its module's own code calls it."""
        inner: Callable[..., Any] = getattr(owner, function)
        if asyncio.iscoroutinefunction(inner):

            @functools.wraps(inner)
            async def timed(*args: Any, **more: Any) -> Any:
                with self.phase(name):
                    return await inner(*args, **more)
        else:

            @functools.wraps(inner)
            def timed(*args: Any, **more: Any) -> Any:
                with self.phase(name):
                    return inner(*args, **more)

        setattr(owner, function, timed)


async def _measure(url: str, body: bytes, folder: Path) -> None:
    keys = folder / "keys"
    keys.write_text("k1:" + "A" * 43 + "=\n")
    settings = Settings.model_validate({"environment": "test", "keys_file": keys, "database": {"url": url}})
    async with Runtime.open(settings) as rt:
        ctx = rt.context(Actor.system(rt.lent.ids.new()))
        tenant_id = await _a_tenant(ctx)
        ids = [one["InvoiceID"].encode() for one in orjson.loads(body)["Invoices"]]
        wire = Wire()
        ledger = provider("xero").ledger(cast("Caller", wire), settings, access_token="", tenant_id="")

        async def page(given: bytes) -> None:
            wire.body = given
            pulled = await ledger.pull("invoices", page=1, page_size=1000, modified_since=None)
            assert len(pulled.rows) == 1000
            async with ctx.unit() as unit:
                await storing.store_page(unit, tenant_id=tenant_id, resource="invoices", rows=pulled.rows)

        bodies = [with_new_ids(body, ids) for _ in range(3)]
        for warm in bodies:
            await page(warm)
        measured = {}
        phases = Phases()
        for owner, function, name in SEAMS:
            phases.watch(owner, function, name)
        for kind in ("first import", "read again"):
            phases.begin()
            for _ in range(ROUNDS):
                given = with_new_ids(body, ids) if kind == "first import" else bodies[0]
                gc.collect()
                with phases.phase("whole"):
                    await page(given)
            measured[kind] = phases.medians()
    _show(len(body), measured)


async def _a_tenant(ctx: Context) -> UUID:
    async with ctx.unit() as unit:
        await found_firm(unit, name="Bench", identity_id=unit.ids.new(), owner="Bench", email="bench@example.com")
        row = unit.add(
            Tenant(
                id=unit.ids.new(), provider="xero", remote_id=str(unit.ids.new()), name="Bench", kind="organisation",
                size_state="unknown", seen_at=unit.now,
            )
        )  # fmt: skip
        return row.id


def _show(size: int, measured: dict[str, dict[str, tuple[float, float]]]) -> None:
    print(
        f"\nA page of 1,000 invoices with {LINES} lines each, {size / 1e6:.1f} MB, median of {ROUNDS}; ms of our process\n"
    )
    print(f"{'':28}" + "".join(f"{kind + ': CPU':>20}{'wall':>8}" for kind in measured))
    for name in next(iter(measured.values())):
        cells = "".join(f"{one[name][0]:20.1f}{one[name][1]:8.1f}" for one in measured.values())
        print(f"{name:28}{cells}")
    print(f"\npeak memory of this process {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
