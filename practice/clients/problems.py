"""What can go wrong with clients."""

from practice.kernel.problems import Kind, Problem, Remedy


class BundleFull(Problem):
    """More clients than the firm's bundle allows."""

    kind, title = Kind.CONFLICT, "More clients than your bundle allows"

    def __init__(self, *, limit: int, used: int, by: int) -> None:
        super().__init__(
            detail=f"{by} more than your bundle of {limit} allows; {used} are in use. Remove {by} or change your bundle."
            " Nothing was added.",
            remedy=Remedy(f"Remove {by}", "remove"),
            extensions={"limit": limit, "used": used, "by": by},
        )


class NotAnOrganisation(Problem):
    """Only organisations become clients here; a practice manager is connected elsewhere."""

    kind, title = Kind.CONFLICT, "This is not an organisation"


class ClientNotConfigured(Problem):
    """A draft has to be configured before it can be imported."""

    kind, title = Kind.CONFLICT, "Some clients are not configured yet"

    def __init__(self, names: list[str]) -> None:
        listed = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
        super().__init__(
            detail=f"Set visibility and account managers first: {listed}.",
            remedy=Remedy("Configure", "configure", "/connect/configure"),
        )


class ClientInUse(Problem):
    """The client is being imported, or has been, so it stays."""

    kind, title = Kind.CONFLICT, "This client is in use"

    def __init__(self, detail: str = "Wait for its import to end, or cancel it first.") -> None:
        super().__init__(detail=detail)


class TooManyViews(Problem):
    """A member keeps as many views as a list can show."""

    kind, title = Kind.CONFLICT, "Too many saved views"

    def __init__(self, most: int) -> None:
        super().__init__(detail=f"There are {most} saved views already. Remove one that is not used any more; nothing was saved.")
