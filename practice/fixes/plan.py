"""What a correction would change, worked out from the finding and from the row as it is. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

LABELS = {
    "sales_account": "Default sales account",
    "purchases_account": "Default purchases account",
    "sales_tax": "Default sales tax",
    "purchases_tax": "Default purchases tax",
    "tax_number": "Tax number",
    "status": "Status",
}
SAYS = {
    "contact_default": "Set the contact's default",
    "archive_contact": "Archive the contact",
    "archive_account": "Archive the account",
    "tax_number": "Enter the right tax number",
}


@dataclass(frozen=True, slots=True)
class Change:
    """One column of the row; None is empty."""

    field: str
    label: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Target:
    """Which row at Xero, and which of its columns."""

    kind: str
    resource: str
    remote_id: str
    field: str
    after: str | None
    """None where a person must say."""


@dataclass(frozen=True, slots=True)
class FixPlan:
    """A correction as it would be written. `asks`: the value is missing and a person must give it."""

    target: Target
    title: str
    change: Change
    asks: bool
    warnings: tuple[str, ...]
    refused: str | None
    """Why it makes no sense to write it."""


def target_of(fix: Mapping[str, Any]) -> Target:
    """From a finding's facts."""
    kind = str(fix["kind"])
    match kind:
        case "contact_default":
            return Target(kind, "contacts", fix["contact_id"], f"{fix['side']}_{fix['what']}", fix["value"])
        case "archive_contact":
            return Target(kind, "contacts", fix["contact_id"], "status", "ARCHIVED")
        case "archive_account":
            return Target(kind, "accounts", fix["account_id"], "status", "ARCHIVED")
        case "tax_number":
            return Target(kind, "contacts", fix["contact_id"], "tax_number", None)
    msg = f"no correction is called {kind}"
    raise ValueError(msg)


def plan_fix(target: Target, row: Mapping[str, Any] | None, value: str | None) -> FixPlan:
    """`row`: the columns as last read; `value`: what a person chose instead."""
    name = str((row or {}).get("name") or "without a name")
    before = _text((row or {}).get(target.field))
    after = _text(value) or target.after
    label = LABELS[target.field]
    warnings: list[str] = []
    if target.field == "status":
        warnings.append("Archived in Xero, it can no longer be chosen for new documents; what it was used for stays.")
    if target.kind == "contact_default":
        warnings.append("Only new documents start with the default; documents that exist stay as they are.")
    return FixPlan(
        target=target,
        title=f"{SAYS[target.kind]}: {name}",
        change=Change(target.field, label, before, after),
        asks=after is None,
        warnings=tuple(warnings),
        refused=_refused(target, row, before, after),
    )


def _refused(target: Target, row: Mapping[str, Any] | None, before: str | None, after: str | None) -> str | None:
    if row is None:
        return "It is not in the books any more."
    if target.field != "status" and row.get("status") not in (None, "ACTIVE"):
        return "It is archived in Xero."
    if after is not None and before == after:
        return "It is as it should be already."
    if target.kind == "archive_account" and row.get("system_account"):
        return "Xero needs this account itself."
    return None


def _text(value: Any) -> str | None:
    said = str(value).strip() if value is not None else ""
    return said or None
