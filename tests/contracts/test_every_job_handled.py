"""Every job has one handler, a name that stays, and arguments that are ids and plain values."""

import ast
import json
from typing import Any
from uuid import UUID

import pytest

from migrations import models
from practice.kernel.jobs import Job
from practice.kernel.record import ReadRecord
from practice.kernel.settings import Settings
from tests.contracts.source import called, parsed
from worker import handling

assert models.metadata  # which has imported every slice
handling.load_handlers()


def every_job() -> dict[str, type[Job]]:
    """The jobs of the product; a test's own are left out."""
    return {job.job_name(): job for job in Job.__subclasses__() if job.__module__.startswith("practice.")}


# Names stand in the database: a job that is queued must be found again after an upgrade.
NAMES = {
    "give_back",
    "feed_night",
    "import_ledger",
    "take_snapshot",
    "undo_snapshot",
    "apply_snapshot",
    "match_rows",
    "refresh_snapshot",
    "read_deliveries",
    "keep_grant",
    "probe_tenant",
    "read_record",
    "check_grant",
    "continue_imports",
    "rescore_client",
    "score_client",
    "send_message",
    "weigh_clients",
    "write_export",
    "write_fix",
}
EVERY = pytest.mark.parametrize("name", sorted(every_job()))


def test_names_stay() -> None:
    assert set(every_job()) == NAMES


@EVERY
def test_it_is_handled_once(name: str) -> None:
    job = every_job()[name].__name__
    handlers = [
        path
        for path, tree in parsed("worker").items()
        for node in ast.walk(tree)
        if isinstance(node, ast.AsyncFunctionDef)
        for decorator in node.decorator_list
        if called(decorator) == "handles" and ast.unparse(decorator.args[0]) == job  # type: ignore[attr-defined]  # a call
    ]
    assert len(handlers) == 1, handlers
    assert handling.CLASSES[name] is every_job()[name]


def test_a_second_handler_is_refused() -> None:
    async def again(*_: object) -> None: ...

    with pytest.raises(ValueError, match="has a handler already"):
        handling.handles(ReadRecord)(again)


def test_nothing_settles_a_job_that_nobody_handles() -> None:
    assert {name for name in handling.SETTLERS if name in every_job()} <= set(handling.HANDLERS)


@EVERY
def test_it_goes_through_the_database_and_comes_back(name: str) -> None:
    kind = every_job()[name]
    given: dict[str, Any] = {
        field: UUID(int=1) if info.annotation is UUID else 1
        for field, info in kind.model_fields.items()
        if info.is_required()
    }
    job = kind(**given)
    again = kind.model_validate(json.loads(json.dumps(job.model_dump(mode="json"))))
    assert again == job
    assert again.key == job.key
    assert job.tries >= 1
    assert job.queue in ("quick", "slow")
    if job.lane:
        assert job.lane.width >= 1


@EVERY
def test_it_carries_no_secret_and_no_persons_data(name: str) -> None:
    for field in every_job()[name].model_fields:
        assert not any(word in field for word in ("token", "secret", "email", "name", "password", "address")), field


def test_imports_run_five_at_a_time() -> None:
    lane = every_job()["import_ledger"].lane
    assert lane is not None
    assert lane.width == 5
    assert Settings().worker.slice_calls > 0
