"""From consent to score through both doors: issues, counts and score are what the sandbox planted, organisation by organisation.

The formula below is written from the definition of the score and shares nothing with the product.
"""

import base64
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from sqlalchemy import select

from api.main import create_app
from practice.kernel.actor import Actor
from practice.kernel.clock import FrozenClock
from practice.kernel.runtime import Runtime
from practice.kernel.settings import Settings
from practice.scoring.models import Issue
from sandbox.app import create_app as create_sandbox
from sandbox.clock import Clock
from sandbox.ledgers.truth import truth
from sandbox.settings import Settings as SandboxSettings
from sandbox.world.organisations import Organisation, organisations
from tests.api.conftest import OURS, XERO, House, Person
from worker.claim import claim
from worker.handling import load_handlers
from worker.jobs.score_client import child
from worker.run import work

# In the morning of this day it is the same day in London, Sydney and Auckland.
NOW = datetime(2026, 11, 21, 2, tzinfo=UTC)
TODAY = NOW.date()
END = date(2026, 10, 31)
SIZES = (30, 60, 110, 240, 480, 850)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where the sandbox makes its ledgers, in this process."""
    made = tmp_path_factory.mktemp("sandbox")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("SANDBOX_DIR", str(made))
        yield made


@pytest.fixture(params=[1, 7], ids=lambda seed: f"seed-{seed}")
async def house(
    request: pytest.FixtureRequest, database_url: str, redis_url: str, tmp_path: Path, folder: Path
) -> AsyncIterator[House]:
    keys = tmp_path / "keys"
    keys.write_text(f"k1:{base64.b64encode(bytes(range(32))).decode()}\n")
    addresses = dict.fromkeys(("login_url", "identity_url", "api_url", "app_url"), XERO)
    settings = Settings.model_validate(
        {
            "environment": "test",
            "signup": "open",
            "base_url": OURS,
            "keys_file": keys,
            "database": {"url": database_url, "pool": 4},
            "redis": {"url": redis_url},
            "xero": {"client_id": "sandbox-client", "client_secret": "sandbox-secret", "sandbox": True, **addresses},
        }
    )
    made = SandboxSettings(origin=XERO, today=TODAY, seed=request.param, directory=folder, limits=False)
    sandbox = create_sandbox(made, Clock(NOW, scale=0))
    async with (
        httpx.AsyncClient(transport=httpx.ASGITransport(sandbox), base_url=XERO) as to_xero,
        httpx.AsyncClient(transport=httpx.ASGITransport(sandbox), base_url=XERO) as xero,
        Runtime.open(settings, http=to_xero, clock=FrozenClock(NOW)) as rt,
    ):
        house = House(create_app(settings, rt), rt, xero)
        yield house
        for client in house.open:
            await client.aclose()
    if child.pool:
        child.replace(child.pool)


async def test_issues_counts_and_score_are_what_was_planted(house: House, request: pytest.FixtureRequest) -> None:
    seed = request.node.callspec.params["house"]
    chosen = [min(organisations(seed)[:60], key=lambda one: abs(one.documents - size)) for size in SIZES]
    ada = await house.founder()
    clients = await imported(house, ada, chosen)
    for one in chosen:
        planted = truth(seed, one.tenant_id, TODAY)["flaws"]
        client = clients[one.tenant_id]
        found = await open_issues(house, ada, client["id"])
        for code in planted:
            assert sorted(map(described, found[code])) == expected(code, planted[code]["issues"]), (one.name, code)
        card = (await ada.get(f"/clients/{client['id']}/score")).json()
        score, counts = by_the_definition(planted)
        assert card["value"] == score, one.name
        assert card["value"] == client["score"]["value"]
        assert {
            entry["code"]: (entry["n"], entry["of"]) for entry in card["entries"] if entry["code"] in counts
        } == counts


async def imported(house: House, ada: Person, chosen: list[Organisation]) -> dict[str, dict[str, Any]]:
    """Consent, adopt, configure, import, score; the clients by their organisation in Xero."""
    asked = await ada.post("/connections", {"provider": "xero"})
    assert asked.status_code == 201, asked.text
    back = await consented(house.xero, asked.json()["authorize_url"], [one.tenant_id for one in chosen])
    assert (await ada.http.get(back)).headers["location"].startswith("/connect/tenants")
    tenants = {tenant["id"]: tenant["remote_id"] for tenant in (await ada.get("/tenants")).json()["items"]}
    assert sorted(tenants.values()) == sorted(one.tenant_id for one in chosen)
    adopted = await ada.post("/clients", {"tenant_ids": list(tenants)})
    assert adopted.status_code == 201, adopted.text
    ids = [client["id"] for client in adopted.json()["items"]]
    ready = await ada.send("PATCH", "/clients/bulk", {"changes": [{"id": id_} for id_ in ids], "ready": True})
    assert ready.status_code == 200, ready.text
    started = await ada.post("/import-runs", {"client_ids": ids}, Idempotency_Key="the-only-run")
    assert started.status_code == 202, started.text
    await everything_done(house)
    run = (await ada.get(f"/import-runs/{started.json()['id']}")).json()
    assert run["counts"]["done"] == len(chosen), run["causes"]
    listed = (await ada.get("/clients")).json()["items"]
    return {tenants[client["tenant_id"]]: client for client in listed}


async def consented(xero: httpx.AsyncClient, address: str, tenant_ids: list[str]) -> str:
    """Through Xero's sign-in and consent, ticking these; the address that it sends the browser back to."""
    at = await xero.get(address)
    while True:
        where = urlsplit(at.headers["location"])
        page = parse_qs(where.query)
        if where.netloc == urlsplit(OURS).netloc:
            return str(at.headers["location"])
        if where.path == "/identity/login":
            people = (await xero.get("/__control/users")).json()["users"]
            at = await xero.post("/identity/login", data={"user": people[0]["email"], "return": page["return"][0]})
        elif where.path == "/identity/consent":
            form = {"txn": page["txn"][0], "tenant": tenant_ids, "action": "allow"}
            at = await xero.post("/identity/consent", data=form)
        else:
            at = await xero.get(at.headers["location"])


