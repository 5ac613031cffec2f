"""The job of carrying one correction to Xero, or back."""

from uuid import UUID

from practice.kernel.jobs import Job


class WriteFix(Job):
    """Write what the correction says, read it back, and say so."""

    tries = 6
    fix_id: UUID

    @property
    def key(self) -> str:
        return f"write-fix:{self.fix_id}"
