"""The main job, unattended, through the public API only: sign in, consent, configure, import, wait, scores.

Starts the stack if none answers and stops it again if it did. Ends well only if every client ended scored.
"""

import os
import re
import signal
import subprocess
import sys
import time
import uuid
from dataclasses import dataclass, field
from html import unescape
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx

from stack import environment, spawn
from stack.places import ROOT, var_folder
from stack.up import answers

_OVER = {"done", "failed", "needs_action", "cancelled"}
_PATIENCE = 600.0  # seconds without any progress at all


def main(argv: list[str]) -> int:
    plan = environment.plan(var_folder())
    if not plan.sandbox:
        raise RuntimeError("the demo consents by itself, so it runs against the sandbox only: unset XERO_CLIENT_ID")
    text = plan.env.get("CLIENTS") or "12"
    if not text.isdecimal() or int(text) < 1:
        raise RuntimeError(f"CLIENTS={text} is no number of clients")
    base = plan.env["BASE_URL"]
    started = None if is_ready(base) else _start(base)
    try:
        with httpx.Client(timeout=60, follow_redirects=False) as http:
            return Demo(http, base, clients=int(text)).run()
    finally:
        if started is not None:
            spawn.stop(started, by=signal.SIGTERM, grace=60)


def is_ready(base: str) -> bool:
    return answers(f"{base}/api/v1/health/ready")


def _start(base: str) -> "subprocess.Popen[bytes]":
    """As a child that ends with us."""
    log = var_folder() / "log" / "demo.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    print(f"nothing answers at {base}, so it is started here (its log: {log}) …", flush=True)
    with log.open("wb") as output:
        argv = [sys.executable, "-m", "stack.main", "up"]
        process = spawn.spawn(argv, env=os.environ, cwd=ROOT, output=output.fileno())
    try:
        spawn.wait_until(lambda: is_ready(base), process, what="Bulkhead", log=log, seconds=600)
    except BaseException:
        spawn.stop(process, by=signal.SIGTERM, grace=60)
        raise
    return process


