"""Staff: list, get, add, update, delete, enable, disable. No answer says who has left."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from ..state.people import new_id
from ..world.records import Staff
from . import shapes
from .answer import Refused, Reply, Rows, Shape, trimmed
from .asked import Asked

_DETAILS: Final = {"name": "name", "email": "email", "phone": "phone", "mobile": "mobile", "address": "address", "payrollCode": "payroll_code"}


def list_(asked: Asked) -> Rows:
    lists_left = asked.sandbox.memory.switches.lists_left_staff
    some = [one for one in asked.records.staff.values() if lists_left or not one.left]
    return Rows("staffList", (Shape(trimmed(shapes.staff(one, asked.origin), asked.only), frozenset()) for one in some))


def _told(asked: Asked, one: Staff) -> Reply:
    values = shapes.staff(one, asked.origin)
    return Reply({"staff": Shape(trimmed(values, asked.only), frozenset())}, values["webUrl"])


def get(asked: Asked) -> Reply:
    return _told(asked, asked.found("staff", asked.ids["id"]))


def _said(sent: dict[str, Any]) -> dict[str, Any]:
    return {ours: str(sent[name]).strip() for name, ours in _DETAILS.items() if name in sent}


def add(asked: Asked) -> Reply:
    sent = asked.read()
    if not str(sent.get("name", "")).strip():
        raise Refused("Staff name is required")
    one = Staff(new_id(), **_said(sent))
    asked.people.put_staff(one, asked.now)
    return _told(asked, one)


def _named(asked: Asked) -> tuple[Staff, dict[str, Any]]:
    sent = asked.read()
    return asked.found("staff", sent.get("uuid", "")), sent


def update(asked: Asked) -> Reply:
    one, sent = _named(asked)
    keeps = not asked.sandbox.memory.switches.empty_clears
    changed = replace(one, **{name: value for name, value in _said(sent).items() if value or not keeps})
    if not changed.name:
        raise Refused("Staff name is required")
    asked.people.put_staff(changed, asked.now)
    return _told(asked, changed)


def enable(asked: Asked) -> Reply:
    return _leaves(asked, left=False)


def disable(asked: Asked) -> Reply:
    return _leaves(asked, left=True)


def _leaves(asked: Asked, *, left: bool) -> Reply:
    one, _ = _named(asked)
    asked.people.put_staff(replace(one, left=left), asked.now)
    return Reply({})


def delete(asked: Asked) -> Reply:
    one, _ = _named(asked)
    asked.people.drop_staff(one.uuid, asked.now)
    return Reply({})


def forgotten_password(asked: Asked) -> Reply:
    """The letter that Practice Manager would send is nobody's business here."""
    _named(asked)
    return Reply({})
