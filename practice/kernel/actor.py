"""Who acts: a member of a firm, an API key, the system for a firm, or somebody at the door."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Self
from uuid import UUID

ActorKind = Literal["staff", "key", "system", "door"]
Role = Literal["owner", "admin", "manager", "staff", "viewer"]


@dataclass(frozen=True, slots=True)
class Actor:
    """One who acts, and for which firm. A unit takes its permissions from it."""

    kind: ActorKind
    firm_id: UUID | None = None
    member_id: UUID | None = None
    role: Role | None = None
    name: str = ""
    identity_id: UUID | None = None
    session_id: UUID | None = None
    confirmed_at: datetime | None = None
    scopes: frozenset[str] = frozenset()

    @classmethod
    def system(cls, firm_id: UUID) -> Self:
        """The product itself, at work for one firm."""
        return cls(kind="system", firm_id=firm_id, name="Bulkhead")

    @classmethod
    def door(cls) -> Self:
        """Somebody not yet known: may look up identities, sessions, keys and tickets, and no firm's rows."""
        return cls(kind="door", name="Somebody signing in")

    @property
    def sees_all(self) -> bool:
        """Whether visibility limits nothing for this actor (house 6.2: owners, admins and the system)."""
        return self.kind == "system" or self.role in ("owner", "admin")
