"""How well and how fast an import from XPM is matched: `python -m bench.xpm_matching`, or `./run bench-xpm-matching`.

The practice is the sandbox's (SEED=1, SIZE=2000), read through its API in this process. A firm's own records are derived
from the same parties: as they are, or under another name, e-mail address or birth date, without numbers, as an
organisation of which only the books are known, and beside strangers who look like somebody. What is then proposed is
compared with the truth, and so is what is found wrong. LARGE=15000 prints what as many take; LARGE=0 leaves it out.
"""

import asyncio
import os
import re
import resource
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from random import Random
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import httpx

from practice.providers.parties import RemoteParty, RemoteStaff
from practice.providers.xero import practice_manager_shapes as shapes
from practice.providers.xero.xml import Records
from practice.xpm.matching import Ours, Proposal, Theirs, propose
from practice.xpm.precheck import precheck
from practice.xpm.structures import kind_of
from sandbox.app import create_app
from sandbox.clock import Clock
from sandbox.settings import Settings

NOW: Final = datetime(2026, 11, 21, 9, tzinfo=UTC)
AS_OF: Final = date(2026, 11, 21)
SANDBOX: Final = "http://sandbox.test"
KINDS: Final = {"fund": "super_fund", "association": "other"}
SCOPE: Final = "openid offline_access practicemanager.client.read practicemanager.staff.read"

WRONG: Final[Mapping[str, tuple[str, ...]]] = {
    "name_missing": ("half_name",),
    "birth_date_impossible": ("impossible_birth",),
    "number_wrong": ("invalid_business_number", "invalid_company_number"),
    "structure_missing": ("unmapped_structure",),
    "shares_off": ("shares_not_100", "percentages_not_100"),
    "trustee_missing": ("trust_without_trustee", "fund_without_trustee"),
    "director_missing": ("company_without_director",),
    "director_not_person": ("director_not_a_person",),
    "members_differ": ("members_are_not_trustees",),
    "contact_unnamed": ("unnamed_contact",),
    "primary_missing": ("no_primary_contact",),
    "relationship_twice": ("related_twice",),
    "relationship_to_itself": ("related_to_itself",),
    "relationship_ends_early": ("ended_before_it_began",),
    "one_email": ("shared_email",),
    "duplicates": ("same_person", "same_number", "same_entity"),
}
"""What the truth calls it, and the codes by which the pre-check tells it."""


@dataclass(frozen=True)
class Practice:
    """What the sandbox answers, and what only it knows."""

    parties: list[RemoteParty]
    staff: list[RemoteStaff]
    truth: dict[str, Any]
    report: bytes

    def kind(self, remote_id: str) -> str:
        """What a party really is, as whoever maps the structures would say."""
        said = self.truth["clients"][remote_id]["kind"]
        return str(KINDS.get(said, said))

    def party_of(self, remote_id: str) -> str:
        return str(self.truth["clients"][remote_id]["party"])


async def read_practice(*, size: int, seed: int = 1) -> Practice:
    """Through sign-in, consent and the API, as the product does; in this process."""
    settings = Settings(origin=SANDBOX, today=NOW, seed=seed, practice_clients=size, limits=False)
    transport = httpx.ASGITransport(create_app(settings, Clock(NOW, scale=0)))
    async with httpx.AsyncClient(transport=transport, base_url=SANDBOX, timeout=600) as http:
        tenant = (await http.get("/__control/practice")).json()["tenant_id"]
        headers = {"Authorization": f"Bearer {await _token(http, tenant)}", "xero-tenant-id": tenant}

        async def records(path: str, tag: str, container: str) -> list[Any]:
            answer = await http.get(f"/practicemanager/3.1/{path}", headers=headers)
            answer.raise_for_status()
            reader, read = Records(tag, container=container), shapes.staff if tag == "Staff" else _party
            return [read(element) for element in reader.feed(answer.content)] + [read(one) for one in reader.close()]

        return Practice(
            parties=await records("client.api/list?detailed=true", "Client", "Clients"),
            staff=await records("staff.api/list", "Staff", "StaffList"),
            truth=(await http.get("/__control/practice/truth")).json(),
            report=(await http.get("/__control/practice/report.csv")).content,
        )


