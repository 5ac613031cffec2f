"""Which time zones exist."""

from zoneinfo import available_timezones

from practice.kernel.problems import FieldError, Invalid


def must_be_time_zone(name: str) -> None:
    """Raises Invalid for a name that is not in the IANA list."""
    if name not in available_timezones():
        raise Invalid([FieldError("/time_zone", "Use a name of the IANA list, such as Europe/London.")])
