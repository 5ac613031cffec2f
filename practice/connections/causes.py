"""Why a connection is not simply working: each cause with its state, its words, what helps, and whether people are told."""

from dataclasses import dataclass
from typing import Literal

from practice.kernel.problems import Remedy

Status = Literal["active", "degraded", "reauth_required", "disconnected", "revoked_at_xero"]
STATUSES: tuple[Status, ...] = ("active", "degraded", "reauth_required", "disconnected", "revoked_at_xero")
WORKING = ("active", "degraded")

_RECONNECT = Remedy("Reconnect", "reconnect")


@dataclass(frozen=True, slots=True)
class Cause:
    """`detail` is one sentence; `{who}` is the Xero user whose consent it is about."""

    slug: str
    status: Status
    title: str
    detail: str
    remedy: Remedy | None
    told: bool = True
    """Whether owners and admins get a letter, and a banner says so."""

    @property
    def breaks(self) -> bool:
        """Whether nothing can be read until somebody does something."""
        return self.status not in WORKING


CAUSES = {
    cause.slug: cause
    for cause in (
        Cause(
            "consent_revoked", "reauth_required", "Xero no longer accepts a sign-in",
            "The consent of {who} was withdrawn or has lapsed, and no other one stands in for it.", _RECONNECT,
        ),
        Cause(
            "tenant_gone", "revoked_at_xero", "Disconnected in Xero",
            "Disconnected inside Xero, closed, or a demo company that was reset; what was read stays.", _RECONNECT,
        ),
        Cause(
            "scope_missing", "degraded", "Permissions are missing",
            "The consent of {who} does not cover everything that is read now; consenting once adds what is missing.",
            Remedy("Update permissions", "reconnect"),
        ),
        Cause(
            "lapsing", "degraded", "A sign-in is about to lapse",
            "The consent of {who} could not be renewed for 45 days, and Xero ends it after 60.", _RECONNECT,
        ),
        Cause(
            "fallback_in_use", "degraded", "Another sign-in has stepped in",
            "The consent of {who} no longer works; another one has stepped in, so reading goes on.", _RECONNECT,
        ),
        Cause(
            "leaver", "degraded", "Depends on somebody who has left",
            "Only the consent of {who} is left, and whoever connected it is no longer in the firm.",
            Remedy("Connect with another sign-in", "reconnect"),
        ),
        Cause(
            "spare_lost", "degraded", "A spare sign-in is lost",
            "The consent of {who}, which would have stepped in, no longer works; reading goes on with another.", _RECONNECT,
        ),
        Cause(
            "check_failed", "degraded", "The last look at Xero failed",
            "Xero did not answer the daily check; it is repeated by itself, and nothing needs to be done.", None, told=False,
        ),
        Cause(
            "ended_here", "disconnected", "Disconnected here",
            "Somebody in the firm ended it; what was read stays, and choosing it again brings it back.", _RECONNECT, told=False,
        ),
    )
}  # fmt: skip
