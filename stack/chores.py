"""The small commands: migrate, openapi, list, new, setup."""

import ast
import re
import subprocess
import sys
from contextlib import ExitStack

from stack import environment, pages
from stack.places import ROOT, socket_folder, var_folder
from stack.postgres import Postgres

DISCOVERED = {
    "routes": "api/routes",
    "jobs": "worker/jobs",
    "checks": "practice/scoring/checks",
    "providers": "practice/providers",
    "letters": "practice/notices/letters",
    "planted flaws": "sandbox/ledgers/flaws",
}


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
    """What is discovered by lying in its folder, with the first sentence each file says of itself."""
    for title, folder in DISCOVERED.items():
        files = sorted([*(ROOT / folder).glob("*.py"), *(ROOT / folder).glob("*/__init__.py")])
        print(f"\n{title} ({folder}/)")
        for file in files:
            name = file.parent.name if file.name == "__init__.py" else file.stem
            if file.parent == ROOT / folder and file.name == "__init__.py":
                continue
            said = (ast.get_docstring(ast.parse(file.read_text())) or "").split("\n")[0]
            print(f"  {name:<26}{said}")
    return 0


def new(argv: list[str]) -> int:
    """A check that works as it stands (it finds sales invoices without a reference), and its test: both to be rewritten."""
    words = dict(word.partition("=")[::2] for word in argv)
    name = words.get("check", "").strip().replace("-", "_").lower()
    if not re.fullmatch(r"[a-z][a-z0-9_]+", name):
        raise RuntimeError("say what it is called: ./run new check=invoices-without-reference   (code=DQ41 chooses its code)")
    checks, tests = ROOT / "practice" / "scoring" / "checks", ROOT / "tests" / "checks"
    taken = {int(found) for file in checks.glob("*.py") for found in re.findall(r'code="DQ(\d+)"', file.read_text())}
    code = words.get("code") or f"DQ{max([40, *taken]) + 1}"
    check, test = checks / f"{name}.py", tests / f"test_{code.lower()}.py"
    if check.exists() or test.exists():
        raise RuntimeError(f"{check.relative_to(ROOT)} or {test.relative_to(ROOT)} is there already")
    for file, template in ((check, "check.py.txt"), (test, "test_check.py.txt")):
        text = (ROOT / "stack" / "templates" / template).read_text()
        file.write_text(text.replace("CODE", code).replace("TITLE", name.replace("_", " ").capitalize()))
        print(f"wrote {file.relative_to(ROOT)}")
    print(f"./run test {test.relative_to(ROOT)} runs its test")
    return 0
