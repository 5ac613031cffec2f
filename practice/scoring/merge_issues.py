"""Merges what was found into a client's issues: new ones open, gone ones resolve, what was set aside and changed opens again.

One query reads what is known; what differs goes by COPY into a temporary table and from there in one statement, so that
sixty thousand issues cost seconds. Where nothing differs, nothing is written.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple, fields
from datetime import date
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import text

from practice.kernel.money import from_cents
from practice.kernel.unit import Unit
from practice.scoring.check import Finding
from practice.scoring.dismissed import about_finding
from practice.scoring.issue_life import OPEN, Life, Ruling, found
from practice.scoring.set_aside import rules_at

LIFE = tuple(field.name for field in fields(Life))
# What the finding said, in the order of `_said`.
SAID = (
    "fingerprint", "title", "detail", "amount", "currency", "date", "contact", "account", "about", "facts", "links", "told",
    "adds", "subject", "base_cents", "fails",
)  # fmt: skip
REST = ("code", "key", "id", "created_at", "version", "found_at", "resolved_at", *SAID, *LIFE)
COLUMNS = ("firm_id", "client_id", *REST)
WRITTEN_AGAIN = ("version", "found_at", "resolved_at", *SAID, *LIFE)
NEVER_SEEN = tuple(getattr(OPEN, name) for name in LIFE)

KNOWN = f"""
    SELECT code, key, id, created_at, fingerprint, told, version, found_at, {", ".join(LIFE)}
    FROM issue WHERE firm_id = $1 AND client_id = $2 AND code = ANY($3)
"""  # noqa: S608 - names of our own columns
MAKE = text("CREATE TEMPORARY TABLE IF NOT EXISTS incoming_issue (LIKE issue) ON COMMIT DELETE ROWS")
EMPTY = text("TRUNCATE incoming_issue")
UPSERT = text(
    f"INSERT INTO issue (firm_id, client_id, {', '.join(REST)})"  # noqa: S608 - as above
    f" SELECT firm_id, client_id, {', '.join(REST)} FROM incoming_issue"
    " ON CONFLICT (firm_id, client_id, code, key) DO UPDATE SET "
    + ", ".join(f"{name} = excluded.{name}" for name in WRITTEN_AGAIN)
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
    ruled = {code for code, _ in rulings}
    for code, each in findings.items():
        for finding in {finding.key: finding for finding in each}.values():
            row: Any = known.get((code, finding.key))
            facts, links, told = _digested(finding)
            if row is not None and row["told"] == told and row["state"] == "open" and code not in ruled:
                continue
            about = about_finding(finding)
            said = _said(finding, about, facts, links, told)
            ruling = rulings.get((code, about)) if code in ruled else None
            if row is None:
                life = astuple(found(None, changed=False, ruling=ruling, as_of=as_of)) if ruling else NEVER_SEEN
                place = (unit.firm_id, client_id, code, finding.key, unit.ids.new(), unit.now, 1, unit.now, None)
                yield place + said + life
                continue
            before = Life(*[row[name] for name in LIFE])
            changed = row["fingerprint"] != finding.fingerprint
            after = found(before, changed=changed, ruling=ruling, as_of=as_of)
            if after == before and told == row["told"]:
                continue
            version = row["version"] + (changed or after != before)
            found_at = unit.now if before.state in ("resolved", "fixed") else row["found_at"]
            place = (
                unit.firm_id, client_id, code, finding.key, row["id"], row["created_at"], version, found_at, None,
            )  # fmt: skip
            yield place + said + tuple(getattr(after, name) for name in LIFE)


def _said(finding: Finding, about: str, facts: str, links: str, told: str) -> tuple[Any, ...]:
    cents = finding.amount_cents
    return (
        finding.fingerprint, finding.title, finding.detail, None if cents is None else from_cents(cents),
        finding.currency, finding.date, finding.contact, finding.account, about, facts, links, told,
        finding.count, finding.subject, finding.base_cents, finding.fails,
    )  # fmt: skip


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
