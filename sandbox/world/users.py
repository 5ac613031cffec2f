"""Says who can sign in to Xero and which organisations each may reach."""

import hashlib
from dataclasses import dataclass
from functools import lru_cache

from .organisations import CLIENTS, organisations
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

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}"


def _user(
    seed: Seed, given: str, family: str, host: str, reach: tuple[str, ...], practice_ids: tuple[str, ...], role: str
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
    )


@lru_cache(maxsize=8)
def users(seed: Seed) -> tuple[User, ...]:
    everyone = organisations(seed)
    clients = tuple(one.tenant_id for one in everyone[:CLIENTS])
    small_first = sorted(everyone[:CLIENTS], key=lambda one: (one.documents, one.index))
    juniors = tuple(one.tenant_id for one in small_first[5:10])
    own = tuple(one.tenant_id for one in everyone[CLIENTS:])
    practice_ids = tuple(one.tenant_id for one in practices(seed))
    host = "ironbark.example"
    return (
        _user(seed, "Margaret", "Ashworth", host, clients, practice_ids, "FINANCIALADVISER"),
        _user(seed, "Tane", "Rangihuna", host, clients[::3], (), "FINANCIALADVISER"),
        _user(seed, "Niamh", "O'Sullivan", host, juniors, (), "STANDARD"),
        _user(seed, "Oscar", "Stapleton", "stapleton.example", own, (), "STANDARD"),
    )
