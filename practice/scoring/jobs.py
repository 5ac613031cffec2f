"""The job of judging one client's books."""

from typing import ClassVar, Literal
from uuid import UUID

from practice.kernel.jobs import Job


class ScoreClient(Job):
    """Judge a client's books again; `import_id` names the import that asked for it."""

    queue: ClassVar[Literal["quick", "slow"]] = "quick"
    tries: ClassVar[int] = 5

    client_id: UUID
    import_id: UUID | None = None

    @property
    def key(self) -> str:
        """Never two at once for one client."""
        return f"score-client:{self.client_id}"