def _party(element: Any) -> RemoteParty:
    return shapes.party(element, lambda *_: None)


async def _token(http: httpx.AsyncClient, tenant: str) -> str:
    back = "http://localhost:8000/back"
    asked = {"response_type": "code", "client_id": "sandbox-client", "redirect_uri": back, "scope": SCOPE, "state": "s"}
    at = await http.get("/identity/connect/authorize", params=asked)
    while (where := urlsplit(at.headers["location"])).path != "/back":
        page = parse_qs(where.query)
        if where.path == "/identity/login":
            form = {"user": "margaret@ironbark.example", "return": page["return"][0]}
            at = await http.post("/identity/login", data=form)
        elif where.path == "/identity/consent":
            at = await http.post("/identity/consent", data={"txn": page["txn"][0], "tenant": [tenant], "action": "allow"})
        else:
            at = await http.get(at.headers["location"])
    code = parse_qs(where.query)["code"][0]
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": back}
    answer = await http.post("/connect/token", data=form, auth=("sandbox-client", "sandbox-secret"))
    answer.raise_for_status()
    return str(answer.json()["access_token"])


# -- a firm's own records of the same parties ----------------------------------------------------------------------------


@dataclass
class Firm:
    """Its records; which party each is (none for strangers), and how it differs from what the practice has."""

    ours: list[Ours] = field(default_factory=list)
    party: dict[UUID, str] = field(default_factory=dict)
    way: dict[UUID, str] = field(default_factory=dict)

    def put(self, one: Ours, way: str, party: str = "") -> None:
        self.ours.append(one)
        self.way[one.id] = way
        if party:
            self.party[one.id] = party


def theirs_of(party: RemoteParty, kind: str | None) -> Theirs:
    return Theirs(
        party.remote_id, kind, party.name, party.fields["first_name"], party.fields["last_name"], party.fields["email"],
        party.fields["address"], party.fields["postcode"], party.private["business_number"], party.private["company_number"],
        party.private["date_of_birth"], party.archived,
    )  # fmt: skip


def derive(practice: Practice, *, seed: int = 1, known: float = 0.7) -> Firm:
    """`known`: of how many of the practice's parties the firm has a record already."""
    chance, firm, count = Random(f"firm {seed}"), Firm(), 0
    seen: set[str] = set()

    def new_id() -> UUID:
        nonlocal count
        count += 1
        return UUID(int=chance.getrandbits(96) << 32 | count)

    for party in practice.parties:
        who = practice.party_of(party.remote_id)
        if party.deleted or who in seen:
            continue
        seen.add(who)
        one = _ours(new_id(), theirs_of(party, practice.kind(party.remote_id)))
        if chance.random() < known:
            way = chance.choice(tuple(_WAYS[one.kind == "person"]))
            firm.put(_changed(one, way, chance), way, who)
        elif chance.random() < 0.4:
            way = chance.choice(tuple(_STRANGERS[one.kind == "person"]))
            firm.put(_stranger(one, way, chance), way)
    return firm


def _ours(id_: UUID, one: Theirs) -> Ours:
    return Ours(
        id_, one.kind, one.name, one.first_name, one.last_name, one.email, one.address, one.postcode, one.business_number,
        one.company_number, one.date_of_birth,
    )  # fmt: skip


