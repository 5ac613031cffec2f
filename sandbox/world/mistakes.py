"""Counts what is wrong in a practice's rows, kind by kind, from the rows as they stand: what a check before an import should find.

Each finding is a client (or contact, or relationship) with what it is about. Archived and deleted clients are counted
like any other; the reader leaves them out if it wants.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any, Final

from . import numbers
from .records import Client, Records, Relationship

Finding = dict[str, Any]
OLDEST: Final = date(1900, 1, 1)
STANDARD_STRUCTURES: Final = ("Individual", "Sole Trader", "Company", "Trust", "Partnership", "Superannuation Fund")


class Rows:
    """The rows with what the counts ask of them."""

    def __init__(self, records: Records, today: date) -> None:
        self.records, self.today = records, today
        self.into: dict[tuple[str, str], list[Relationship]] = defaultdict(list)
        """(related client, type) → the relationships that have not ended."""
        for row in records.relationships.values():
            if not row.end or row.end > today.isoformat():
                self.into[row.related, row.type].append(row)

    def kind(self, uuid: str) -> str | None:
        return self.records.origins.kind.get(uuid)

    def of(self, *kinds: str) -> Iterator[Client]:
        return (one for one in self.records.clients.values() if self.kind(one.uuid) in kinds)


def _names(rows: Rows) -> Iterator[Finding]:
    for one in rows.of("person"):
        missing = [name for name in ("firstName", "lastName") if not one.fields.get(name)]
        if missing:
            yield {"client": one.uuid, "missing": missing}


def _births(rows: Rows) -> Iterator[Finding]:
    for one in rows.records.clients.values():
        born = one.fields.get("dateOfBirth")
        if born and not OLDEST <= date.fromisoformat(born) <= rows.today:
            yield {"client": one.uuid, "date": born}


def _numbers(rows: Rows) -> Iterator[Finding]:
    """Australian clients' numbers whose check digits are wrong; spaces do not matter."""
    for one in rows.records.clients.values():
        if one.fields.get("country") != "Australia":
            continue
        for name, is_right in (("businessNumber", numbers.is_abn), ("companyNumber", numbers.is_acn)):
            number = one.fields.get(name, "")
            if number and not is_right(number.replace(" ", "")):
                yield {"client": one.uuid, "field": name, "number": number}


def _no_structure(rows: Rows) -> Iterator[Finding]:
    return ({"client": one.uuid} for one in rows.records.clients.values() if not one.fields.get("businessStructure"))


def _odd_structure(rows: Rows) -> Iterator[Finding]:
    for one in rows.records.clients.values():
        structure = one.fields.get("businessStructure")
        if structure and structure not in STANDARD_STRUCTURES:
            yield {"client": one.uuid, "structure": structure, "kind": rows.kind(one.uuid)}


def _shares(rows: Rows) -> Iterator[Finding]:
    """Companies whose current shareholders' shares, partnerships whose partners' percentages do not come to 100."""
    for one in rows.of("company"):
        held = rows.into.get((one.uuid, "Shareholder"), [])
        total = sum(row.shares for row in held)
        if held and total != 100:
            yield {"client": one.uuid, "total": total}
    for one in rows.of("partnership"):
        parts = rows.into.get((one.uuid, "Partner"), [])
        percentage = sum((Decimal(row.percentage) for row in parts), Decimal(0))
        if parts and percentage != 100:
            yield {"client": one.uuid, "total": float(percentage)}


def _no_trustee(rows: Rows) -> Iterator[Finding]:
    return ({"client": one.uuid, "kind": rows.kind(one.uuid)} for one in rows.of("trust", "fund") if not rows.into.get((one.uuid, "Trustee")))


def _no_director(rows: Rows) -> Iterator[Finding]:
    return ({"client": one.uuid} for one in rows.of("company") if not rows.into.get((one.uuid, "Director")))


def _director_not_person(rows: Rows) -> Iterator[Finding]:
    for (company, type_), held in rows.into.items():
        for row in held:
            if type_ == "Director" and rows.kind(row.client) not in ("person", None):
                yield {"client": company, "relationship": row.uuid, "director": row.client}


def _members(rows: Rows) -> Iterator[Finding]:
    """Funds whose members are not just the people who are its trustees or direct its trustee.

    Who directs a trustee without directors nobody knows, so they are not others: what is wrong is `director_missing`.
    """
    for fund in rows.of("fund"):
        trustees = [row.client for row in rows.into.get((fund.uuid, "Trustee"), [])]
        running = [
            {row.client for row in rows.into.get((one, "Director"), [])} if rows.kind(one) == "company" else {one}
            for one in trustees
        ]
        behind = {person for some in running for person in some}
        members = {row.client for row in rows.into.get((fund.uuid, "Member"), [])}
        if trustees and all(running) and members != behind:
            yield {"client": fund.uuid, "members": sorted(members), "behind_the_trustee": sorted(behind)}


def _no_email(rows: Rows) -> Iterator[Finding]:
    return ({"client": one.uuid} for one in rows.records.clients.values() if not one.fields.get("email"))


def _shared_email(rows: Rows) -> Iterator[Finding]:
    by_email: dict[str, list[str]] = defaultdict(list)
    for one in rows.records.clients.values():
        if email := one.fields.get("email", "").casefold():
            by_email[email].append(one.uuid)
    return ({"email": email, "clients": found} for email, found in by_email.items() if len(found) > 1)


def _unnamed_contacts(rows: Rows) -> Iterator[Finding]:
    for client, links in rows.records.links.items():
        for link in links:
            one = rows.records.contacts[link.contact]
            if not one.name and not one.deleted:
                yield {"client": client, "contact": one.uuid}


def _no_primary(rows: Rows) -> Iterator[Finding]:
    for client, links in rows.records.links.items():
        live = [link for link in links if not rows.records.contacts[link.contact].deleted]
        if live and not any(link.primary for link in live):
            yield {"client": client}


def _twice(rows: Rows) -> Iterator[Finding]:
    """The same relationship between the same two more than once, both current."""
    for (related, type_), held in rows.into.items():
        by_client: dict[str, list[str]] = defaultdict(list)
        for row in held:
            by_client[row.client].append(row.uuid)
        for client, found in by_client.items():
            if len(found) > 1:
                yield {"client": client, "related": related, "type": type_, "relationships": found}


def _itself(rows: Rows) -> Iterator[Finding]:
    for row in rows.records.relationships.values():
        if row.client == row.related:
            yield {"client": row.client, "relationship": row.uuid}


def _ends_early(rows: Rows) -> Iterator[Finding]:
    for row in rows.records.relationships.values():
        if row.end and row.end < row.start:
            yield {"client": row.client, "relationship": row.uuid, "start": row.start, "end": row.end}


KINDS: Final[dict[str, Callable[[Rows], Iterator[Finding]]]] = {
    "name_missing": _names,
    "birth_date_impossible": _births,
    "number_wrong": _numbers,
    "structure_missing": _no_structure,
    "structure_odd": _odd_structure,
    "shares_off": _shares,
    "trustee_missing": _no_trustee,
    "director_missing": _no_director,
    "director_not_person": _director_not_person,
    "members_differ": _members,
    "email_missing": _no_email,
    "email_shared": _shared_email,
    "contact_unnamed": _unnamed_contacts,
    "primary_missing": _no_primary,
    "relationship_twice": _twice,
    "relationship_to_itself": _itself,
    "relationship_ends_early": _ends_early,
}


def count(records: Records, today: date) -> dict[str, list[Finding]]:
    rows = Rows(records, today)
    return {kind: list(find(rows)) for kind, find in KINDS.items()}
