"""What an import from a practice's own system leaves for the background."""

from typing import ClassVar
from uuid import UUID

from practice.kernel.jobs import Job, Lane


class TakeSnapshot(Job):
    """Read the practice's staff and clients, match and pre-check them, and lay them out to be reviewed."""

    queue = "slow"
    snapshot_id: UUID

    @property
    def key(self) -> str:
        return f"take-snapshot:{self.snapshot_id}"


class RefreshSnapshot(Job):
    """Read again what changed at the practice since the snapshot was taken."""

    queue = "slow"
    snapshot_id: UUID

    @property
    def key(self) -> str:
        return f"refresh-snapshot:{self.snapshot_id}"


class MatchRows(Job):
    """Match and check a snapshot's rows again, now that somebody has said what a structure means.

    One after the other, as many as are asked for: the last one has seen everything that was said.
    """

    lane: ClassVar[Lane | None] = Lane("matching", width=1)
    snapshot_id: UUID


class ApplySnapshot(Job):
    """Do with every row of a confirmed snapshot what was decided."""

    queue = "slow"
    snapshot_id: UUID

    @property
    def key(self) -> str:
        return f"apply-snapshot:{self.snapshot_id}"


class UndoSnapshot(Job):
    """Take back what an applied snapshot did, where nothing was built on it."""

    queue = "slow"
    snapshot_id: UUID

    @property
    def key(self) -> str:
        return f"undo-snapshot:{self.snapshot_id}"
