"""The commands behind `./run`: up, demo, dev, check, test and a few small ones."""

import sys
from collections.abc import Callable
from functools import partial

COMMANDS = {
    "up": "everything on this machine: servers, sandbox, API with its pages, worker, mailbox (--no-sandbox leaves Xero real)",
    "demo": "the main job, unattended: consent, configure, import, scores (CLIENTS=12 SEED=1)",
    "dev": "as up, but programs restart when their source changes, and Vite serves the pages",
    "check": "the quick part of the tests: lint, types, import contracts, drift",
    "test": "everything that is checked before a change lands (T=path for some Python tests only)",
    "bench-import": "imports: ours beside independent readers, under Xero's limits, its targets met or missed (ALL=1 for all of it)",
    "bench-pages": "what a page of a thousand invoices costs, from bytes to committed rows",
    "bench-scoring": "what all checks cost, from rows to a new score, small clients and giants (CASES=small,giant ROUNDS=3)",
    "bench-xpm": "what importing from Practice Manager takes: fetched, matched, opened, applied (CASES=2000)",
    "bench-xpm-matching": "how well and how fast clients of Practice Manager are matched and checked, beside the truth (LARGE=0)",
    "bench-limits": "what asking the limiter costs, and whether many processes together keep inside the limits",
    "chaos": "storms of faults over imports, every invariant counted, and each fault alone (SEEDS=20, or SEED=7 for one storm)",
    "chaos-controls": "takes each guard out of a copy of the tree: the test that stands for it must turn red (ONLY=M1,M4)",
    "migrate": "brings the database to the newest schema",
    "backup": "copies the embedded database into a folder, also while it runs (./run backup [FOLDER])",
    "restore": "puts such a copy in the database's place, everybody signed out (./run restore FOLDER)",
    "openapi": "writes the API's description and the browser's types made from it",
    "new": "a new check and its test: ./run new check=duplicate-contacts",
    "list": "what was discovered: routes, jobs, checks, providers, letters",
    "setup": "installs what is missing, and nothing else",
}


def main(argv: list[str]) -> int:
    command, *rest = argv or ["up"]
    if command in ("help", "-h", "--help"):
        print("./run [command]\n\n" + "\n".join(f"  {name:<16}{what}" for name, what in COMMANDS.items()))
        return 0
    if command not in COMMANDS:
        print(f"there is no command {command!r}; ./run help lists them", file=sys.stderr)
        return 2
    try:
        return _find(command)(rest)
    except RuntimeError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _find(command: str) -> Callable[[list[str]], int]:
    """Each command loads what it needs only, so that the quick ones are quick."""
    if command in ("up", "dev"):
        from stack import up

        return up.dev if command == "dev" else up.up
    if command == "demo":
        from stack import demo

        return demo.main
    if command in ("check", "test"):
        from stack import checks

        return checks.check if command == "check" else checks.test
    if command.startswith("bench-"):
        from stack.benches import bench

        return partial(bench, command)
    if command.startswith("chaos"):
        from stack import chaos

        return chaos.chaos if command == "chaos" else chaos.controls
    if command in ("backup", "restore"):
        from stack import backup

        return backup.backup if command == "backup" else backup.restore
    from stack import chores

    return {
        "migrate": chores.migrate,
        "openapi": chores.openapi,
        "new": chores.new,
        "list": chores.list_found,
        "setup": chores.setup,
    }[command]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
