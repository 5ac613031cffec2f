"""The base of every shape on the wire, and the shapes that several resources share.

In refuses fields it does not know; Out is read from rows and has no defaults, so that a forgotten field is an error here
and not a surprise for a client.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, field_validator
from pydantic_core import PydanticCustomError

Role = Literal["owner", "admin", "manager", "staff", "viewer"]
Visibility = Literal["whole_team", "xero_users", "specific_people"]
Band = Literal["healthy", "attention", "at_risk", "unscored"]


NUL: Final = "May not contain the character U+0000"


class In(BaseModel):
    """What a client sends."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    @field_validator("*")
    @classmethod
    def _storable(cls, value: Any) -> Any:
        if _has_nul(value):
            raise PydanticCustomError("nul", NUL)
        return value


def _has_nul(value: Any) -> bool:
    """No text of a database can hold it. Models inside ask for themselves."""
    if isinstance(value, str):
        return "\0" in value
    if isinstance(value, Mapping):
        return any(map(_has_nul, (*value, *value.values())))
    return isinstance(value, list | tuple | set | frozenset) and any(map(_has_nul, value))


class Out(BaseModel):
    """What a client gets."""

    model_config = ConfigDict(from_attributes=True)


class FieldError(Out):
    """One wrong field, by JSON pointer into the body (or `?name` for a query parameter)."""

    pointer: str
    detail: str


class Remedy(Out):
    """What helps: the button's label and operation, or the time at which it continues by itself."""

    label: str
    operation: str | None
    href: str | None
    until: datetime | None


class Problem(Out):
    """An error body (RFC 9457). `instance` is the request id; a problem may carry members of its own besides."""

    type: str
    title: str
    status: int
    detail: str | None
    instance: str
    action: Remedy | None
    errors: list[FieldError] | None


class Person(Out):
    """A member by name, where no more is needed."""

    id: UUID
    name: str


class Bundle(Out):
    """The firm's places for clients with a Xero organisation: in all, taken, taken by drafts, free."""

    limit: int
    used: int
    drafts: int
    left: int


def camel(name: str) -> str:
    """`list_clients` is `listClients`: the operation id that generated clients call."""
    head, *rest = name.split("_")
    return head + "".join(word.title() for word in rest)
