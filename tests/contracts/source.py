"""The product's own source, parsed once, for tests that read it."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from stack.places import ROOT


@cache
def parsed(*folders: str) -> dict[str, ast.Module]:
    """Path, as from the root → tree, for every module of these folders."""
    paths = sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))
    return {str(path.relative_to(ROOT)): ast.parse(path.read_text()) for path in paths}


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def called(node: ast.AST) -> str:
    """`unit.record(…)` is "unit.record"; what is no call by name is ""."""
    return ast.unparse(node.func) if isinstance(node, ast.Call) else ""


def module(path: str) -> str:
    return str(Path(path).with_suffix("")).replace("/", ".").removesuffix(".__init__")
