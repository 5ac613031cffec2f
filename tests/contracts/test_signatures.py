"""A verb takes the unit, the context or the run first, and everything else by name."""

import ast
from pathlib import PurePath

import pytest

from tests.contracts.source import functions, parsed

FIRST = {"Unit", "Context", "Run"}
# Handed on as a value: the worker puts a function for another process in its place, and a Callable names no keywords.
HANDED_ON = {"practice/scoring/judge_tenant.py:judge_tenant"}
FORBIDDEN = {"utils", "helpers", "manager", "service"}

VERBS = {
    f"{path}:{function.name}": function
    for path, tree in parsed("practice").items()
    if len(PurePath(path).parts) == 3 and PurePath(path).parts[1] not in ("kernel", "providers")
    for function in functions(tree)
    # `reach_tenant` is a place to be in, not a thing to do: it is used with `async with`.
    if isinstance(function, ast.AsyncFunctionDef) and function.name == PurePath(path).stem and not function.decorator_list
}


def test_there_are_verbs() -> None:
    assert len(VERBS) > 25


@pytest.mark.parametrize("verb", sorted(VERBS.keys() - HANDED_ON))
def test_a_verb_takes_its_facts_by_name(verb: str) -> None:
    arguments = VERBS[verb].args
    positional = [*arguments.posonlyargs, *arguments.args]
    assert len(positional) == 1, "everything but the first is keyword-only"
    annotation = positional[0].annotation
    assert annotation is not None
    assert ast.unparse(annotation) in FIRST
    assert arguments.vararg is None
    assert arguments.kwarg is None


def test_no_module_is_named_for_nothing() -> None:
    named = [path for path in parsed("admin", "api", "worker", "practice", "stack", "sandbox") if PurePath(path).stem in FORBIDDEN]
    assert named == []
    based = [
        path
        for path in parsed("admin", "api", "worker", "practice")
        if PurePath(path).stem.startswith("base_") or (PurePath(path).stem == "base" and "models" not in path)
    ]
    assert based == ["practice/providers/base.py"]


def test_every_module_says_what_it_is() -> None:
    silent = [path for path, tree in parsed("admin", "api", "worker", "practice", "stack", "sandbox").items() if not ast.get_docstring(tree)]
    assert silent == []
