"""All checks by code, found by being in `checks/`."""

from functools import cache

from practice.kernel.discovery import discover
from practice.kernel.problems import NotFound
from practice.scoring.check import Check


@cache
def catalogue() -> dict[str, Check]:
    """Every check, in the order of the codes."""
    checks = [check for module in discover("practice.scoring.checks") for check in vars(module).values()]
    found = sorted((check for check in checks if isinstance(check, Check)), key=lambda check: check.code)
    by_code = {check.code: check for check in found}
    if len(by_code) != len(found):
        msg = "two checks have the same code"
        raise RuntimeError(msg)
    return by_code


def check_named(code: str) -> Check:
    """The check with this code; raises NotFound."""
    check = catalogue().get(code)
    if check is None:
        raise NotFound(detail=f"There is no check {code}.")
    return check