async def everything_done(house: House) -> None:
    """Both queues, until nothing is due: a score follows each import."""
    load_handlers()
    busy = True
    while busy:
        busy = False
        for queue in ("slow", "quick"):
            while taken := await claim(house.rt.lent, queue, "the test"):
                await work(house.rt.lent, taken)
                busy = True


async def open_issues(house: House, ada: Person, client_id: str) -> dict[str, list[Issue]]:
    by_code: dict[str, list[Issue]] = defaultdict(list)
    assert ada.firm_id is not None
    async with house.unit(Actor.system(ada.firm_id)) as unit:
        for issue in await unit.scalars(
            select(Issue).where(Issue.firm_id == ada.firm_id, Issue.client_id == client_id, Issue.state == "open")
        ):
            by_code[issue.code].append(issue)
    return by_code


def described(issue: Issue) -> str:
    """What an issue is about, in the words of the truth."""
    linked = sorted(link["id"] for link in issue.links if link["id"])
    match issue.code:
        case "DQ01":
            return f"{issue.key} {issue.amount} {issue.date}"
        case "DQ06" | "DQ12" | "DQ13":
            return " ".join(linked)
        case "DQ15" | "DQ21" | "DQ22":
            return f"{issue.key} {issue.amount}"
        case "DQ27":
            return issue.title
        case _:
            return issue.key


def expected(code: str, planted: list[dict[str, Any]]) -> list[str]:
    return sorted(_planted(code, issue) for issue in planted)


def _planted(code: str, issue: dict[str, Any]) -> str:
    match code:
        case "DQ01":
            side = f":{issue['side']}" if issue.get("side") else ""
            return f"{issue['id']}{side} {money(issue['amount'])} {issue['date']}"
        case "DQ06" | "DQ12" | "DQ13":
            return " ".join(sorted(issue["ids"]))
        case "DQ07":
            return f"{issue['contact_id']}:{issue['direction']}"
        case "DQ15" | "DQ21" | "DQ22":
            return f"{issue['id']} {money(issue['amount'])}"
        case "DQ27":
            return {"error": "The year is open", "warn": "The last months are open"}[issue["state"]]
        case _:
            return str(issue["id"])


def money(cents: int) -> str:
    return str(Decimal(cents).scaleb(-2))


def by_the_definition(planted: dict[str, Any]) -> tuple[int, dict[str, tuple[int, int]]]:
    """The score, and n of N of each entry that has both."""

    def share(codes: tuple[str, ...], tolerance: str) -> Fraction | None:
        n, among = (sum(planted[code][name] for code in codes) for name in ("n", "N"))
        return max(Fraction(0), 1 - Fraction(n, max(among, 20)) / Fraction(tolerance)) if among else None

    def age(code: str, good: int, late: int) -> Fraction:
        oldest = planted[code]["oldest"]
        days = (END - date.fromisoformat(oldest)).days if oldest else 0
        if days <= good:
            return Fraction(1)
        if days <= late:
            return 1 - Fraction(days - good, late - good) / 2
        return max(Fraction(0), Fraction(1, 2) - Fraction(days - late, late) / 2)

    def paid(code: str) -> Fraction | None:
        total = Fraction(planted[code]["total"])
        return 1 - Fraction(planted[code]["old"]) / total if total else None

    unpaid = [degree for degree in (paid("DQ21"), paid("DQ22")) if degree is not None]
    shared = share(("DQ01",), "0.10")
    assert shared is not None
    degrees = {
        "DQ01": (25, min(age("DQ01", 15, 30), shared)),
        "DQ06": (12, share(("DQ06",), "0.05")),
        "DQ07": (12, share(("DQ07",), "0.25")),
        "DQ12+13": (15, share(("DQ12", "DQ13"), "0.02")),
        "DQ15": (8, age("DQ15", 0, 30)),
        "DQ21+22": (12, sum(unpaid, Fraction(0)) / len(unpaid) if unpaid else None),
        "DQ27": (10, {"ok": Fraction(1), "warn": Fraction(1, 2), "error": Fraction(0)}[planted["DQ27"]["state"]]),
        "DQ30": (6, share(("DQ30",), "0.30")),
    }
    weight = sum(weight for weight, degree in degrees.values() if degree is not None)
    exact = (
        sum((weight * degree for weight, degree in degrees.values() if degree is not None), Fraction(0)) * 100 / weight
    )
    counts = {
        code: (sum(planted[one]["n"] for one in codes), sum(planted[one]["N"] for one in codes))
        for code, codes in {
            "DQ01": ("DQ01",),
            "DQ06": ("DQ06",),
            "DQ07": ("DQ07",),
            "DQ12+13": ("DQ12", "DQ13"),
            "DQ30": ("DQ30",),
        }.items()
    }
    return int(exact + Fraction(1, 2)), counts