_WAYS: Final[Mapping[bool, tuple[str, ...]]] = {
    True: (
        "the same", "name the other way round", "other e-mail", "no birth date", "no birth date, other e-mail", "married name",
        "short first name", "name mistyped", "birth date mistyped", "name and nothing else", "moved", "initial only",
    ),
    False: (
        "the same", "written otherwise", "other e-mail", "no numbers", "no numbers, other e-mail", "renamed", "name mistyped",
        "books only", "books only, no number", "number mistyped", "name and nothing else",
    ),
}  # fmt: skip
_STRANGERS: Final[Mapping[bool, tuple[str, ...]]] = {
    True: ("stranger: namesake", "stranger: shares the address and e-mail", "stranger: same last name and birthday"),
    False: ("stranger: same name, other number", "stranger: same e-mail", "stranger: of another kind, same name"),
}


def _changed(one: Ours, way: str, chance: Random) -> Ours:
    first, last = one.first_name, one.last_name
    nothing: dict[str, Any] = {"email": "", "address": "", "postcode": "", "business_number": "", "company_number": "", "date_of_birth": ""}
    elsewhere = f"{chance.randrange(10**6)}@elsewhere.example"
    match way:
        case "name the other way round":
            return replace(one, name=f"{first} {last}".strip() or one.name, first_name="", last_name="")
        case "other e-mail":
            return replace(one, email=elsewhere)
        case "no birth date":
            return replace(one, date_of_birth="")
        case "no birth date, other e-mail":
            return replace(one, date_of_birth="", email=elsewhere)
        case "married name":
            return replace(one, last_name="Newlywed", name=f"Newlywed, {first}")
        case "short first name":
            return replace(one, first_name=first[:3], name=f"{last}, {first[:3]}")
        case "name mistyped":
            swapped = _mistyped(one.name if one.kind != "person" else last, chance)
            if one.kind != "person":
                return replace(one, name=swapped)
            return replace(one, last_name=swapped, name=f"{swapped}, {first}")
        case "birth date mistyped":
            return replace(one, date_of_birth=one.date_of_birth.replace("19", "18", 1).replace("20", "19", 1))
        case "name and nothing else":
            return replace(one, **nothing)
        case "moved":
            return replace(one, address="1 New Street", postcode="9999", email=elsewhere)
        case "initial only":
            return replace(one, first_name=first[:1], name=f"{first[:1]} {last}".strip())
        case "written otherwise":
            return replace(one, name=one.name.upper().replace("PTY LTD", "PTY. LIMITED").replace(" AND ", " & "), email="")
        case "no numbers":
            return replace(one, business_number="", company_number="")
        case "no numbers, other e-mail":
            return replace(one, business_number="", company_number="", email=elsewhere)
        case "renamed":
            return replace(one, name=f"Renamed {chance.randrange(10**6)} Holdings", email=elsewhere)
        case "books only":
            return replace(one, kind=None, email="", address="", date_of_birth="")
        case "books only, no number":
            return replace(one, kind=None, **nothing)
        case "number mistyped":
            return replace(one, business_number=one.business_number[:-1] + "0", company_number="", email="")
        case _:
            return one


def _stranger(one: Ours, way: str, chance: Random) -> Ours:
    elsewhere = f"{chance.randrange(10**6)}@elsewhere.example"
    number = chance.choice(("51824753556", "53004085616", "33102417032", "83914571673"))
    match way:
        case "stranger: namesake":
            return replace(one, date_of_birth=f"19{chance.randrange(30, 99)}-02-1{chance.randrange(10)}", email=elsewhere, address="", business_number="")
        case "stranger: shares the address and e-mail":
            return replace(one, first_name="Quirin", name=f"{one.last_name}, Quirin", date_of_birth="", business_number="")
        case "stranger: same last name and birthday":
            return replace(one, first_name="Quirina", name=f"{one.last_name}, Quirina", email="", business_number="")
        case "stranger: same name, other number":
            return replace(one, business_number=number, company_number="", email=elsewhere)
        case "stranger: same e-mail":
            return replace(one, name=f"Somebody {chance.randrange(10**6)} Pty Ltd", business_number="", company_number="")
        case _:
            kind = "trust" if one.kind != "trust" else "company"
            return replace(one, kind=kind, business_number=number, company_number="")


