"""What can go wrong on the way in."""

from datetime import datetime

from practice.kernel.problems import Kind, Problem, Remedy


class SignInFailed(Problem):
    """The provider did not confirm who it is: the sign-in was cancelled, took too long, or its answer did not check out."""

    kind, title = Kind.UNAUTHENTICATED, "The sign-in did not work"

    def __init__(self, detail: str | None = None) -> None:
        super().__init__(
            detail=detail or "Nothing was changed. Try again; it takes a few seconds.",
            remedy=Remedy("Sign in again", "sign_in", "/login"),
        )


class NoMembership(Problem):
    """The person is known, but belongs to no firm here, and may not found one."""

    kind, title = Kind.FORBIDDEN, "You are not in a firm here"

    def __init__(self) -> None:
        super().__init__(
            detail="Ask a colleague to invite you, and open the link in the invitation.",
            remedy=Remedy("Back to sign-in", "sign_in", "/login"),
        )


class TooManyAttempts(Problem):
    """Sign-ins from one place failed many times in a short while."""

    kind, title = Kind.BUSY, "Too many attempts"

    def __init__(self, until: datetime) -> None:
        super().__init__(
            detail="Signing in from here failed many times. It is possible again shortly.",
            remedy=Remedy("Wait", "wait", until=until),
        )


class ConfirmIdentity(Problem):
    """What is asked needs a sign-in of the last ten minutes, whoever holds the browser now."""

    kind, title = Kind.FORBIDDEN, "Confirm that it is you"

    def __init__(self) -> None:
        super().__init__(
            detail="Sign in again to continue. It is asked for before keys and people are changed.",
            remedy=Remedy("Sign in again", "sign_in", "/api/v1/sign-in/xero"),
        )


class CrossSite(Problem):
    """A change was asked for by a page that is not ours, or without the session's CSRF token."""

    kind, title = Kind.FORBIDDEN, "This request did not come from our page"

    def __init__(self, detail: str) -> None:
        super().__init__(detail=detail, remedy=Remedy("Reload the page", "reload"))


class FirmNeeded(Problem):
    """Somebody who is signed in but in no firm asked for a firm's things."""

    kind, title = Kind.FORBIDDEN, "Found or join a firm first"

    def __init__(self) -> None:
        super().__init__(detail="You are signed in, but in no firm yet.", remedy=Remedy("Found a firm", "found_firm", "/welcome"))
