"""What can go wrong with links to a practice's own system."""

from practice.kernel.problems import Kind, Problem


class AlreadyLinked(Problem):
    """The record there is somebody else's here already."""

    kind, title = Kind.CONFLICT, "This record is linked already"

    def __init__(self, remote: str, ours: str) -> None:
        super().__init__(detail=f"{remote} is linked to {ours}. Unlink them there first, or choose them.")


class TargetTaken(Problem):
    """The client here is another record there already."""

    kind, title = Kind.CONFLICT, "This client is linked to another record"

    def __init__(self, ours: str, remote: str) -> None:
        super().__init__(detail=f"{ours} is linked to {remote} in XPM. Unlink it first, or choose another client.")


class NotLinked(Problem):
    """There is no link to speak of."""

    kind, title = Kind.CONFLICT, "This client is not linked"

    def __init__(self) -> None:
        super().__init__(detail="It is not linked to a record in Xero Practice Manager, or was unlinked.")


class AlreadySettled(Problem):
    """Somebody has decided this conflict, or it is none any more."""

    kind, title = Kind.CONFLICT, "This has been decided already"