@dataclass
class Demo:
    http: httpx.Client
    base: str
    clients: int
    csrf: str = ""
    ticked: list[str] = field(default_factory=list)

    def run(self) -> int:
        self._visit(f"{self.base}/api/v1/sign-in/xero")
        me = self._ask("GET", "/me")
        self.csrf = me["csrf_token"]
        if me["firm"] is None:
            firm = self._ask("POST", "/firms", {"name": "Demo Partners"})
            self.csrf = self._ask("GET", "/me")["csrf_token"]
            print(f"signed in as {me['user']['name']}, founded {firm['name']}")
        else:
            print(f"signed in as {me['user']['name']} of {me['firm']['name']}")

        begun = self._ask("POST", "/connections", {"provider": "xero", "return_to": "tenants"})
        self._visit(begun["authorize_url"])
        # A practice the user reaches may have been ticked too; only organisations become clients.
        tenants = [tenant for tenant in self._all("/tenants") if tenant["remote_id"] in self.ticked]
        tenants = [tenant for tenant in tenants if tenant["kind"] == "organisation"]
        print(f"consented to {len(tenants)} organisations")

        if new := [tenant["id"] for tenant in tenants if tenant["client_id"] is None]:
            self._ask("POST", "/clients", {"tenant_ids": new})
        wanted = {tenant["id"] for tenant in tenants}
        clients = [tenant["client_id"] for tenant in self._all("/tenants") if tenant["id"] in wanted]
        changes = [{"id": client, "visibility": "whole_team", "tags": ["demo"]} for client in clients]
        self._ask("PATCH", "/clients/bulk", {"changes": changes, "ready": True})
        run = self._ask("POST", "/import-runs", {"client_ids": clients})
        print(f"importing {len(clients)} clients, five at a time")
        self._wait(run["id"])
        return self._report(self._all(f"/import-runs/{run['id']}/imports"))

    def _wait(self, run_id: str) -> None:
        live, seen, said, moved = sys.stdout.isatty(), "", 0.0, time.monotonic()
        while True:
            run = self._ask("GET", f"/import-runs/{run_id}")
            counts = run["counts"]
            working = counts["importing"] + counts["scoring"]
            trouble = counts["failed"] + counts["needs_action"] + counts["cancelled"]
            line = f"  {run['percent']:3d} %  {counts['done']} of {counts['total']} done, {working} at work, "
            line += f"{counts['queued'] + counts['waiting']} waiting" + (f", {trouble} in trouble" if trouble else "")
            line += f"  {run['documents']:,} documents, {run['calls']} calls"
            now = time.monotonic()
            if line != seen:
                seen, moved = line, now
            if run["state"] == "finished" or live or now - said > 5:
                said = now
                print(f"\r{line:<100}" if live else line, end="" if live else "\n", flush=True)
            if run["state"] == "finished":
                print(flush=True)
                return
            if now - moved > _PATIENCE:
                raise RuntimeError(f"nothing moved for {_PATIENCE:.0f} s; the log is in var/log/")
            time.sleep(0.5)

    def _report(self, imports: list[dict[str, Any]]) -> int:
        rows = [("client", "documents", "seconds", "score")]
        scored = 0
        for each in sorted(imports, key=lambda one: str(one["client_name"]).lower()):
            score = (each["score"] or {}).get("value")
            good = each["state"] == "done" and score is not None
            scored += good
            said = str(score) if good else f"{each['state']}: {(each['problem'] or {}).get('title') or 'no score'}"
            rows.append((each["client_name"], f"{each['documents']:,}", str(each["took_seconds"] or 0), said))
        widths = [max(len(row[column]) for row in rows) for column in range(4)]
        for number, (name, documents, seconds, score) in enumerate(rows):
            print(f"{name:<{widths[0]}}  {documents:>{widths[1]}}  {seconds:>{widths[2]}}  {score}")
            if number == 0:
                print("-" * (sum(widths) + 6))
        print(f"\n{scored} of {len(imports)} clients scored")
        return 0 if imports and scored == len(imports) else 1

    def _visit(self, address: str) -> None:
        """Goes where a browser would go, answers the sandbox's two pages, and comes back to the product."""
        response = self.http.get(address)
        for _ in range(20):
            here = str(response.url)
            if response.is_redirect:
                target = urljoin(here, response.headers["location"])
                if target.startswith(self.base) and not urlsplit(target).path.startswith("/api/"):
                    if "failed" in urlsplit(target).path:
                        raise RuntimeError(f"the way through Xero ended at {target}")
                    return
                response = self.http.get(target)
            elif response.status_code != 200:
                raise RuntimeError(f"{here} answered {response.status_code}: {response.text[:300]}")
            elif 'action="/identity/login"' in response.text:
                fields = {"return": _value(response.text, "return"), "user": self._partner(response.text)}
                response = self.http.post(urljoin(here, "/identity/login"), data=fields)
            elif 'action="/identity/consent"' in response.text:
                offered = _values(response.text, "tenant")
                if offered:
                    self.ticked = offered[: self.clients]
                form = {"txn": _value(response.text, "txn"), "tenant": self.ticked if offered else [], "action": "allow"}
                response = self.http.post(urljoin(here, "/identity/consent"), data=form)
            else:
                raise RuntimeError(f"{here} shows a page that the demo does not know")
        raise RuntimeError(f"sent from page to page without end, last to {response.url}")

    def _partner(self, page: str) -> str:
        """The one of the sandbox's users who reaches most."""
        people = re.findall(r'name="user" value="([^"]+)".*?(\d+) organisation', page, re.DOTALL)
        user: str = max(people, key=lambda person: int(person[1]))[0]
        return user

    def _all(self, path: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        cursor = None
        while True:
            page = self._ask("GET", path, query={"cursor": cursor} if cursor else {})
            found += page["items"]
            cursor = page["next_cursor"]
            if not cursor:
                return found

    def _ask(self, method: str, path: str, body: dict[str, Any] | None = None, *, query: dict[str, str] | None = None) -> Any:
        headers = {"Origin": self.base, "X-CSRF-Token": self.csrf} if method != "GET" else {}
        if method == "POST":
            headers["Idempotency-Key"] = str(uuid.uuid4())
        response = self.http.request(method, f"{self.base}/api/v1{path}", json=body, params=query or {}, headers=headers)
        if response.is_error:
            raise RuntimeError(f"{method} {path} answered {response.status_code}: {response.text[:600]}")
        return response.json() if response.content else None


def _values(page: str, name: str) -> list[str]:
    return [unescape(value) for value in re.findall(rf'name="{name}" value="([^"]*)"', page)]


def _value(page: str, name: str) -> str:
    return (_values(page, name) or [""])[0]