def _mistyped(name: str, chance: Random) -> str:
    """Two letters inside a word change places, or one is left out."""
    at = [found.start() for found in re.finditer(r"(?<=\w)\w\w(?=\w)", name)]
    if not at:
        return name
    where = chance.choice(at)
    return name[:where] + name[where + 1] + (name[where] if chance.random() < 0.5 else "") + name[where + 2 :]


# -- how well ------------------------------------------------------------------------------------------------------------


@dataclass
class Scored:
    """Of the practice's active clients: what came of those that the firm has, and of those that it has not."""

    right: Counter[str] = field(default_factory=Counter)
    """Tied by itself to what it is, by how the firm's record differs."""
    asked: Counter[str] = field(default_factory=Counter)
    """Shown to a person with the right one among the candidates."""
    missed: Counter[str] = field(default_factory=Counter)
    """Proposed as new, or shown without the right one."""
    wrong: list[tuple[str, UUID]] = field(default_factory=list)
    """Tied by itself to what it is not."""
    created: int = 0
    asked_in_vain: int = 0
    first: int = 0
    """Where a person is asked, the right one stands first."""

    @property
    def had(self) -> int:
        return self.right.total() + self.asked.total() + self.missed.total()

    @property
    def precision(self) -> float:
        tied = self.right.total() + len(self.wrong)
        return self.right.total() / tied if tied else 1.0

    @property
    def recall(self) -> float:
        return self.right.total() / self.had

    @property
    def found(self) -> float:
        """Tied, or shown with the right one among the candidates."""
        return (self.right.total() + self.asked.total()) / self.had


def score(practice: Practice, firm: Firm, proposals: Mapping[str, Proposal]) -> Scored:
    scored = Scored()
    local: dict[str, UUID] = {party: id_ for id_, party in firm.party.items()}
    for party in practice.parties:
        if party.deleted or party.archived:
            continue
        proposal, target = proposals[party.remote_id], local.get(practice.party_of(party.remote_id))
        if proposal.proposal == "match" and proposal.target is not None and proposal.target != target:
            scored.wrong.append((party.remote_id, proposal.target))
        if target is None:
            scored.created += proposal.proposal == "create"
            scored.asked_in_vain += proposal.proposal == "check"
            continue
        candidates = [candidate.id for candidate in proposal.candidates]
        if proposal.proposal == "match" and proposal.target == target:
            scored.right[firm.way[target]] += 1
        elif proposal.proposal == "check" and target in candidates:
            scored.asked[firm.way[target]] += 1
            scored.first += candidates[0] == target
        else:
            scored.missed[firm.way[target]] += 1
    return scored


@dataclass(frozen=True)
class Compared:
    """By client: what the truth says is wrong, and what the pre-check told, both of active clients."""

    expected: set[str]
    told: set[str]


def compare(practice: Practice) -> dict[str, Compared]:
    active = {party.remote_id for party in practice.parties if not (party.deleted or party.archived)}
    real = {party.remote_id: practice.kind(party.remote_id) for party in practice.parties}
    said = {party.remote_id: kind_of(party.structure, {}) for party in practice.parties}
    told: dict[str, set[str]] = defaultdict(set)
    for remote_id, remarks in precheck(practice.parties, real, practice.staff, AS_OF).items():
        for remark in remarks:
            told[remark.code].add(remote_id)
    for remote_id, remarks in precheck(practice.parties, said, practice.staff, AS_OF).items():
        told["unmapped_structure"] |= {remote_id for remark in remarks if remark.code == "unmapped_structure"}
    blank = {party.remote_id for party in practice.parties if not party.structure}
    compared = {}
    for kind, codes in WRONG.items():
        findings = _pairs(practice, kind) or practice.truth["wrong"][kind]
        # Xero's way of saying that there is no day.
        findings = [one for one in findings if one.get("date") != "0001-01-01"]
        expected = {id_ for one in findings for id_ in one.get("clients") or (one["client"],)}
        if _pairs(practice, kind):
            # Where one of the two is gone there is nothing to choose between.
            expected = {id_ for one in findings if set(one["clients"]) <= active for id_ in one["clients"]}
        found: set[str] = set().union(*(told[code] for code in codes))
        compared[kind] = Compared(expected & active, found & active & (blank if kind == "structure_missing" else active))
    return compared


