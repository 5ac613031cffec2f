"""Every Problem has a title and a page, every operation lists its own, and every listed one exists."""

import pytest

from api.catalogue import every_problem
from api.main import create_app
from api.problems import status_of
from practice.kernel.problems import Problem
from practice.kernel.settings import Settings

PROBLEMS = sorted(every_problem().items())


@pytest.mark.parametrize(("slug", "problem"), PROBLEMS, ids=[slug for slug, _ in PROBLEMS])
def test_a_problem_says_what_it_is(slug: str, problem: type[Problem]) -> None:
    assert problem.title[0].isupper()
    assert not problem.title.endswith(".")
    assert len(problem.title) < 70
    own = problem.__dict__.get("__doc__")
    assert own, f"{problem.__name__} has no docstring for its page"
    assert not own.startswith(problem.__name__ + "("), f"{problem.__name__} has no docstring of its own"
    assert 400 <= status_of(problem) < 600


def test_operations_name_problems_that_exist() -> None:
    for path, methods in create_app(Settings()).openapi()["paths"].items():
        for operation in methods.values():
            named = {
                slug
                for response in operation["responses"].values()
                for slug in response.get("content", {}).get("application/problem+json", {}).get("examples", {})
            }
            assert named <= set(every_problem()), path
            assert "server-error" in named, path
