"""Xero's names of time zones, and the day it is there."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

# Xero's Organisation.Timezone is the Windows name, in capitals and without spaces (xero_accounting.yaml, Timezone).
ZONES = {
    "AUSEASTERNSTANDARDTIME": "Australia/Sydney",
    "EAUSTRALIASTANDARDTIME": "Australia/Brisbane",
    "CENAUSTRALIASTANDARDTIME": "Australia/Adelaide",
    "AUSCENTRALSTANDARDTIME": "Australia/Darwin",
    "WAUSTRALIASTANDARDTIME": "Australia/Perth",
    "TASMANIASTANDARDTIME": "Australia/Hobart",
    "NEWZEALANDSTANDARDTIME": "Pacific/Auckland",
    "GMTSTANDARDTIME": "Europe/London",
    "GREENWICHSTANDARDTIME": "Etc/GMT",
    "UTC": "UTC",
    "SINGAPORESTANDARDTIME": "Asia/Singapore",
    "SOUTHAFRICASTANDARDTIME": "Africa/Johannesburg",
    "EASTERNSTANDARDTIME": "America/New_York",
    "CENTRALSTANDARDTIME": "America/Chicago",
    "MOUNTAINSTANDARDTIME": "America/Denver",
    "PACIFICSTANDARDTIME": "America/Los_Angeles",
}


def zone(xero_name: str | None) -> ZoneInfo:
    """The zone, or UTC for a name not known here."""
    return ZoneInfo(ZONES.get((xero_name or "").upper(), "UTC"))


def local_day(now: datetime, xero_name: str | None) -> date:
    """The day it is where the organisation is."""
    return now.astimezone(zone(xero_name)).date()
