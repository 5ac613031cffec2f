"""A transaction ends in one place, and has no network in it."""

import ast

from tests.contracts.source import called, functions, parsed

HOUSE = ("admin", "api", "worker", "practice")

# Refreshing a token is single-flight: the grant's row stays locked while Xero answers, or two refreshes would each
# make the other's token worthless. The lock waits 20 s at most, and the call has a shorter limit.
NETWORK_INSIDE = {"practice/connections/refresh_grant.py"}


def test_only_a_unit_commits() -> None:
    ends = ("commit", "rollback")
    found = [
        f"{path}:{node.lineno} {called(node)}"
        for path, tree in parsed(*HOUSE).items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and called(node).rpartition(".")[2] in ends
    ]
    assert [
        one for one in found if not one.startswith("practice/kernel/unit.py:") and not one.endswith(" unit.commit")
    ] == []
    assert [one for one in found if one.endswith(" unit.commit") and "practice/kernel/context.py" not in one] == []


def test_sessions_are_begun_by_the_kernel_and_by_the_workers_claim() -> None:
    """The claim, the lease and the sweeper work for no firm yet, as `bulkhead_jobs`, so no unit fits."""
    found = {path for path, tree in parsed(*HOUSE).items() for node in ast.walk(tree) if called(node).endswith(".sessions.begin")}
    assert found <= {"worker/claim.py", "worker/lease.py", "worker/sweep.py", "api/readiness.py"}


def opens_unit(node: ast.AST) -> bool:
    return isinstance(node, ast.AsyncWith) and any(
        called(item.context_expr).rpartition(".")[2] == "unit" for item in node.items
    )


def goes_out(node: ast.AST) -> bool:
    """Calls of Xero, a mail server or any address: by the names of what makes them."""
    name = called(node)
    return name.rpartition(".")[0].rpartition(".")[2] in ("http", "consent", "ledger", "client", "oidc") or (
        name.rpartition(".")[2] in ("reach_tenant", "reach_practice", "lend_token", "aiosmtplib.send")
    )


def test_no_network_inside_a_unit() -> None:
    found = {
        path
        for path, tree in parsed("practice", "worker").items()
        for node in ast.walk(tree)
        if opens_unit(node)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Await) and goes_out(inner.value)
    }
    assert found <= NETWORK_INSIDE


def test_a_function_that_is_given_a_unit_is_given_no_network() -> None:
    found = []
    for path, tree in parsed("practice").items():
        if path.startswith("practice/kernel/") or path in NETWORK_INSIDE:
            continue
        for function in functions(tree):
            given = {ast.unparse(argument.annotation) for argument in function.args.args if argument.annotation}
            if "Unit" in given and given & {"Context", "Run", "httpx.AsyncClient", "Redis"}:
                found.append(f"{path}:{function.name}")
    assert found == []
