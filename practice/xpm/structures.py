"""What a practice's business structures mean: XPM lets each practice name its own (xero-facts 6.5). Pure."""

from collections.abc import Mapping
from typing import Final

from practice.xpm.names import entity_name, words

KNOWN: Final[Mapping[str, str]] = {
    "individual": "person",
    "sole trader": "person",
    "sole proprietor": "person",
    "person": "person",
    "company": "company",
    "limited company": "company",
    "look through company": "company",
    "look-through company": "company",
    "pty ltd": "company",
    "trust": "trust",
    "family trust": "trust",
    "discretionary trust": "trust",
    "unit trust": "trust",
    "hybrid trust": "trust",
    "estate": "trust",
    "partnership": "partnership",
    "limited partnership": "partnership",
    "superannuation fund": "super_fund",
    "super fund": "super_fund",
    "self managed superannuation fund": "super_fund",
    "self-managed superannuation fund": "super_fund",
    "smsf": "super_fund",
    "association": "other",
    "incorporated association": "other",
    "charity": "other",
    "club or society": "other",
    "co-operative": "other",
    "government": "other",
    "other": "other",
}
"""The names that mean the same wherever they are used. Whatever else a practice has, it is asked about once."""

# In this order: a trust with a corporate trustee has both words in its name, and so may a fund.
_SIGNS: Final = (
    ("super_fund", {"smsf", "superannuation", "super fund", "retirement fund", "pension fund"}),
    ("trust", {"trust", "trustee for", "atf", "estate of", "settlement"}),
    ("partnership", {"partnership", "partners"}),
    ("company", {"pty", "ltd", "limited", "proprietary", "inc", "incorporated", "llc", "plc", "company", "corporation"}),
    ("other", {"association", "club", "society", "church", "foundation", "strata", "body corporate", "co operative"}),
)


def normal(structure: str) -> str:
    """A structure's name as it is kept: in small letters, spaces collapsed."""
    return " ".join(structure.split()).casefold()


def kind_of(structure: str, mapping: Mapping[str, str]) -> str | None:
    """A client's kind (practice.clients.models.KINDS). `mapping`: what the practice said, by `normal` name, which wins."""
    name = normal(structure)
    return mapping.get(name) or KNOWN.get(name)


def suggest_kind(structure: str, name: str, first_name: str) -> str | None:
    """What it looks like, for a person to say yes to; None where nothing tells."""
    if first_name.strip():
        return "person"
    for text in (structure, name, entity_name(name)):
        said = f" {' '.join(words(text))} "
        for kind, signs in _SIGNS:
            if any(f" {sign} " in said for sign in signs):
                return kind
    alone = set(words(structure))
    if alone & {"individual", "person", "personal", "sole"}:
        return "person"
    if alone & {"fund", "super"}:
        return "super_fund"
    # "Hill, Ada": nobody writes a company so.
    head, comma, tail = name.partition(",")
    if comma and not structure and len(words(head)) <= 3 and 1 <= len(words(tail)) <= 3:
        return "person"
    return None
