"""What can go wrong about scores and issues."""

from practice.kernel.problems import Kind, NotFound, Problem, Remedy


class NotScored(NotFound):
    """The client's books were not judged yet."""

    kind, title = Kind.MISSING, "No score yet"

    def __init__(self) -> None:
        super().__init__(
            detail="A score comes with the first import.", remedy=Remedy("Import", operation=None, href="/import")
        )


class NoLedger(Problem):
    """The client has no Xero organisation, so there are no books to judge."""

    kind, title = Kind.CONFLICT, "No Xero organisation is linked"

    def __init__(self) -> None:
        super().__init__(
            detail="Connect an organisation to this client first.", remedy=Remedy("Connect", "reconnect", "/connect")
        )


class AlreadyResolved(Problem):
    """The issue was put right meanwhile, so there is nothing to dismiss or reopen."""

    kind, title = Kind.CONFLICT, "Some of these are resolved already"

    def __init__(self, count: int) -> None:
        super().__init__(
            detail=f"{count} of them were put right in Xero since this page was read. Nothing was changed.",
            remedy=Remedy("Reload", "retry"),
            extensions={"resolved": count},
        )
