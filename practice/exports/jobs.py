"""The job of writing one file."""

from uuid import UUID

from practice.kernel.jobs import Job


class WriteExport(Job):
    """Write the file that was asked for."""

    tries = 3
    export_id: UUID

    @property
    def key(self) -> str:
        return f"write-export:{self.export_id}"
