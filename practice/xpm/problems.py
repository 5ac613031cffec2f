"""What can go wrong with imports from a practice's own system. What the other side refuses is in providers/problems.py."""

from uuid import UUID

from practice.kernel.problems import Kind, Problem, Remedy


class NotConnected(Problem):
    """No practice is connected that clients could be imported from."""

    kind, title = Kind.CONFLICT, "Xero Practice Manager is not connected"

    def __init__(self) -> None:
        super().__init__(
            detail="Somebody who may authorise third parties in Xero Practice Manager connects it once. Nothing was started.",
            remedy=Remedy("Connect Xero Practice Manager", "connect_practice"),
        )


class FetchUnderWay(Problem):
    """The practice is being read, applied or undone already; one at a time."""

    kind, title = Kind.CONFLICT, "An import of this practice is under way"

    def __init__(self, snapshot_id: UUID) -> None:
        super().__init__(
            detail="It goes on by itself. Nothing was started twice.",
            remedy=Remedy("Show the import", "open", f"/configure/integrations/xpm/imports/{snapshot_id}"),
            extensions={"under_way": str(snapshot_id)},
        )


class SnapshotNotConfirmable(Problem):
    """Something that was chosen cannot be imported as it stands."""

    kind, title = Kind.CONFLICT, "Some of what is chosen cannot be imported yet"

    def __init__(self, blockers: list[dict[str, object]]) -> None:
        super().__init__(
            detail="Each has a way to put it right, or can be left out. Nothing was imported.",
            remedy=Remedy("Show them", "show_blockers"),
            extensions={"blockers": blockers},
        )


class SnapshotStale(Problem):
    """What was reviewed has changed at the practice, or was read long ago."""

    kind, title = Kind.CONFLICT, "This was read a while ago"

    def __init__(self) -> None:
        super().__init__(
            detail="Read what has changed since, look at what is marked, and confirm then. Nothing was imported.",
            remedy=Remedy("Read what changed", "refresh"),
        )


class NotUnderReview(Problem):
    """The import is not at the point where people decide: still being read, or confirmed, discarded, undone."""

    kind, title = Kind.CONFLICT, "This import cannot be changed now"

    def __init__(self, state: str) -> None:
        super().__init__(detail=f"It is {state}. Nothing was changed.", extensions={"state": state})


class AlreadyConfirmed(Problem):
    """Somebody has confirmed this import."""

    kind, title = Kind.CONFLICT, "This import is confirmed already"

    def __init__(self) -> None:
        super().__init__(detail="What was decided is being done, once. Nothing was started twice.")


class ImportCannotBeUndone(Problem):
    """It was never applied, is undone already, or something was built on it."""

    kind, title = Kind.CONFLICT, "This import cannot be undone"


class ImportForgotten(Problem):
    """It was applied so long ago that what it read is not kept any more."""

    kind, title = Kind.CONFLICT, "What this import read is forgotten"

    def __init__(self) -> None:
        super().__init__(detail="Ninety days after an import only what came of each row is kept. Import again instead.")


class ReportUnreadable(Problem):
    """A file that is no report of clients, or one too large."""

    kind, title = Kind.INVALID, "This file cannot be read as a report"

    def __init__(self, why: str) -> None:
        super().__init__(detail=f"{why} Nothing was imported.")


class NothingChosen(Problem):
    """Not one row is ticked."""

    kind, title = Kind.CONFLICT, "Nothing is chosen"

    def __init__(self) -> None:
        super().__init__(detail="Tick at least one member of staff, client or entity. Nothing was imported.")


class NothingFailed(Problem):
    """There is no failed row to try again."""

    kind, title = Kind.CONFLICT, "There is nothing to try again"

    def __init__(self) -> None:
        super().__init__(detail="Every row that was chosen has been dealt with.")


class RowUnfit(Problem):
    """A record that cannot be brought across as it stands: no name, or a structure that nobody has explained."""

    kind, title = Kind.CONFLICT, "This record cannot be imported as it stands"


class TargetGone(Problem):
    """The client or member that a record was to be linked to is not there any more."""

    kind, title = Kind.CONFLICT, "What it was to be linked to is not there"

    def __init__(self) -> None:
        super().__init__(detail="It was removed after it was chosen. Import again and choose another, or let it be created.")


class ChangedMeanwhile(Problem):
    """Somebody else wrote the same at the same moment."""

    kind, title = Kind.CONFLICT, "Something else changed at the same moment"

    def __init__(self) -> None:
        super().__init__(
            detail="Nothing of this record was written. Trying again helps.", remedy=Remedy("Try again", "retry")
        )


class NobodyInvites(Problem):
    """An invitation comes from somebody, and whoever confirmed the import has left or may not invite any more."""

    kind, title = Kind.CONFLICT, "Nobody is there to invite them"

    def __init__(self) -> None:
        super().__init__(detail="Whoever confirmed this import may not invite people any more. Invite them under Configure.")


class RecordsSetAside(Problem):
    """The practice was read, and some of its records could not be: they are named, and the rest is there."""

    kind, title = Kind.UPSTREAM, "Some records could not be read"

    def __init__(self, aside: list[dict[str, str]], *, in_all: int) -> None:
        named = ", ".join(one["name"] or one["remote_id"] or "one without a name" for one in aside[:5])
        super().__init__(
            detail=f"{in_all} of the practice's records could not be read and were left out: {named}.",
            extensions={"set_aside": aside, "in_all": in_all},
        )
