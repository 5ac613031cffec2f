"""`./run up`: servers, migration, sandbox, mailbox, API, worker, under one supervisor, with one log."""

import sys
import urllib.error
import urllib.request
from collections.abc import Callable

import psutil

from stack import environment, pages
from stack.places import ROOT, port_is_free, socket_folder, var_folder
from stack.postgres import Postgres
from stack.supervisor import Log, Program, Stopped, Supervisor
from stack.valkey import Valkey

PYTHON = sys.executable


def up(argv: list[str]) -> int:
    _refuse_unknown(argv, {"--no-sandbox"})
    return serve(sandbox="--no-sandbox" not in argv)


def dev(argv: list[str]) -> int:
    _refuse_unknown(argv, {"--no-sandbox"})
    return serve(sandbox="--no-sandbox" not in argv, reload=True)


def serve(*, sandbox: bool = True, reload: bool = False, announce: Callable[[environment.Plan], None] | None = None) -> int:
    var = var_folder()
    plan = environment.plan(var, sandbox=sandbox, vite=reload)
    refuse_taken_ports(plan)
    if not reload:
        pages.build_pages(var)
    log = Log(var / "log" / "run.log")
    try:
        with Supervisor(var, log) as supervisor:
            sockets = socket_folder(var)
            env = dict(plan.env)
            if not plan.own_database:
                postgres = Postgres(var / "pg", sockets=sockets)
                supervisor.start_server(postgres)
                env["DATABASE_URL"] = postgres.url()
                log.line("postgres", f"ready; data in {postgres.data}")
            if not plan.own_redis:
                valkey = Valkey(var / "valkey", socket_path=sockets / "valkey.sock")
                supervisor.start_server(valkey)
                env["REDIS_URL"] = valkey.url
                log.line("valkey", "ready")
            supervisor.run_once(Program("migrate", [PYTHON, "-m", "alembic", "upgrade", "head"], ROOT), env)
            supervisor.keep(
                _programs(plan, reload=reload),
                env,
                ready=lambda: answers(f"http://localhost:{plan.ports.api}/api/v1/health/ready"),
                when_ready=lambda: (announce or _announce)(plan),
            )
            print("\nstopping …", flush=True)
    except Stopped:
        print("\nstopped while starting", flush=True)
    finally:
        log.close()
    return 0


def _programs(plan: environment.Plan, *, reload: bool) -> list[list[Program]]:
    """Floors: what the others call stands below them, is started first and stopped last."""
    below, above = [], []
    if plan.sandbox:
        below.append(Program("sandbox", _watched([PYTHON, "-m", "sandbox"], "sandbox", reload=reload), ROOT))
    if plan.mailbox:
        below.append(Program("mailbox", [PYTHON, "-m", "stack.mailbox"], ROOT, grace=3))
    api = [PYTHON, "-m", "uvicorn", "api.main:app_from_env", "--factory", "--no-access-log", "--log-level", "warning"]
    api += ["--host", plan.env.get("HOST") or environment.localhost(), "--port", str(plan.ports.api)]
    api += ["--timeout-graceful-shutdown", "3"]  # browsers hold their event stream open for ever
    if reload:
        api += ["--reload", "--reload-dir", "api", "--reload-dir", "practice"]
    above.append(Program("api", api, ROOT))
    above.append(Program("worker", _watched([PYTHON, "-m", "worker.main"], "worker", "practice", reload=reload), ROOT, grace=25))
    if reload:
        node = pages.Node(var_folder())
        pages.install_modules(node, var_folder())
        above.append(Program("pages", ["/usr/bin/env", f"PATH={node.env['PATH']}", *node.npm("run", "dev")], pages.FRONTEND, grace=3))
    return [below, above]


def _watched(argv: list[str], *folders: str, reload: bool) -> list[str]:
    return [PYTHON, "-m", "watchfiles", "--filter", "python", " ".join(argv), *folders] if reload else argv


def refuse_taken_ports(plan: environment.Plan) -> None:
    wanted = [("PORT", plan.ports.api, True)]
    wanted += [("SANDBOX_PORT", plan.ports.sandbox, plan.sandbox)]
    wanted += [("MAILBOX_PORT", plan.ports.mailbox, plan.mailbox), ("MAILBOX_SMTP_PORT", plan.ports.smtp, plan.mailbox)]
    taken = [(name, port) for name, port, used in wanted if used and not port_is_free(port)]
    if taken:
        said = [f"port {port} is taken{_by_whom(port)}; choose another: {name}={port + 100} ./run" for name, port in taken]
        raise RuntimeError("\n".join(said))


def _by_whom(port: int) -> str:
    try:
        for connection in psutil.net_connections("tcp"):
            if connection.status == psutil.CONN_LISTEN and connection.laddr and connection.laddr[1] == port and connection.pid:
                return f" by {psutil.Process(connection.pid).name()} (process {connection.pid})"
    except psutil.Error:
        pass  # only root may ask on some systems
    return ""


def answers(url: str, *, seconds: float = 1.0) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=seconds) as response:  # noqa: S310 (our own http address)
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError, ValueError):
        return False


def _announce(plan: environment.Plan) -> None:
    base = plan.env["BASE_URL"]
    lines = ["", "=" * 78, f"  Bulkhead is ready: {base}", ""]
    if plan.sandbox:
        lines += [
            "  1  Open it, sign in as the sandbox's partner, tick organisations on the consent",
            "     page, configure them in one grid and press Import.",
            "  2  The same with curl: make a key under Configure › API keys, then",
            f"     curl -H 'Authorization: Bearer KEY' {base}/api/v1/tenants   (README: the main job in curl)",
        ]
    else:
        lines += ["  1  Open it and sign in with Xero.", f"  2  The API and its documentation: {base}/docs"]
    if plan.mailbox:
        lines += [f"  3  Read the mail it sends: http://localhost:{plan.ports.mailbox}"]
    if plan.sandbox:
        lines += ["", f"  Xero is the sandbox at http://127.0.0.1:{plan.ports.sandbox}; that page has its switches and faults."]
    lines += ["  Ctrl-C stops everything; what you did is kept in var/.", "=" * 78, ""]
    print("\n".join(lines), flush=True)


def _refuse_unknown(argv: list[str], known: set[str]) -> None:
    if unknown := [word for word in argv if word not in known]:
        raise RuntimeError(f"{' '.join(unknown)}: not understood; there is {', '.join(sorted(known))}")
