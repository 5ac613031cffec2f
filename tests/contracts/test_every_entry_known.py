"""The words of the record are a closed set: all of them are used, and nobody listens for one that is not."""

import ast
import re
from collections.abc import Iterator

from practice.kernel.record import VERBS
from practice.notices.queue_letters import letters
from tests.contracts.source import called, parsed

HOUSE = ("admin", "api", "worker", "practice")
WORD = re.compile(r"[a-z]+\.[a-z]+")


def recorded() -> Iterator[tuple[str, str]]:
    """(where, verb) for every literal given to `unit.record`."""
    for path, tree in parsed(*HOUSE).items():
        for node in ast.walk(tree):
            if called(node) == "unit.record":
                assert isinstance(node, ast.Call)
                spoken = [part.value for part in ast.walk(node.args[0]) if isinstance(part, ast.Constant)]
                assert spoken, f"{path}:{node.lineno} records what no reader of the source can see"
                for verb in spoken:
                    assert isinstance(verb, str)
                    yield path, verb


def test_what_is_recorded_is_in_the_set() -> None:
    assert [(where, verb) for where, verb in recorded() if verb not in VERBS] == []


def test_the_set_holds_nothing_that_nobody_records() -> None:
    assert {verb for _, verb in recorded()} == VERBS


def test_each_verb_is_recorded_by_one_slice() -> None:
    slices: dict[str, set[str]] = {}
    for where, verb in recorded():
        slices.setdefault(verb, set()).add(where.split("/")[1])
    assert {verb: found for verb, found in slices.items() if len(found) > 1} == {}


def test_letters_answer_what_is_recorded() -> None:
    for letter in letters():
        assert letter.answers, letter.name
        assert letter.answers <= VERBS, letter.name


def test_the_reader_of_the_record_listens_for_what_is_recorded() -> None:
    tree = parsed("worker")["worker/jobs/read_record.py"]
    heard = {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and WORD.fullmatch(node.value)
    }
    assert heard
    assert heard <= VERBS
