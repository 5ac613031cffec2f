"""Makes the accounting practice of a seed: its staff, its clients as Practice Manager holds them, and who is who among them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from .families import Maker, fill, tie
from .oddities import plant
from .organisations import organisations
from .people_names import HOSTS, given, plain
from .records import CustomField, Records, Staff
from .seed import Seed, identifier, stream

# What oddities add to what households make, at least and in a hundred of all.
_FEWEST_ODD, _ODD_IN_A_HUNDRED = 14, 2.3
_TIED = 45
_STAFF = 14
# Those of the practice who can also sign in at Xero (users.py).
_KNOWN = (("Margaret Ashworth", "margaret"), ("Tane Rangihuna", "tane"), ("Niamh O'Sullivan", "niamh"), ("Priya Ravindran", "priya"))


@dataclass(frozen=True, slots=True)
class Practice:
    tenant_id: str
    name: str
    country: str


@lru_cache(maxsize=8)
def practices(seed: Seed) -> tuple[Practice, ...]:
    return (Practice(identifier(seed, "practice", 0), "Ironbark & Rimu Accounting", "AU"),)


def staff(seed: Seed) -> tuple[Staff, ...]:
    """Fourteen: the partners first, one without an e-mail address, one that has left and still looks after clients."""
    rnd = stream(seed, "xpm staff")
    host = "ironbark.example"
    found = [Staff(identifier(seed, "xpm staff", mail), name, f"{mail}@{host}", mobile=f"04{rnd.randrange(10**8):08d}") for name, mail in _KNOWN]
    for at in range(len(_KNOWN), _STAFF):
        maker = given(rnd, rnd.choice(("Female", "Male")))
        family = rnd.choice(("Alvarez", "Brightwater", "Dunstan", "Eversley", "Halloran", "Mbeki-Jones", "Nguyễn", "Pōtae", "Quill", "Thorburn"))
        email = "" if at == 9 else f"{plain(maker)}.{plain(family)}@{host if at != 12 else HOSTS[0]}"
        found.append(Staff(identifier(seed, "xpm staff", at), f"{maker} {family}", email, payroll_code=f"P{at:03d}" if at % 3 == 0 else "", left=at == 11))
    return tuple(found)


def _custom_fields(seed: Seed) -> tuple[CustomField, ...]:
    def field(name: str, type_: str, element: str, options: tuple[str, ...] = (), uses: tuple[str, ...] = ("useClient",)) -> CustomField:
        return CustomField(identifier(seed, "xpm field", name), name, type_, element, options, uses=frozenset(uses))

    return (
        field("Portal reference", "Text", "Text"),
        field("Risk rating", "Dropdown List", "Text", ("Low", "Medium", "High")),
        field("Client since", "Date", "Date"),
        field("Agreed fee", "Decimal", "Decimal"),
        field("Employees", "Number", "Number"),
        field("Newsletter", "Checkbox", "Boolean", uses=("useClient", "useContact")),
    )


def _fill_custom_fields(records: Records, seed: Seed) -> None:
    rnd = stream(seed, "xpm values")
    records.custom_fields = {one.uuid: one for one in _custom_fields(seed)}
    by_name = {one.name: one.uuid for one in records.custom_fields.values()}
    for uuid in list(records.clients)[::7]:
        said = {
            "Risk rating": rnd.choice(("Low", "Medium", "High")),
            "Client since": f"{rnd.randrange(2005, 2025)}-{rnd.randrange(1, 13):02d}-01",
            "Agreed fee": f"{rnd.randrange(200, 9000)}.50",
            "Newsletter": "true",
        }
        records.values[uuid] = {by_name[name]: value for name, value in said.items() if rnd.random() < 0.6}


@lru_cache(maxsize=2)
def records(seed: Seed, size: int) -> Records:
    """Everything the practice holds at the start; whoever changes it takes a copy first."""
    everyone = staff(seed)
    maker = Maker(seed, [one.uuid for one in everyone[2:]], [one.uuid for one in (*everyone[:4], everyone[11])])
    maker.taken.update(one.name for one in organisations(seed))
    maker.records.staff = {one.uuid: one for one in everyone}
    tie(maker, min(_TIED, size // 10))
    fill(maker, size - max(_FEWEST_ODD, round(size * _ODD_IN_A_HUNDRED / 100)) - 4)
    plant(maker)
    _top_up(maker, size)
    _fill_custom_fields(maker.records, seed)
    return maker.records


def _top_up(maker: Maker, size: int) -> None:
    """Single people until the number is exactly met."""
    maker.begin("last", stream(maker.seed, "xpm last"))
    while len(maker.records.clients) < size:
        maker.person(maker.family_name(), email="")
