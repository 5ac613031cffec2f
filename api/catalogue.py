"""Every Problem there is, by slug: the pages of their `type` addresses read it, and a contract test."""

from functools import cache

from practice.kernel.discovery import discover
from practice.kernel.problems import Problem


@cache
def every_problem() -> dict[str, type[Problem]]:
    """Imports every slice, so that its problems are known; two with one slug are a mistake."""
    for slice_ in discover("practice"):
        discover(slice_.__name__)
    found: dict[str, type[Problem]] = {}
    waiting = list(Problem.__subclasses__())
    while waiting:
        cls = waiting.pop()
        waiting += cls.__subclasses__()
        if not hasattr(cls, "title") or not cls.__module__.startswith(("api.", "practice.")):
            continue
        if found.setdefault(cls.slug(), cls) is not cls:
            raise RuntimeError(f"two problems are called {cls.slug()}")
    return found
