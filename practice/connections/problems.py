"""What can go wrong on the way through consent. What Xero itself refuses is in providers/problems.py."""

from practice.kernel.problems import Kind, Problem, Remedy

_AGAIN = Remedy("Connect again", "reconnect")


class ConsentCancelled(Problem):
    """The person pressed Cancel on Xero's page."""

    kind, title = Kind.CONFLICT, "Nothing was connected"

    def __init__(self) -> None:
        super().__init__(detail="The consent was cancelled in Xero. You can start again whenever you like.", remedy=_AGAIN)


class GrantsLeftOut(Problem):
    """An order of sign-ins leaves out one that still works."""

    kind, title = Kind.CONFLICT, "Every sign-in that works keeps its place"

    def __init__(self, names: list[str]) -> None:
        super().__init__(
            detail=f"Not named: {', '.join(names[:5])}. Only a sign-in that no longer works can be left out.",
            extensions={"left_out": names},
        )


class ConsentRefused(Problem):
    """Xero sent the browser back with an error instead of a consent."""

    kind, title = Kind.CONFLICT, "Xero did not give its consent"

    def __init__(self, *, error: str) -> None:
        said = "".join(letter for letter in error if letter.isalnum() or letter == "_")[:40]
        super().__init__(detail=f"Xero answered “{said}”. Nothing was connected.", remedy=_AGAIN, extensions={"error": said})


class ConsentSpent(Problem):
    """Xero's answer was used already, is too old, or was started in another browser."""

    kind, title = Kind.GONE, "This answer from Xero was used already or is too old"

    def __init__(self) -> None:
        super().__init__(detail="It works once, within ten minutes, in the browser that asked. Nothing changed.", remedy=_AGAIN)


class NothingConsented(Problem):
    """The person let us in, but ticked no organisation."""

    kind, title = Kind.CONFLICT, "No organisation was chosen"

    def __init__(self) -> None:
        super().__init__(detail="The consent in Xero named no organisation. Nothing was connected.", remedy=_AGAIN)


class NoPracticeOffered(Problem):
    """The person let us in, but the consent named no practice: Xero offers none to somebody without the privilege."""

    kind, title = Kind.CONFLICT, "No practice was chosen"

    def __init__(self) -> None:
        super().__init__(
            detail=(
                "The consent in Xero was cancelled, or named no practice. If none was offered, your login there lacks the "
                "privilege “Authorise 3rd Party Full Access”: somebody who administers it ticks it under Business > "
                "Staff > your name > Privileges. Nothing was connected."
            ),
            remedy=Remedy("Connect Xero Practice Manager", "connect_practice"),
        )
