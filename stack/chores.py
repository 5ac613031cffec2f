"""The small commands: migrate, openapi, list, new, setup."""

import subprocess
import sys
from contextlib import ExitStack

from stack import environment, pages
from stack.places import ROOT, socket_folder, var_folder
from stack.postgres import Postgres


def setup(argv: list[str]) -> int:
    var = var_folder()
    pages.install_modules(pages.Node(var), var)
    print("everything is installed; ./run starts it")
    return 0


def migrate(argv: list[str]) -> int:
    """Arguments go to alembic; without any, to the newest schema."""
    var = var_folder()
    plan = environment.plan(var)
    env = dict(plan.env)
    with ExitStack() as stack:
        if not plan.own_database:
            postgres = Postgres(var / "pg", sockets=socket_folder(var))
            if not postgres.runs_already():
                stack.callback(postgres.stop)
                postgres.start()
            env["DATABASE_URL"] = postgres.url()
        return subprocess.call([sys.executable, "-m", "alembic", *(argv or ["upgrade", "head"])], cwd=ROOT, env=env)


def openapi(argv: list[str]) -> int:
    var = var_folder()
    node = pages.Node(var)
    pages.install_modules(node, var)
    env = environment.plan(var).env
    for command, folder, variables in (
        ([sys.executable, "-m", "api.openapi"], ROOT, env),
        (node.npm("run", "api"), pages.FRONTEND, node.env),
    ):
        if code := subprocess.call(command, cwd=folder, env=variables):
            return code
    return 0


def list_found(argv: list[str]) -> int:
    return subprocess.call([sys.executable, "-m", "api.catalogue"], cwd=ROOT, env=environment.plan(var_folder()).env)


def new(argv: list[str]) -> int:
    kind, _, name = (argv or [""])[0].partition("=")
    if kind != "check" or not name:
        raise RuntimeError("say what and how it is called: ./run new check=duplicate-contacts")
    raise RuntimeError("not yet")
