"""Reads what a list call asks for: page and size, what changed since, which statuses and ids, and in what order."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from ..ledgers.ledger import Query
from .errors import ValidationError
from .resources import Resource
from .where import condition, order

DEFAULT_SIZE, LARGEST = 100, 1000
MOST_ROWS = 100_000
_ISO = re.compile(r"^(\d{4})-(\d\d?)-(\d\d?)(?:[T ](\d\d?):(\d\d)(?::(\d\d))?)?")


@dataclass(frozen=True, slots=True)
class Wanted:
    query: Query
    page: int | None
    size: int
    summary: bool


def since(header: str | None) -> int | None:
    """If-Modified-Since in seconds: ISO with or without Z, fraction or time, or RFC 1123, quoted or not; anything else is ignored."""
    text = (header or "").strip().strip("\"'")
    if not text:
        return None
    if found := _ISO.match(text):
        try:
            return int(datetime(*(int(part or 0) for part in found.groups()), tzinfo=UTC).timestamp())  # type: ignore[misc,arg-type]
        except ValueError:
            return None
    try:
        return int(parsedate_to_datetime(text).replace(tzinfo=UTC).timestamp())
    except (ValueError, TypeError):
        return None


def _number(text: str | None, default: int, low: int, high: int) -> int:
    try:
        return min(max(int(text or default), low), high)
    except ValueError:
        return default


def _on(text: str | None) -> bool:
    return (text or "").lower() == "true"


def _list(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def wanted(resource: Resource, asked: Mapping[str, str], if_modified_since: str | None) -> Wanted:
    """`asked` holds the query with names in lower case."""
    parts: list[str] = []
    values: list[object] = []

    def among(column: str, some: list[str]) -> None:
        parts.append(f"{column} IN ({','.join('?' * len(some))})")
        values.extend(some)

    moment = since(if_modified_since) if resource.since else None
    if moment is not None:
        parts.append("updated >= ?")
        values.append(moment * 1000)
    if asked.get("where"):
        found = condition(resource, asked["where"])
        parts.append(found.sql)
        values.extend(found.values)
    if ids := _list(asked.get("ids", "")):
        among("id", [one.lower() for one in ids])
    if resource.name == "Contacts" and not ids and not _on(asked.get("includearchived")):
        parts.append("status <> 'ARCHIVED'")
    if resource.name == "BankTransfers" and not _on(asked.get("includedeleted")):
        parts.append("coalesce(status, '') <> 'DELETED'")
    if resource.name == "Invoices":
        for name, column in (("statuses", "status"), ("contactids", "contact"), ("invoicenumbers", "number")):
            if some := _list(asked.get(name, "")):
                among(column, [one.lower() for one in some] if name == "contactids" else some)
    if term := asked.get("searchterm"):
        searched = {
            "Contacts": "name || ' ' || coalesce(email,'')",
            "Invoices": "coalesce(number,'') || ' ' || coalesce(reference,'') || ' ' || contact_name",
        }
        if resource.name in searched:
            parts.append(f"instr(lower({searched[resource.name]}), ?) > 0")
            values.append(term.lower())
    summary = _on(asked.get("summaryonly")) and resource.name in ("Contacts", "Invoices")
    paged = resource.paged and (
        "page" in asked or summary or (bool(asked.get("statuses")) and resource.name == "Invoices")
    )
    sequence = order(resource, asked["order"]) if asked.get("order") else "updated, id"
    return Wanted(
        Query(" AND ".join(parts) or "1", tuple(values), sequence),
        _number(asked.get("page"), 1, 1, 10**9) if paged else None,
        _number(asked.get("pagesize"), DEFAULT_SIZE, 1, LARGEST),
        summary,
    )


def check_rows(count: int) -> None:
    if count > MOST_ROWS:
        raise ValidationError("The response would hold more than 100,000 rows; ask for pages or for less")
