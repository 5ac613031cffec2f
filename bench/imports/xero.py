"""The sandbox as a process of its own, its switches, and consent at its door as a browser gives it."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx

from stack import spawn
from stack.places import ROOT, free_port

CLIENT = ("sandbox-client", "sandbox-secret")
BACK = "http://localhost:9/back"
# The day the books end stays the same, so that books made once serve every later run.
TODAY = "2026-11-20"
SCOPES = (
    "openid profile email offline_access accounting.settings.read accounting.contacts.read accounting.invoices.read "
    "accounting.payments.read accounting.banktransactions.read accounting.manualjournals.read "
    "accounting.reports.trialbalance.read accounting.reports.banksummary.read"
)


class Xero:
    """One sandbox process for the whole table. `groups`: by a name of ours, how many organisations of what (world/composed.py)."""

    def __init__(self, folder: Path, groups: Mapping[str, tuple[int, str]]) -> None:
        self.folder = folder
        self.groups = groups
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self.env = {
            **{name: value for name, value in os.environ.items() if not name.startswith("SANDBOX_")},
            "SEED": "1",
            "SANDBOX_CLIENTS": ",".join(f"{count}*{spec}" for count, spec in groups.values()),
            "SANDBOX_PORT": str(port),
            "SANDBOX_ORIGIN": self.url,
            "SANDBOX_TODAY": TODAY,
            "SANDBOX_DIR": str(folder),
            "SANDBOX_PREBUILD": "0",
            "PYTHONPATH": str(ROOT),
        }
        self.tenants: dict[str, list[str]] = {}
        self._http = httpx.Client(base_url=self.url, timeout=120, trust_env=False)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        assert self._process
        return self._process.pid

    def start(self) -> float:
        """Makes the books that are missing, then serves; answers how long the books took."""
        self.folder.mkdir(parents=True, exist_ok=True)
        began = time.perf_counter()
        self._make_room()
        subprocess.run(
            [
                sys.executable, "-m", "sandbox.ledgers.build", "--all", "--today", TODAY, "--directory", str(self.folder),
                "--seed", f"1:{self.env['SANDBOX_CLIENTS']}",
            ],
            env=self.env, cwd=ROOT, check=True, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        took = time.perf_counter() - began
        (self.folder / "state.json").unlink(missing_ok=True)
        log = self.folder / "sandbox.log"
        with log.open("wb") as output:
            self._process = spawn.spawn([sys.executable, "-m", "sandbox"], env=self.env, cwd=ROOT, output=output.fileno())
        spawn.wait_until(self._answers, self._process, what="the sandbox", log=log, seconds=60)
        left = [one["tenant_id"] for one in self.ask("organisations")["organisations"]]
        for name, (count, _) in self.groups.items():
            self.tenants[name], left = left[:count], left[count:]
        return took

    def stop(self) -> None:
        self._http.close()
        if self._process is not None:
            spawn.stop(self._process, by=signal.SIGTERM, grace=5)

    def _make_room(self) -> None:
        """Books of other versions or worlds that nobody asks for any more would fill the disk."""
        free = shutil.disk_usage(self.folder).free
        if free < 4 * 1024**3:
            shutil.rmtree(self.folder / "ledgers", ignore_errors=True)

    def _answers(self) -> bool:
        try:
            return self._http.get("/__control/health").status_code == 200
        except httpx.HTTPError:
            return False

    # -- switches --------------------------------------------------------------------------------------------------

    def ask(self, what: str, **query: Any) -> Any:
        return self._http.get(f"/__control/{what}", params=query).raise_for_status().json()

    def switch(self, what: str, **values: Any) -> None:
        self._http.post(f"/__control/{what}", json=values).raise_for_status()

    def conditions(self, *, latency_ms: int, limits: bool, scale: float = 1) -> None:
        self.switch("latency", ms=latency_ms)
        self.switch("limits", on="on" if limits else "off")
        self.switch("clock", scale=scale)

    def new_minute(self) -> None:
        """What was called before is out of every window."""
        self.switch("clock", advance=61)

    def reset(self) -> None:
        self.switch("reset")

    def now(self) -> datetime:
        """By its own clock."""
        return datetime.fromisoformat(self.ask("state")["now"])

    def ahead(self) -> timedelta:
        """How far its clock, which is moved on between cases, is ahead of the machine's."""
        return self.now() - datetime.now(UTC)

    def stats(self) -> dict[str, Any]:
        found: dict[str, Any] = self.ask("stats")
        return found

    # -- consent ---------------------------------------------------------------------------------------------------

    def refresh_token(self, tenants: Sequence[str]) -> str:
        """Of a consent of its own, for a reader that is not ours."""
        with httpx.Client(base_url=self.url, timeout=60, trust_env=False) as browser:
            asked = {
                "response_type": "code", "client_id": CLIENT[0], "redirect_uri": BACK, "scope": SCOPES, "state": "bench",
            }  # fmt: skip
            back = walk(browser, f"{self.url}/identity/connect/authorize?{httpx.QueryParams(asked)}", tenants, home=BACK)
            code = parse_qs(urlsplit(back).query)["code"][0]
            form = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK}
            answer = browser.post("/connect/token", data=form, auth=CLIENT).raise_for_status()
            return str(answer.json()["refresh_token"])


def walk(browser: httpx.Client, address: str, tenants: Sequence[str], *, home: str) -> str:
    """Through sign-in and consent, ticking these; the address that the browser is sent back to."""
    at = browser.get(address)
    while True:
        where = urlsplit(at.headers["location"])
        page = parse_qs(where.query)
        if where.netloc == urlsplit(home).netloc:
            return str(at.headers["location"])
        if where.path == "/identity/login":
            people = browser.get("/__control/users").json()["users"]
            at = browser.post("/identity/login", data={"user": people[0]["email"], "return": page["return"][0]})
        elif where.path == "/identity/consent":
            at = browser.post(
                "/identity/consent", data={"txn": page["txn"][0], "tenant": list(tenants), "action": "allow"}
            )
        else:
            at = browser.get(at.headers["location"])


def windows_between(before: Mapping[str, Any], after: Mapping[str, Any], tenant: str) -> list[tuple[datetime, int]]:
    """Calls let through in each of the tenant's minutes since `before`, by when it opened by the sandbox's clock."""
    earlier = before["tenants"].get(tenant, {}).get("calls_per_window", {})
    windows = after["tenants"].get(tenant, {}).get("calls_per_window", {})
    counts = [(opened, count - earlier.get(opened, 0)) for opened, count in sorted(windows.items())]
    return [(datetime.fromisoformat(opened), count) for opened, count in counts if count > 0]


def calls_between(before: Mapping[str, Any], after: Mapping[str, Any], tenant: str) -> int:
    return int(after["tenants"].get(tenant, {}).get("calls", 0) - before["tenants"].get(tenant, {}).get("calls", 0))


def refused_between(before: Mapping[str, Any], after: Mapping[str, Any]) -> int:
    return int(sum(after["refused"].values()) - sum(before["refused"].values()))


