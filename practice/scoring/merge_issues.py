"""Merges what was found into a client's issues: new ones open, gone ones resolve, what was set aside and changed opens again.

One query reads what is known; what differs goes by COPY into a temporary table and from there in one statement, so that
sixty thousand issues cost seconds. Where nothing differs, nothing is written.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import date
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Table, text

from practice.kernel.money import from_cents
from practice.kernel.unit import Unit
from practice.scoring.check import Finding
from practice.scoring.dismissed import about_finding
from practice.scoring.issue_life import Life, Ruling, found
from practice.scoring.models import Issue
from practice.scoring.set_aside import rules_at

ISSUE = Issue.__table__
assert isinstance(ISSUE, Table)
COLUMNS = [column.name for column in ISSUE.columns]
PLACE = ("firm_id", "client_id", "code", "key")
LIFE = [field.name for field in fields(Life)]
# Set once, or by us when we write to Xero.
LEFT_ALONE = {*PLACE, "id", "created_at", "fixed_at", "fixed_by"}

KNOWN = f"""
    SELECT code, key, id, created_at, fingerprint, told, version, found_at, fixed_at, fixed_by, {", ".join(LIFE)}
    FROM issue WHERE firm_id = $1 AND client_id = $2 AND code = ANY($3)
"""  # noqa: S608 - names of our own columns
MAKE = text("CREATE TEMPORARY TABLE IF NOT EXISTS incoming_issue (LIKE issue) ON COMMIT DELETE ROWS")
EMPTY = text("TRUNCATE incoming_issue")
UPSERT = text(
    f"INSERT INTO issue ({', '.join(COLUMNS)}) SELECT {', '.join(COLUMNS)} FROM incoming_issue"  # noqa: S608 - as above
    f" ON CONFLICT ({', '.join(PLACE)}) DO UPDATE SET "
    + ", ".join(f"{name} = excluded.{name}" for name in COLUMNS if name not in LEFT_ALONE)
)
AWAKE = text(
    "UPDATE issue SET state = 'open', snoozed_until = NULL, snoozed_at = NULL, snoozed_by = NULL, version = version + 1"
    " WHERE firm_id = :firm AND client_id = :client AND state = 'snoozed' AND snoozed_until <= :as_of"
)
RESOLVE = """
    UPDATE issue SET state = 'resolved', resolved_at = $3, version = version + 1 WHERE firm_id = $1 AND id = ANY($2)
"""


async def merge_issues(unit: Unit, *, client_id: UUID, findings: Mapping[str, Sequence[Finding]], as_of: date) -> None:
    """A code that is not in `findings` was not evaluated, so its issues stay as they are, but for snoozes that end.

    The caller holds the client's lock, as everybody does who changes issues.
    """
    connection = await unit.session.connection()
    raw: Any = (await connection.get_raw_connection()).driver_connection
    await unit.execute(AWAKE, {"firm": unit.firm_id, "client": client_id, "as_of": as_of})
    rows = await raw.fetch(KNOWN, unit.firm_id, client_id, list(findings))
    known = {(row["code"], row["key"]): row for row in rows}
    records = list(_differing(unit, client_id, known, findings, await _rulings(unit, client_id), as_of))
    if records:
        used: set[str] = unit.session.info.setdefault("incoming", set())
        await unit.execute(EMPTY if "issue" in used else MAKE)
        used.add("issue")
        await raw.copy_records_to_table("incoming_issue", records=records, columns=COLUMNS)
        await unit.execute(UPSERT)
    there = {(code, finding.key) for code, each in findings.items() for finding in each}
    gone = [
        row["id"] for place, row in known.items() if row["state"] not in ("resolved", "fixed") and place not in there
    ]
    if gone:
        await raw.execute(RESOLVE, unit.firm_id, gone, unit.now)


async def _rulings(unit: Unit, client_id: UUID) -> dict[tuple[str, str], Ruling]:
    return {
        (rule.code, rule.about): Ruling(
            rule.id, "rule" if rule.client_id is None else "contact", rule.reason, rule.made_by, rule.made_at
        )
        for rule in await rules_at(unit, client_id)
    }


def _differing(
    unit: Unit,
    client_id: UUID,
    known: Mapping[tuple[str, str], Any],
    findings: Mapping[str, Sequence[Finding]],
    rulings: Mapping[tuple[str, str], Ruling],
    as_of: date,
) -> Iterator[tuple[Any, ...]]:
    """What is not as it is known, as COPY takes it."""
    for code, each in findings.items():
        for finding in {finding.key: finding for finding in each}.values():
            row: Any = known.get((code, finding.key))
            facts, links, told = _digested(finding)
            about = about_finding(finding)
            before = Life(*[row[name] for name in LIFE]) if row is not None else None
            changed = row is not None and row["fingerprint"] != finding.fingerprint
            life = found(before, changed=changed, ruling=rulings.get((code, about)), as_of=as_of)
            if row is not None and life == before and told == row["told"]:
                continue
            moved = changed or life != before
            anew = row is None or row["state"] in ("resolved", "fixed")
            values = {
                "firm_id": unit.firm_id,
                "id": row["id"] if row else unit.ids.new(),
                "created_at": row["created_at"] if row else unit.now,
                "client_id": client_id,
                "code": code,
                "key": finding.key,
                "fingerprint": finding.fingerprint,
                "version": row["version"] + moved if row else 1,
                "title": finding.title,
                "detail": finding.detail,
                "amount": from_cents(finding.amount_cents) if finding.amount_cents is not None else None,
                "currency": finding.currency,
                "date": finding.date,
                "contact": finding.contact,
                "account": finding.account,
                "about": about,
                "facts": facts,
                "links": links,
                "told": told,
                "adds": finding.count,
                "subject": finding.subject,
                "base_cents": finding.base_cents,
                "fails": finding.fails,
                "found_at": unit.now if anew else row["found_at"],
                "resolved_at": None,
                "fixed_at": row["fixed_at"] if row else None,
                "fixed_by": row["fixed_by"] if row else None,
            } | {name: getattr(life, name) for name in LIFE}
            yield tuple(values[name] for name in COLUMNS)


def _digested(finding: Finding) -> tuple[str, str, str]:
    """Facts and links as JSON, and the digest of these and all the rest."""
    facts = orjson.dumps(dict(finding.facts), default=str, option=orjson.OPT_SORT_KEYS)
    links = orjson.dumps([{"kind": link.kind, "id": link.id, "label": link.label} for link in finding.links])
    rest = orjson.dumps(
        (
            finding.fingerprint, finding.title, finding.detail, finding.amount_cents, finding.currency, finding.date,
            finding.contact, finding.account, finding.count, finding.subject, finding.base_cents, finding.fails,
        )
    )  # fmt: skip
    digest = hashlib.blake2b(b"\n".join((rest, facts, links)), digest_size=16).hexdigest()
    return facts.decode(), links.decode(), digest
