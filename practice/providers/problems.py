"""What can go wrong when we ask others: each with what helps, and with how the work behaves meanwhile.

    Throttled, DayLimitReached, LimiterUnavailable   busy: the work parks and goes on by itself
    Unavailable, BadAnswer                           upstream: the work is tried again, with pauses
    ConsentRevoked, ScopeMissing, TenantGone         conflict: a person reconnects
    WritingNotAllowed, WriteRefused                  conflict: nothing was written; a person decides what next
    PracticeRefused, PracticeClosed                  conflict: the practice's own system says no; a person decides what next

`cause` in the extensions is the word under which a parked job waits.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from practice.kernel.problems import Kind, Problem, Remedy


class Throttled(Problem):
    """Too many calls just now: the minute's, the app's, or five at once."""

    kind, title = Kind.BUSY, "Waiting for Xero's limit on calls"

    def __init__(self, *, until: datetime, which: str = "minute") -> None:
        super().__init__(
            detail="Xero allows so many calls a minute for each organisation. Reading continues by itself.",
            remedy=Remedy("Continues by itself", "wait", until=until),
            extensions={"cause": "minute_limit", "which": which},
        )


class DayLimitReached(Problem):
    """The organisation's calls for today are used up, or nearly: some are left for what a person waits for."""

    kind, title = Kind.BUSY, "This organisation's calls for today are used up"

    def __init__(self, *, until: datetime) -> None:
        super().__init__(
            detail="Xero limits the calls a day for each organisation. Reading continues by itself when they are renewed.",
            remedy=Remedy("Continues by itself", "wait", until=until),
            extensions={"cause": "daily_limit"},
        )


class LimiterUnavailable(Problem):
    """Redis is away, so nobody knows how many calls are being made; reading stops rather than guesses."""

    kind, title = Kind.BUSY, "Reading pauses for a moment"

    def __init__(self, *, until: datetime) -> None:
        super().__init__(
            detail="The count of calls to Xero is unreachable. Reading continues by itself when it is back.",
            remedy=Remedy("Continues by itself", "wait", until=until),
            extensions={"cause": "limiter"},
        )


class Unavailable(Problem):
    """No answer, or the answer that there is none now."""

    kind, title = Kind.UPSTREAM, "Xero cannot be reached"

    def __init__(self, *, reason: str, detail: str | None = None, status: int | None = None) -> None:
        super().__init__(
            detail=detail or "Xero did not answer in time. It is tried again with growing pauses.",
            remedy=Remedy("Try again", "retry"),
            extensions=_present(cause="xero_unavailable", reason=reason, status_seen=status),
        )


class BadAnswer(Problem):
    """An answer that cannot be what was asked for. Never taken for "nothing there"."""

    kind, title = Kind.UPSTREAM, "Xero answered something we cannot read"

    def __init__(self, *, reason: str, status: int | None = None) -> None:
        super().__init__(
            detail=f"The answer was set aside: {reason}. It is tried again with growing pauses.",
            remedy=Remedy("Try again", "retry"),
            extensions=_present(cause="xero_unavailable", reason="bad_answer", status_seen=status),
        )


_RECONNECT = Remedy("Reconnect", "reconnect")


class ConsentRevoked(Problem):
    """The person who connected Xero withdrew consent, or left it unused for 60 days."""

    kind, title = Kind.CONFLICT, "Xero no longer accepts this connection"

    def __init__(self) -> None:
        super().__init__(
            detail="The consent was withdrawn or has expired. Connect Xero again; what was read stays.",
            remedy=_RECONNECT,
            extensions={"cause": "consent_revoked"},
        )


class ScopeMissing(Problem):
    """The consent does not cover what was asked for."""

    kind, title = Kind.CONFLICT, "The connection lacks a permission"

    def __init__(self, *, resource: str | None = None) -> None:
        super().__init__(
            detail="Xero refused a part of the ledger: the permission was not given, or the Xero user's role is too low.",
            remedy=Remedy("Update permissions", "reconnect"),
            extensions=_present(cause="scope_missing", resource=resource),
        )


