"""The job of sending one letter."""

from uuid import UUID

from practice.kernel.jobs import Job


class SendMessage(Job):
    """Hand a letter to the mail server."""

    tries = 20
    message_id: UUID

    @property
    def key(self) -> str:
        return f"send-message:{self.message_id}"
