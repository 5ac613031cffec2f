"""What can go wrong with ledgers."""

import datetime as dt

from practice.kernel.problems import Kind, Problem, Remedy


class NoBooks(Problem):
    """The client has no organisation, or its books were never read."""

    kind, title = Kind.CONFLICT, "The books were not read yet"

    def __init__(self) -> None:
        super().__init__(
            detail="Import the client first. Nothing was changed.", remedy=Remedy("Import", "open", "/clients")
        )


class AlreadySealed(Problem):
    """The period has a seal, and a seal is never replaced."""

    kind, title = Kind.CONFLICT, "This period is sealed already"

    def __init__(self, period_end: dt.date, at: dt.datetime) -> None:
        super().__init__(
            detail=f"The period to {period_end:%-d %B %Y} was sealed on {at:%-d %B %Y}. It stays as it is.",
        )
