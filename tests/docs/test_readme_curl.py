"""The README's lines for the main job, run as they stand there by bash, against real processes: five clients end scored."""

import base64
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urljoin

import httpx
import pytest

from stack.places import ROOT
from stack.spawn import spawn, stop, wait_until
from stack.up import answers
from tests.ports import held_port

OURS = {"Sec-Fetch-Site": "same-origin"}
CLIENTS = 5


def curl_lines() -> str:
    """The one block of the section that shows the main job."""
    section = (ROOT / "README.md").read_text().split("## The main job in curl", 1)[1].split("\n## ", 1)[0]
    found: list[str] = re.findall(r"```sh\n(.*?)```", section, re.DOTALL)
    assert len(found) == 1, "the README shows the main job in one block"
    return found[0]


@pytest.fixture
def ports() -> Iterator[tuple[int, int]]:
    with held_port() as ours, held_port() as xeros:
        yield ours, xeros


@pytest.fixture
def product(database_url: str, redis_url: str, tmp_path: Path, ports: tuple[int, int]) -> Iterator[tuple[str, str]]:
    """The addresses of the product and of the Xero it talks to: API, worker and sandbox as processes of their own."""
    ours, xeros = ports
    base, xero = f"http://localhost:{ours}", f"http://127.0.0.1:{xeros}"
    keys = tmp_path / "keys"
    keys.write_text(f"k1:{base64.b64encode(bytes(range(32))).decode()}\n")
    env = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "TMPDIR")} | {
        "PYTHONPATH": str(ROOT),
        "ENVIRONMENT": "test",
        "BASE_URL": base,
        "PORT": str(ours),
        "SIGNUP": "open",
        "KEYS_FILE": str(keys),
        "FRONTEND_DIST": str(tmp_path / "dist"),
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "XERO_CLIENT_ID": "sandbox-client",
        "XERO_CLIENT_SECRET": "sandbox-secret",
        "XERO_SANDBOX": "true",
        **{f"XERO_{name}_URL": xero for name in ("LOGIN", "IDENTITY", "API", "APP")},
        "SANDBOX_PORT": str(xeros),
        "SANDBOX_DIR": str(tmp_path / "sandbox"),
        "SANDBOX_PREBUILD": "off",
    }
    api = ["-m", "uvicorn", "api.main:app_from_env", "--factory", "--host", "localhost", "--port", str(ours)]
    programs = {
        "sandbox": (["-m", "sandbox"], f"{xero}/.well-known/openid-configuration"),
        "api": ([*api, "--timeout-graceful-shutdown", "1"], f"{base}/api/v1/health/ready"),
        "worker": (["-m", "worker.main"], None),
    }
    with ExitStack() as running:
        started = []
        for name, (arguments, ready) in programs.items():
            log = tmp_path / f"{name}.log"
            output = running.enter_context(log.open("wb"))
            process = spawn([sys.executable, *arguments], env=env, cwd=ROOT, output=output)
            running.callback(stop, process, by=signal.SIGTERM, grace=15)
            started.append((name, process, ready, log))
        for name, process, ready, log in started:
            if ready:
                wait_until(lambda ready=ready: answers(ready), process, what=name, log=log, seconds=300)  # type: ignore[misc]
        yield base, xero


def test_the_lines_of_the_readme_bring_five_clients_to_their_scores(product: tuple[str, str]) -> None:
    base, xero = product
    key = connected(base, xero)

    done = subprocess.run(
        ["bash", "-c", curl_lines()],
        env={"PATH": os.environ["PATH"], "API": f"{base}/api/v1", "KEY": key},
        capture_output=True,
        text=True,
        timeout=500,
        check=False,
    )

    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    with httpx.Client(base_url=f"{base}/api/v1", headers={"Authorization": f"Bearer {key}"}, timeout=100) as http:
        clients = http.get("/clients").json()["items"]
        runs = http.get("/import-runs").json()["items"]
    assert len(clients) == CLIENTS
    assert all(client["score"]["value"] is not None for client in clients), clients
    assert {client["visibility"] for client in clients} == {"whole_team"}
    assert all(client["managers"] and client["tags"] == ["first five"] for client in clients)
    assert [run["counts"]["done"] for run in runs] == [CLIENTS]
    for client in clients:
        assert re.search(rf"^ *{client['score']['value']} .*{re.escape(client['name'])}$", done.stdout, re.MULTILINE)
    lowest = min(clients, key=lambda client: client["score"]["value"])
    assert lowest["name"] in done.stdout.split("Lowest: ", 1)[1].splitlines()[0]


def connected(base: str, xero: str) -> str:
    """What the reader has done in a browser before: signed in, founded a firm, consented, and made a key."""
    with httpx.Client(base_url=base, timeout=100) as browser:
        visit(browser, f"{base}/api/v1/sign-in/xero", xero)
        csrf = browser.get("/api/v1/me").json()["csrf_token"]
        founded = browser.post("/api/v1/firms", json={"name": "Bright"}, headers={**OURS, "X-CSRF-Token": csrf})
        assert founded.is_success, founded.text
        ours = {**OURS, "X-CSRF-Token": browser.get("/api/v1/me").json()["csrf_token"]}
        # A night that was missed is made up for at any minute: then the firm's first run would not be the reader's own.
        assert browser.patch("/api/v1/firm", json={"nightly_sync": False}, headers=ours).is_success
        begun = browser.post("/api/v1/connections", json={"provider": "xero"}, headers=ours)
        visit(browser, begun.json()["authorize_url"], xero)
        made = browser.post("/api/v1/keys", json={"label": "curl"}, headers=ours)
        assert made.status_code == 201, made.text
        return str(made.json()["secret"])


def visit(browser: httpx.Client, address: str, xero: str) -> None:
    """Goes where a browser would go; at the sandbox signs in as the partner and ticks the five smallest organisations."""
    answer = browser.get(address)
    for _ in range(20):
        here = str(answer.url)
        if answer.is_redirect:
            target = urljoin(here, answer.headers["location"])
            if "/api/" not in target and not target.startswith(xero):
                assert "failed" not in target, target
                return
            answer = browser.get(target)
        elif 'action="/identity/login"' in answer.text:
            fields = {"return": value_of(answer.text, "return"), "user": "margaret@ironbark.example"}
            answer = browser.post(f"{xero}/identity/login", data=fields)
        else:
            assert 'action="/identity/consent"' in answer.text, answer.text[:500]
            offered = re.findall(r'name="tenant" value="([^"]*)"', answer.text)
            sizes = {
                one["tenant_id"]: one["documents"]
                for one in httpx.get(f"{xero}/__control/organisations").json()["organisations"]
            }
            smallest = sorted((one for one in offered if one in sizes), key=lambda one: int(sizes[one]))[:CLIENTS]
            form = {"txn": value_of(answer.text, "txn"), "tenant": smallest, "action": "allow"}
            answer = browser.post(f"{xero}/identity/consent", data=form)
    pytest.fail(f"sent from page to page without end, last to {answer.url}")


def value_of(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found
    return found[1].replace("&amp;", "&")