def _pairs(practice: Practice, kind: str) -> list[dict[str, Any]]:
    """Two clients each; couples behind one address are those of whom the truth says so."""
    if kind == "one_email":
        return [one for one in practice.truth["couples"] if one["one_email"]]
    return list(practice.truth["duplicates"]) if kind == "duplicates" else []


def main() -> None:
    size, seed, large = (int(os.environ.get(name, default)) for name, default in (("SIZE", "2000"), ("SEED", "1"), ("LARGE", "15000")))
    practice = asyncio.run(read_practice(size=size, seed=seed))
    print(f"\nThe sandbox's practice of seed {seed}: {len(practice.parties)} clients; the firm's records derived from its parties.\n")
    print(f"{'the firm has':>12} {'precision':>10} {'tied':>6} {'asked':>6} {'missed':>7} {'wrong':>6}   {'not here: new':>13} {'asked':>6}")
    for at, known in enumerate((0.0, 0.3, 0.7, 1.0)):
        firm = derive(practice, seed=seed + at, known=known)
        found = score(practice, firm, _proposed(practice, firm.ours))
        had = max(1, found.had)
        print(
            f"{len(firm.party):>12} {found.precision:>10.4f} {found.right.total() / had:>6.1%} {found.asked.total() / had:>6.1%}"
            f" {found.missed.total() / had:>7.1%} {len(found.wrong):>6}   {found.created:>13} {found.asked_in_vain:>6}"
        )
    _ways(found)
    print(f"\n{'what is wrong':<26}{'in truth':>9}{'told':>6}{'both':>6}")
    for kind, one in compare(practice).items():
        print(f"{kind:<26}{len(one.expected):>9}{len(one.told):>6}{len(one.expected & one.told):>6}")
    if large:
        _speed(large, seed)


def _ways(found: Scored) -> None:
    print(f"\n{'how the firm has it (the last line above)':<44}{'tied':>6}{'asked':>7}{'missed':>8}")
    for way in sorted({*found.right, *found.asked, *found.missed}):
        print(f"{way:<44}{found.right[way]:>6}{found.asked[way]:>7}{found.missed[way]:>8}")
    print(f"{'of those asked about, the right one first':<44}{found.first:>13}")


def _proposed(practice: Practice, ours: Sequence[Ours]) -> dict[str, Proposal]:
    theirs = [theirs_of(party, practice.kind(party.remote_id)) for party in practice.parties if not party.deleted]
    return propose(theirs, ours, linked={}, ignored=())


def _speed(size: int, seed: int) -> None:
    practice = asyncio.run(read_practice(size=size, seed=seed))
    firm = derive(practice, seed=seed, known=1.0)
    kinds = {party.remote_id: practice.kind(party.remote_id) for party in practice.parties}
    strangers: Iterable[Ours] = derive(practice, seed=seed + 1, known=0.0).ours
    ours = [*firm.ours, *strangers][:size]
    print(f"\n{len(practice.parties)} of theirs, {len(ours)} of ours")
    for what, work in (
        ("matching, nothing linked", lambda: _proposed(practice, ours)),
        ("pre-check", lambda: precheck(practice.parties, kinds, practice.staff, AS_OF)),
    ):
        began, cpu = time.perf_counter(), time.process_time()
        work()
        print(f"  {what:<28}{time.perf_counter() - began:6.2f} s, {time.process_time() - cpu:6.2f} s of CPU")
    print(f"  {'peak memory of this process':<28}{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:6.0f} MiB")


if __name__ == "__main__":
    main()
