"""What can go wrong with corrections."""

from practice.kernel.problems import Kind, Problem, Remedy


class NothingToFix(Problem):
    """What this issue is about cannot be written through Xero's API, or is done already."""

    kind, title = Kind.CONFLICT, "This cannot be put right from here"

    def __init__(self, why: str) -> None:
        super().__init__(detail=f"{why} Nothing was changed.", remedy=Remedy("Reload", "retry"))


class BeingFixed(Problem):
    """Somebody's correction of the same issue is on its way."""

    kind, title = Kind.CONFLICT, "A correction is under way"

    def __init__(self) -> None:
        super().__init__(detail="Wait until it has been written, then look again. Nothing was changed twice.")


class ChangedAtXero(Problem):
    """The row at Xero is not as it was when the correction was previewed."""

    kind, title = Kind.CONFLICT, "It was changed in Xero meanwhile"

    def __init__(self, label: str) -> None:
        super().__init__(
            detail=f"{label} is not what the preview showed. It was read again, and nothing was written: look at it once more.",
            remedy=Remedy("Reload", "retry"),
        )


class CannotUndo(Problem):
    """The correction was never written, is undone already, or cannot be taken back."""

    kind, title = Kind.CONFLICT, "This correction cannot be undone"


class NothingToRead(Problem):
    """What the issue is about has no document of its own to read again."""

    kind, title = Kind.CONFLICT, "There is nothing to read again for this issue"

    def __init__(self) -> None:
        super().__init__(detail="It is about several things or the whole organisation. Refresh the client instead.")
