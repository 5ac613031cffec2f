"""What an import from XPM needs, checked before anything is read: each with what to do where it is missing."""

from dataclasses import dataclass

from practice.kernel.unit import Unit
from practice.xpm.start_snapshot import connected_practices


@dataclass(frozen=True, slots=True)
class Checked:
    """One need. `remedy`: what helps, in words for whoever administers Xero Practice Manager; None where it is met."""

    code: str
    ok: bool
    text: str
    remedy: str | None


async def preflight(unit: Unit) -> list[Checked]:
    """In the order in which they are put right."""
    connected = bool(await connected_practices(unit))
    return [
        Checked(
            "connected",
            connected,
            "A practice in Xero Practice Manager is connected." if connected else "No practice is connected yet.",
            None
            if connected
            else "Connect with a Xero login that has the privilege “Authorise 3rd Party Full Access” in Xero Practice Manager"
            " (Business > Staff > the person > Privileges). Without it Xero does not offer the practice.",
        )
    ]
