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


class ChangedSince(Problem):
    """What is to be undone was changed again meanwhile."""

    kind, title = Kind.CONFLICT, "Some of these have changed since"

    def __init__(self, count: int) -> None:
        super().__init__(
            detail=f"{count} of them are no longer as that change left them. Nothing was undone.",
            remedy=Remedy("Reload", "retry"),
            extensions={"changed": count},
        )


class NothingBefore(NotFound):
    """There is one score only, so nothing has moved yet."""

    kind, title = Kind.MISSING, "Nothing to compare with yet"

    def __init__(self) -> None:
        super().__init__(
            detail="There is one score only. The next one can be compared with it.",
            remedy=Remedy("Read the score", "read_score"),
        )


class ShippedProfile(Problem):
    """Profiles that ship are the same for everybody; a copy can be changed."""

    kind, title = Kind.CONFLICT, "This profile cannot be changed"

    def __init__(self, name: str) -> None:
        super().__init__(
            detail=f"{name} comes with the product. Nothing was changed.",
            remedy=Remedy("Make a copy", "create_profile"),
        )


class DefaultProfile(Problem):
    """The profile that counts where nothing else was chosen cannot go."""

    kind, title = Kind.CONFLICT, "This profile is the default"

    def __init__(self, name: str) -> None:
        super().__init__(
            detail=f"{name} counts for every client without one of its own. Make another profile the default first.",
            remedy=Remedy("Choose another default", "make_default"),
        )
