"""How clients are related, in words that we know, and each relation once whichever side it was written at. Pure.

XPM keeps eighteen types and strings of a practice's own (xero-facts 6.7). A row at A about B reads "A is Director of B";
some write the same at the company instead, "Director" about the person, or both.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Final

from practice.providers.parties import RemoteParty
from practice.xpm.names import words

ROLES: Final = (
    "director", "shareholder", "trustee", "beneficiary", "partner", "settlor", "associate", "secretary", "public_officer",
    "husband", "wife", "spouse", "parent", "child", "appointer", "member", "auditor", "owner",
)  # fmt: skip

# Those whom a person has not: who is a person's director wrote it at the wrong end.
_OF_ENTITIES: Final = frozenset(
    {"director", "shareholder", "trustee", "beneficiary", "settlor", "secretary", "public_officer", "appointer", "member"}
)
_OTHER_WORDS: Final[Mapping[str, str]] = {
    "company secretary": "secretary",
    "unit holder": "shareholder",
    "unitholder": "shareholder",
    "stockholder": "shareholder",
    "appointor": "appointer",
    "de facto": "spouse",
    "partnership": "partner",
    "father": "parent",
    "mother": "parent",
    "son": "child",
    "daughter": "child",
}
_INVERSE: Final[Mapping[str, str]] = {
    "parent": "child",
    "child": "parent",
    "husband": "wife",
    "wife": "husband",
    "spouse": "spouse",
    "associate": "associate",
}
_COUPLE: Final = frozenset({"husband", "wife", "spouse"})


@dataclass(frozen=True, slots=True)
class Edge:
    """`from_id` is `role` of `to_id`. `role` is None where the type is a word of the practice's own."""

    remote_id: str
    from_id: str
    from_name: str
    to_id: str
    to_name: str
    type: str
    role: str | None
    shares: Decimal | None
    percentage: Decimal | None
    started_on: date | None
    ended_on: date | None

    def ended(self, as_of: date) -> bool:
        return self.ended_on is not None and self.ended_on < as_of


def canonical(type_: str) -> str | None:
    """The role a type means, `Director Of` like `Director`; None for a word that we do not know."""
    said = " ".join(words(type_.replace("-", " ").replace("_", " ")))
    said = said.removesuffix(" of")
    said = _OTHER_WORDS.get(said, said).replace(" ", "_")
    return said if said in ROLES else None


def alike(role: str | None) -> frozenset[str]:
    """The roles by which one side or the other says the same."""
    if role in _COUPLE:
        return _COUPLE
    return frozenset({role, _INVERSE.get(role, role)}) if role else frozenset()


def inverse_of(role: str | None) -> str | None:
    """The role by which the other side says the same, so that one of the two rows is enough."""
    return _INVERSE.get(role) if role else None


def edges(parties: Sequence[RemoteParty], kinds: Mapping[str, str | None] | None = None) -> list[Edge]:
    """Each relation once. `kinds`: by remote id; with them a row that was written at the wrong end is turned round.

    Rows of one id are one; rows that two sides wrote of each other pair off, one with one. The order of parties changes
    nothing.
    """
    kinds = kinds or {}
    names = {party.remote_id: party.name for party in parties}
    found: dict[str, _Row] = {}
    for party in sorted(parties, key=lambda party: party.remote_id):
        for at, row in enumerate(party.relations):
            edge = Edge(
                row.remote_id, party.remote_id, party.name, row.other_remote_id,
                names.get(row.other_remote_id) or row.other_name, row.type, canonical(row.type), row.shares,
                row.percentage, row.started_on, row.ended_on,
            )  # fmt: skip
            found.setdefault(row.remote_id or f"{party.remote_id}/{at}", _Row(edge, party.remote_id))
    said_of = {(row.edge.role, row.edge.from_id, row.edge.to_id) for row in found.values() if _says_of(row.edge)}
    return _paired([_Row(_righted(row.edge, kinds, said_of), row.written_at) for row in found.values()])


@dataclass(frozen=True, slots=True)
class _Row:
    edge: Edge
    written_at: str


def _says_of(one: Edge) -> bool:
    return one.role is not None and one.type.strip().casefold().endswith(" of")


def _righted(one: Edge, kinds: Mapping[str, str | None], said_of: set[tuple[str | None, str, str]]) -> Edge:
    """The row read from its other end, where only that makes sense."""
    if one.role not in _OF_ENTITIES or _says_of(one):
        return one
    here, there = kinds.get(one.from_id), kinds.get(one.to_id)
    if (here not in ("person", None) and there == "person") or (one.role, one.to_id, one.from_id) in said_of:
        return replace(one, from_id=one.to_id, from_name=one.to_name, to_id=one.from_id, to_name=one.from_name)
    return one


def _paired(rows: Sequence[_Row]) -> list[Edge]:
    """Leaves out what the other side says too: of such a pair the fuller row stays, then the one of the smaller id."""
    kept: list[Edge] = []
    unpaired: Counter[tuple[str, str, str, str]] = Counter()
    for row in sorted(rows, key=lambda row: (-_fullness(row.edge), row.written_at, row.edge.remote_id, row.edge.to_id)):
        one = row.edge
        other_side = one.to_id if row.written_at == one.from_id else one.from_id
        inverse = inverse_of(one.role)
        if one.role is None or one.from_id == one.to_id:
            kept.append(one)
            continue
        role = _family(one.role)
        # The same fact, as the other side would have written it.
        mirror = (_family(inverse), one.to_id, one.from_id, other_side) if inverse else (role, one.from_id, one.to_id, other_side)
        if unpaired[mirror]:
            unpaired[mirror] -= 1
        else:
            unpaired[role, one.from_id, one.to_id, row.written_at] += 1
            kept.append(one)
    return sorted(kept, key=lambda one: (one.from_id, one.to_id, one.role or one.type, one.remote_id))


def _family(role: str) -> str:
    return "spouse" if role in _COUPLE else role


def _fullness(one: Edge) -> int:
    return sum(bool(value) for value in (one.shares, one.percentage, one.started_on, one.ended_on))