class TenantGone(Problem):
    """The organisation is no longer connected: disconnected inside Xero, closed, or a demo company that was reset."""

    kind, title = Kind.CONFLICT, "The organisation is no longer connected"

    def __init__(self) -> None:
        super().__init__(
            detail="It was disconnected in Xero, closed, or is a demo company that was reset. What was read stays.",
            remedy=_RECONNECT,
            extensions={"cause": "tenant_gone"},
        )


class WritingNotAllowed(Problem):
    """The consent is for reading; a correction needs one more permission."""

    kind, title = Kind.CONFLICT, "Xero was connected for reading only"

    def __init__(self) -> None:
        super().__init__(
            detail=(
                "Nobody has allowed Bulkhead to correct contacts and accounts of this organisation, or the Xero user's "
                "role is too low. Nothing was changed."
            ),
            remedy=Remedy("Allow corrections", "allow_writing"),
            extensions={"cause": "writing_not_allowed"},
        )


class WriteRefused(Problem):
    """Xero understood what was to be changed and said no."""

    kind, title = Kind.CONFLICT, "Xero refused the change"

    def __init__(self, reasons: Sequence[str]) -> None:
        said = " ".join(reason.strip()[:200] for reason in reasons[:3]) or "It gave no reason."
        super().__init__(detail=f"Xero says: {said} Nothing was changed.", extensions={"cause": "write_refused"})


class PracticeRefused(Problem):
    """Xero Practice Manager understood the request and said no, in words of its own."""

    kind, title = Kind.CONFLICT, "Xero Practice Manager refused"

    def __init__(self, said: str) -> None:
        self.said = " ".join(said.split())[:200]
        super().__init__(
            detail=f"Xero Practice Manager says: {self.said or 'nothing of why'}. Nothing was changed.",
            remedy=Remedy("Try again", "retry"),
            extensions={"cause": "practice_refused"},
        )


class PracticeClosed(Problem):
    """The practice is connected, but Xero does not let its records be read."""

    kind, title = Kind.CONFLICT, "Xero does not open the practice's records"

    def __init__(self, *, resource: str) -> None:
        super().__init__(
            detail=(
                f"Xero refused {resource}. Either the consent lacks a permission, or Xero has not approved this app for "
                "Practice Manager, which takes its Advanced tier or an exemption for a practice's own app."
            ),
            remedy=Remedy("Connect Xero Practice Manager again", "connect_practice"),
            extensions={"cause": "scope_missing", "resource": resource},
        )


class AppMisconfigured(Problem):
    """The identity server refuses this installation's own credentials or request; no person can mend it from a page."""

    kind, title = Kind.UPSTREAM, "Xero does not accept this installation"

    def __init__(self, *, error: str) -> None:
        super().__init__(
            detail=f"Xero answered “{error}”. Whoever runs this installation should look at its Xero app settings.",
            extensions={"cause": "app_misconfigured", "error": error},
        )


class SignInRefused(Problem):
    """The answer to a sign-in does not prove who the person is."""

    kind, title = Kind.UNAUTHENTICATED, "The sign-in could not be verified"

    def __init__(self, *, reason: str) -> None:
        super().__init__(detail=f"Nothing changed: {reason}.", remedy=Remedy("Sign in", "sign_in", "/login"))


class TokenRefused(Problem):
    """The access token is used up or unknown. Answered by one refresh, and only seen where that did not help."""

    kind, title = Kind.UPSTREAM, "Xero does not accept the access token"

    def __init__(self) -> None:
        super().__init__(
            detail="A new one is asked for.", remedy=Remedy("Try again", "retry"), extensions={"cause": "xero_unavailable"}
        )


def _present(**facts: Any) -> dict[str, Any]:
    return {name: value for name, value in facts.items() if value is not None}
