"""A query on a firm's rows names the firm, though PostgreSQL would refuse another's anyway (S29); secrets are no text."""

import ast
import re

from sqlalchemy import Text

from migrations.models import metadata
from practice.kernel.database import Base
from practice.ledgers import load_books
from tests.contracts.source import called, functions, parsed

OWNED = {
    mapper.class_.__name__
    for mapper in Base.registry.mappers
    if mapper.class_.__name__ == "Firm" or "firm_id" in mapper.columns
}
QUERIES = {"select", "update", "delete"}

# Asked at the door, where the firm is what the query is to tell.
BEFORE_A_FIRM = {
    "practice/access/recognise_key.py:recognise_key": "the key's id is unique, and the secret's hash decides",
    "practice/firms/reads.py:memberships_of": "the firms of a person",
    "practice/firms/reads.py:any_firm": "whether there is any firm",
    "practice/firms/reads.py:every_firm": "the firms, each to be gone through as itself",
}


def rows_asked(function: ast.AST) -> set[str]:
    """The firm's rows that a function's own queries are about."""
    return {
        name.id
        for node in ast.walk(function)
        if called(node).rpartition(".")[2] in QUERIES and "session" not in called(node)
        for argument in getattr(node, "args", [])
        for name in ast.walk(argument)
        if isinstance(name, ast.Name) and name.id in OWNED
    }


def names_the_firm(function: ast.AST) -> bool:
    return any(
        (isinstance(node, ast.Attribute) and node.attr in ("firm_id", "_mine"))
        or (isinstance(node, ast.Constant) and node.value == "firm_id")
        for node in ast.walk(function)
    )


def test_every_query_names_its_firm() -> None:
    looked_at, bare = 0, []
    for path, tree in parsed("practice").items():
        for function in functions(tree):
            if not (asked := rows_asked(function)):
                continue
            looked_at += 1
            # A query may be finished elsewhere in the file: `_listed(unit)` by its callers, `entries` by `_scoped`.
            whole = [function, *callees_of(tree, function)]
            if function.name.startswith("_"):
                whole += callers_of(tree, function.name)
            if not any(names_the_firm(part) for part in whole) and asked - {"Session"}:
                bare.append(f"{path}:{function.name}")
    assert looked_at > 60
    assert set(bare) <= set(BEFORE_A_FIRM), sorted(set(bare) - set(BEFORE_A_FIRM))


def callees_of(tree: ast.Module, function: ast.AST) -> list[ast.AST]:
    names = {called(node) for node in ast.walk(function)}
    return [one for one in functions(tree) if one.name in names and one.name.startswith("_")]


def callers_of(tree: ast.Module, name: str) -> list[ast.AST]:
    return [
        function
        for function in functions(tree)
        if function.name != name and any(called(node).rpartition(".")[2] == name for node in ast.walk(function))
    ]


def test_sql_written_by_hand_names_the_firm_too() -> None:
    tables = re.compile(
        r"\b(?:FROM|INTO|UPDATE|JOIN)\s+\"?(" + "|".join(t.name for t in metadata.sorted_tables if "firm_id" in t.columns) + r")\b"
    )
    assert all("firm_id = " in rows for parts in load_books.QUERIES.values() for _, rows in parts)
    bare = [
        f"{path}:{node.lineno}"
        for path, tree in parsed("practice", "api").items()
        if path != "practice/ledgers/load_books.py"
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and tables.search(node.value)
        and "firm_id" not in node.value
    ]
    assert bare == []


def test_no_secret_is_kept_as_text() -> None:
    """What must be revealed is sealed bytes, what is only compared is a keyed hash (S36). `csrf` proves nothing without its cookie."""
    secret = re.compile(r"token|secret|password|nonce|verifier|^state_|private_key|_key$")
    found = [
        f"{table.name}.{column.name}"
        for table in metadata.sorted_tables
        for column in table.columns
        if secret.search(column.name) and isinstance(column.type, Text)
    ]
    assert found == []


def test_only_tickets_are_one_time_secrets() -> None:
    hashes = {
        f"{table.name}.{column.name}"
        for table in metadata.sorted_tables
        for column in table.columns
        if column.name.endswith("_hash")
    }
    assert hashes == {
        "api_key.secret_hash",
        "session.token_hash",
        "throttle.origin_hash",
        "ticket.binding_hash",
        "ticket.secret_hash",
    }
