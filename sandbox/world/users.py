"""Says who can sign in to Xero and which organisations each may reach."""

import hashlib
from dataclasses import dataclass
from functools import lru_cache

from .organisations import clients, organisations
from .practice import practices
from .seed import Seed, identifier


@dataclass(frozen=True, slots=True)
class User:
    user_id: str
    sub: str
    email: str
    given_name: str
    family_name: str
    organisation_ids: tuple[str, ...]
    practice_ids: tuple[str, ...]
    role: str  # in every organisation they reach
    sees_all_clients: bool = True  # in the practice; otherwise those whose account or job manager they are

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}"


def _user(
    seed: Seed,
    given: str,
    family: str,
    host: str,
    reach: tuple[str, ...],
    practice_ids: tuple[str, ...],
    role: str,
    *,
    sees_all: bool = True,
) -> User:
    email = f"{given}@{host}".lower()
    return User(
        identifier(seed, "user", email),
        hashlib.sha256(f"{seed}/sub/{email}".encode()).hexdigest()[:32],
        email,
        given,
        family,
        reach,
        practice_ids,
        role,
        sees_all,
    )


@lru_cache(maxsize=8)
def users(seed: Seed) -> tuple[User, ...]:
    of_practice = clients(seed)
    reached = tuple(one.tenant_id for one in of_practice)
    small_first = sorted(of_practice, key=lambda one: (one.documents, one.index))
    juniors = tuple(one.tenant_id for one in small_first[5:10])
    own = tuple(one.tenant_id for one in organisations(seed)[len(of_practice) :])
    practice_ids = tuple(one.tenant_id for one in practices(seed))
    host = "ironbark.example"
    return (
        _user(seed, "Margaret", "Ashworth", host, reached, practice_ids, "FINANCIALADVISER"),
        _user(seed, "Tane", "Rangihuna", host, reached[::3], (), "FINANCIALADVISER"),
        _user(seed, "Niamh", "O'Sullivan", host, juniors, (), "STANDARD"),
        _user(seed, "Oscar", "Stapleton", "stapleton.example", own, (), "STANDARD"),
        # In the practice she sees the clients that she looks after and no others.
        _user(seed, "Priya", "Ravindran", host, (), practice_ids, "STANDARD", sees_all=False),
    )
