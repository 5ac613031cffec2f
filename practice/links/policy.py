"""Who wins where our record and theirs changed to different values, by group of fields (xpm.md 3.4). Pure."""

from collections.abc import Mapping
from typing import Final, Literal

from practice.clients.details import BROUGHT, GROUP_OF, GROUPS

Policy = Literal["xpm_wins", "portal_wins", "ask", "mirror", "off"]
DEFAULT: Final[Policy] = "ask"

PRESETS: Final[Mapping[str, Mapping[str, Policy]]] = {
    "XPM is master": dict.fromkeys(GROUPS, "xpm_wins"),
    "Bulkhead is master": dict.fromkeys(GROUPS, "portal_wins"),
    "Ask me": dict.fromkeys(GROUPS, "ask"),
}
"""The three answers that fit most practices; each group may have its own."""


def policy_of(field: str, policies: Mapping[str, str]) -> str:
    """`policies`: by group of fields; a group without one asks."""
    return policies.get(GROUP_OF[field], DEFAULT)


def fields_brought(details: str, *, has_books: bool, policies: Mapping[str, str]) -> tuple[str, ...]:
    """What an import of these details touches. A client with books has its organisation's name, unless XPM is to name it."""
    fields = BROUGHT[details]
    if has_books and policy_of("name", policies) not in ("xpm_wins", "mirror"):
        return tuple(field for field in fields if field != "name")
    return fields
