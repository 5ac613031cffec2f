"""The tree in the README is the tree on disk: no folder of ours is left out, and none is drawn that is not there."""

import re

from stack.places import ROOT

MADE_WHILE_RUNNING = {"var", "node_modules", "dist", "__pycache__", "test-results"}
# Their folders are all drawn; those of tests/, docs/ and frontend/ as far as they need a word.
PROGRAMS = ("admin", "api", "worker", "practice", "migrations", "sandbox", "stack")


def drawn() -> set[str]:
    """The folders that the README draws, as `api` and `api/routes`."""
    block = (ROOT / "README.md").read_text().split("## The tree", 1)[1].split("```", 2)[1]
    found, above = set(), ""
    for line in block.splitlines():
        name = re.match(r"( *)([\w.-]+)/(?= |$)", line)
        if name:
            above = above if name[1] else name[2]
            found.add(f"{above}/{name[2]}" if name[1] else above)
    return found


def folders(of: str = "") -> set[str]:
    """What stands on disk in a folder, without what is hidden or made."""
    found = {each.name for each in (ROOT / of).iterdir() if each.is_dir() and not each.name.startswith(".")}
    return {f"{of}/{name}" if of else name for name in found - MADE_WHILE_RUNNING}


def test_every_folder_is_drawn_and_every_drawn_folder_is_there() -> None:
    shown = drawn()
    assert folders().union(*(folders(of=program) for program in PROGRAMS)) <= shown
    assert {name for name in shown if not (ROOT / name).is_dir()} == set()


def test_every_file_that_the_readme_names_is_there() -> None:
    text = (ROOT / "README.md").read_text()
    prose = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    wholes = set(
        re.findall(r"`((?:api|worker|practice|frontend|sandbox|stack|tests|docs|migrations)/[\w./]+\.\w+)`", prose)
    )
    short = set(re.findall(r"`((?:kernel|providers|connections|clients|ledgers|imports|scoring)/\w+\.py)`", prose))
    linked = set(re.findall(r"\]\((docs/[\w./-]+)", text))
    missing = {name for name in wholes | linked if not (ROOT / name).exists()}
    missing |= {name for name in short if not (ROOT / "practice" / name).exists()}
    assert not missing
    assert len(wholes) > 10
