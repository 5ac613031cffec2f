"""What can go wrong with imports."""

from practice.kernel.problems import Kind, Problem, Remedy


class AlreadyImporting(Problem):
    """Every chosen client is being imported already."""

    kind, title = Kind.CONFLICT, "These clients are being imported already"

    def __init__(self, client_ids: list[str]) -> None:
        super().__init__(
            detail="They keep the import they have. Nothing was started twice.",
            remedy=Remedy("Show imports", "open", "/imports"),
            extensions={"under_way": client_ids},
        )


class NothingToImport(Problem):
    """A client has no Xero organisation, or is archived."""

    kind, title = Kind.CONFLICT, "Some clients cannot be imported"

    def __init__(self, names: list[str]) -> None:
        super().__init__(
            detail=f"Without an organisation in Xero, or archived: {', '.join(names[:5])}. Nothing was started."
        )


class NothingToRetry(Problem):
    """No import of the run has failed."""

    kind, title = Kind.CONFLICT, "Nothing to try again"


class RunFinished(Problem):
    """The run has ended, so it can be neither paused nor cancelled."""

    kind, title = Kind.CONFLICT, "This import has finished"


class BooksKeptChanging(Problem):
    """Rows moved between pages while they were read, twice in a row."""

    kind, title = Kind.UPSTREAM, "The books changed while they were read"

    def __init__(self, resource: str) -> None:
        super().__init__(
            detail=f"{resource} changed in Xero during reading, so that some could have been missed. It is read again.",
            remedy=Remedy("Try again", "retry"),
        )


class ConnectionEnded(Problem):
    """Somebody ended the organisation's connection while it was read."""

    kind, title = Kind.CONFLICT, "The connection was ended during the import"

    def __init__(self) -> None:
        super().__init__(
            detail="What was read stays, and nothing more is asked of Xero.",
            remedy=Remedy("Reconnect", "reconnect"),
            extensions={"cause": "disconnected"},
        )
