"""Makes the link with which the first firm of an installation is founded; it is printed in the log and nowhere else (S39)."""

from datetime import timedelta

from practice.firms.reads import any_firm
from practice.kernel import tickets
from practice.kernel.unit import Unit

SETUP = "setup"


async def issue_setup_link(unit: Unit) -> str | None:
    """None where a firm exists, or where the installation does not ask for a link."""
    if unit.settings.signup != "first" or await any_firm(unit):
        return None
    secret = await tickets.issue(unit, SETUP, {}, ttl=timedelta(days=1))
    return f"{unit.settings.base_url.rstrip('/')}/api/v1/sign-in/xero?setup={secret}"
