"""The job of judging one client's books, and asking for it."""

from typing import ClassVar, Literal
from uuid import UUID

from practice.kernel.jobs import Job, Lane
from practice.kernel.unit import Unit


class ScoreClient(Job):
    """Judge a client's books again; `import_id` names the import that asked for it."""

    queue: ClassVar[Literal["quick", "slow"]] = "quick"
    tries: ClassVar[int] = 5
    # A worker judges one client at a time. Those that wait for it leave hands free for what else is quick: a probe
    # that somebody is looking at is not behind the scores of five hundred imports.
    lane: ClassVar[Lane | None] = Lane("scores", width=3)

    client_id: UUID
    import_id: UUID | None = None
    once_more: bool = False

    @property
    def key(self) -> str:
        """Never two at once for one client, but for one that waits for what the other may have missed."""
        return f"score-client:{self.client_id}" + (":once-more" if self.once_more else "")


class RescoreClient(Job):
    """Judge a client's books again because a threshold of its profile is another: nobody waits for it.

    One at a time in a firm, in a lane of its own, so that three thousand of them stand in no score's way; and it lets
    the scores that this worker has at hand go first (worker/jobs/score_client.py).
    """

    queue: ClassVar[Literal["quick", "slow"]] = "quick"
    tries: ClassVar[int] = 5
    lane: ClassVar[Lane | None] = Lane("rescores", width=1)

    client_id: UUID
    once_more: bool = False

    @property
    def key(self) -> str:
        """Beside that of a score, which an import must not find taken."""
        return f"rescore-client:{self.client_id}" + (":once-more" if self.once_more else "")


class WeighClients(Job):
    """Bring the last score of every client to the profile that counts for it now, without its books."""

    once_more: bool = False

    @property
    def key(self) -> str:
        """One at a time; another one waits for what it may have passed by already."""
        return "weigh-clients" + (":once-more" if self.once_more else "")


async def ask_for_weighing(unit: Unit) -> None:
    """New scores where this unit changed which profile counts, or what it says."""
    if await unit.enqueue(WeighClients()) is None:
        await unit.enqueue(WeighClients(once_more=True))


async def ask_for_score(unit: Unit, client_id: UUID) -> None:
    """A score that sees what this unit writes. A job at work may have looked already, so another one follows it."""
    if await unit.enqueue(ScoreClient(client_id=client_id)) is None:
        await unit.enqueue(ScoreClient(client_id=client_id, once_more=True))


async def ask_for_rescore(unit: Unit, client_id: UUID) -> None:
    """As ask_for_score, after everything that somebody waits for."""
    if await unit.enqueue(RescoreClient(client_id=client_id)) is None:
        await unit.enqueue(RescoreClient(client_id=client_id, once_more=True))
