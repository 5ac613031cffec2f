"""Brings a linked record's fields together, three ways: what both last agreed on, what is here, what is there. Pure.

              there unchanged   there changed
    here unchanged   same              take
    here changed     keep              converge where it is the same, else who wins by policy: take, keep or conflict

What did not change there never overwrites what is here, whatever the policy. A blank there erases nothing either, but
under `mirror`. Where nothing was agreed on yet, as at a first link, a blank here is filled and a difference is a conflict.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

from practice.clients.details import FIELDS
from practice.links.policy import policy_of

Result = Literal["same", "take", "keep", "converge", "conflict", "off"]


@dataclass(frozen=True, slots=True)
class Merged:
    """`value` is what the field is to be here; a conflict leaves it as it is until somebody decides."""

    field: str
    base: str | None
    local: str
    remote: str
    result: Result
    value: str

    @property
    def agreed(self) -> str | None:
        """What both agree on once this is done; None where they never did."""
        return self.remote if self.result in ("same", "take", "converge") else self.base


def merge(
    base: Mapping[str, str],
    local: Mapping[str, str],
    remote: Mapping[str, str],
    *,
    fields: Collection[str],
    policies: Mapping[str, str],
) -> list[Merged]:
    """In the order of details.FIELDS. A field that `remote` does not have says nothing and is left out."""
    return [
        _merged(field, base.get(field), local.get(field, ""), remote[field], policy_of(field, policies))
        for field in FIELDS
        if field in fields and field in remote
    ]


def _merged(field: str, base: str | None, local: str, remote: str, policy: str) -> Merged:
    def result(said: Result) -> Merged:
        return Merged(field, base, local, remote, said, remote if said == "take" else local)

    if policy == "off":
        return result("off")
    if local == remote:
        return result("same" if base == local else "converge")
    if base == remote:
        return result("keep")
    if not remote and policy != "mirror":
        return result("keep")
    if base == local or (base is None and not local):
        return result("take")
    if _same_written_otherwise(field, local, remote):
        return result("converge")
    match policy:
        case "xpm_wins" | "mirror":
            return result("take")
        case "portal_wins":
            return result("keep")
        case _:
            return result("conflict")


def _same_written_otherwise(field: str, local: str, remote: str) -> bool:
    """Nobody is asked about capitals in an e-mail address, or about spaces."""
    if field == "email":
        local, remote = local.casefold(), remote.casefold()
    if field in ("phone", "mobile"):
        local, remote = (re.sub(r"[^\d+]", "", number) for number in (local, remote))
    return bool(local.split()) and local.split() == remote.split()
