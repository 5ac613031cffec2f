"""Puts into a practice's rows what real ones hold: duplicates and what only looks like one, archived and merged clients, odd names, and mistakes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from random import Random

from . import numbers
from .families import Maker
from .people_names import SHORT, plain
from .records import Client, Contact, Link, Note
from .seed import stream

ODD_NAMES = (
    "王小明 (Wang Xiaoming)",
    "山田 太郎",
    "김민수 Trading",
    "محمد الأمين",
    "<script>alert('xpm')</script> Holdings",
    'Smith & Sons <Builders> "Quoted" Pty Ltd',
    "O'Hara's “Curly” Café – Ōtautahi",
    "  Padded   Name  ",
    "SHOUTING PTY LTD",
    '=HYPERLINK("http://example.test","pay")',
    "Zoë Ångström-Núñez",
    "🦘 Roo Tours",
    "N/A",
    (
        "The Honourable Sir Archibald Featherstonehaugh-Cholmondeley-Warburton and Dame Wilhelmina Featherstonehaugh-"
        "Cholmondeley-Warburton as Joint Trustees for the Third Discretionary Settlement of 1987 (Amended)"
    ),
)


class Oddities:
    """Every kind draws from a stream of its own and takes clients that no other kind has taken."""

    def __init__(self, maker: Maker) -> None:
        self.maker, self.records = maker, maker.records
        self.used: set[str] = set()
        self.by_kind: dict[str, list[Client]] = {}
        for client in self.records.clients.values():
            self.by_kind.setdefault(self.records.origins.kind[client.uuid], []).append(client)
        self.size = len(self.records.clients)

    def some(self, subject: str, kind: str, share: float, least: int = 2, *, where: Callable[[Client], bool] = lambda _: True) -> list[Client]:
        """Untouched clients of a kind, so many in a hundred of all clients."""
        self.maker.begin(f"odd/{subject}", stream(self.maker.seed, "xpm odd", subject))
        wanted = max(least, round(self.size * share / 100))
        found: list[Client] = []
        offered = [one for one in self.by_kind.get(kind, []) if one.uuid not in self.used and where(one)]
        for one in self.rnd.sample(offered, min(len(offered), wanted * 2)):
            if len(found) < wanted and one.uuid not in self.used:
                found.append(one)
                self.used.add(one.uuid)
        return found

    @property
    def rnd(self) -> Random:
        return self.maker.rnd

    def amend(self, one: Client, **fields: str) -> None:
        for name, value in fields.items():
            if value:
                one.fields[name] = value
            else:
                one.fields.pop(name, None)


def plant(maker: Maker) -> None:
    odd = Oddities(maker)
    origins = maker.records.origins
    odd.used |= {*origins.organisations, *(row[0] for row in origins.not_organisations)}
    for sow in (_same_people, _same_companies, _lookalikes, _states, _names, _births, _numbers, _structures, _relations, _contacts, _groups):
        sow(odd)


def _again(odd: Oddities, one: Client, why: str, **changed: str) -> Client:
    """The same party once more."""
    fields = {**one.fields, **changed}
    fields.pop("exportCode", None)
    kind = odd.records.origins.kind[one.uuid]
    twin = odd.maker.client(kind, fields, party=odd.records.origins.party[one.uuid], of_unit=False)
    odd.records.origins.duplicates.append((one.uuid, twin.uuid, why))
    odd.used.add(twin.uuid)
    return twin


def _same_people(odd: Oddities) -> None:
    for at, one in enumerate(odd.some("people twice", "person", 0.8, 4, where=lambda one: "dateOfBirth" in one.fields)):
        first, last = one.fields["firstName"], one.fields["lastName"]
        short = SHORT.get(first, f"{first[:1]}.")
        match at % 4:
            case 0:
                _again(odd, one, "short first name", firstName=short, name=f"{last}, {short}", otherName="")
            case 1:
                bare = plain(last).capitalize()
                _again(odd, one, "family name without its signs", lastName=bare, name=f"{first} {bare}", email=f"{plain(first)}@work.example")
            case 2:
                _again(odd, one, "birth date missing", dateOfBirth="", name=f"{first} {last}")
            case _:
                _again(odd, one, "the same but for the address", address="7 Somewhere Else", postCode="9999")


def _same_companies(odd: Oddities) -> None:
    for at, one in enumerate(odd.some("companies twice", "company", 0.5, 3)):
        name = one.name
        other = name.replace("Pty Ltd", "Pty. Limited") if at % 2 else name.upper().replace("&", "AND")
        twin = _again(odd, one, "same number, other spelling", name=other, businessStructure="Company")
        if at % 3 == 0:
            odd.amend(twin, companyNumber="")


def _lookalikes(odd: Oddities) -> None:
    near = odd.records.origins.near
    for one in odd.some("father and son", "person", 0.4, where=lambda one: "dateOfBirth" in one.fields):
        born = f"{min(2006, int(one.fields['dateOfBirth'][:4]) + 27)}{one.fields['dateOfBirth'][4:]}".replace("-02-29", "-02-28")
        fields = {**one.fields, "dateOfBirth": born, "taxNumber": numbers.tfn(odd.rnd)}
        son = odd.maker.client("person", fields, of_unit=False)
        odd.used.add(son.uuid)
        near.append((one.uuid, son.uuid, "same name, address and e-mail, other birth date"))
    for one in odd.some("second company", "company", 0.3):
        number = numbers.acn(odd.rnd)
        fields = {**one.fields, "companyNumber": number, "businessNumber": numbers.abn_of(number)}
        other = odd.maker.client("company", fields, of_unit=False)
        odd.used.add(other.uuid)
        near.append((one.uuid, other.uuid, "same name, other numbers"))
    # A trustee company that gives its trust's number as its own.
    for relationship in list(odd.records.relationships.values()):
        trustee, trust = odd.records.clients[relationship.client], odd.records.clients[relationship.related]
        kinds = odd.records.origins.kind
        if relationship.type != "Trustee" or kinds[trustee.uuid] != "company" or kinds[trust.uuid] != "trust":
            continue
        if odd.rnd.random() < 0.08 and not {trustee.uuid, trust.uuid} & odd.used:
            odd.amend(trustee, businessNumber=trust.fields["businessNumber"], companyNumber="")
            odd.used |= {trustee.uuid, trust.uuid}
            near.append((trustee.uuid, trust.uuid, "a trustee with its trust's number"))


def _states(odd: Oddities) -> None:
    records = odd.records

    def put(one: Client) -> None:
        records.clients[one.uuid] = one

    for kind in ("person", "company", "trust", "fund"):
        for one in odd.some(f"archived {kind}", kind, 1.5):
            put(replace(one, archived=True))
        for one in odd.some(f"deleted {kind}", kind, 0.5):
            put(replace(one, deleted=True, archived=odd.rnd.random() < 0.5))
    for one in odd.some("merged", "person", 0.3, 3):
        gone = _again(odd, one, "merged", email=f"old.{one.fields.get('email', 'none@work.example')}")
        records.origins.duplicates.pop()
        records.origins.merged.append((gone.uuid, one.uuid))
        note = Note("Merged", f"Merged with {gone.name}", "", "2025-08-04T02:11:09", "Tane Rangihuna")
        put(replace(gone, deleted=True))
        put(replace(one, notes=(*one.notes, note), modified=one.modified + timedelta(hours=1)))


def _names(odd: Oddities) -> None:
    for one, name in zip(odd.some("odd names", "company", 0.0, len(ODD_NAMES)), ODD_NAMES, strict=False):
        odd.amend(one, name=name)
    for one in odd.some("odd people", "person", 0.0, 3):
        odd.amend(one, firstName="小明", lastName="王", name="王 小明")
    for one in odd.some("no first name", "person", 0.3):
        odd.amend(one, firstName="", name=one.fields["lastName"])
    for one in odd.some("no family name", "person", 0.3):
        odd.amend(one, lastName="", name=one.fields["firstName"])


def _births(odd: Oddities) -> None:
    days = ("2031-05-04", "1791-01-26", "0001-01-01", "2199-12-31")
    for at, one in enumerate(odd.some("births", "person", 0.5, 4)):
        odd.amend(one, dateOfBirth=days[at % len(days)])


def _numbers(odd: Oddities) -> None:
    def wrong(number: str) -> str:
        return number[:-1] + str((int(number[-1]) + 1) % 10)

    for one in odd.some("wrong abn", "trust", 0.2):
        odd.amend(one, businessNumber=wrong(one.fields["businessNumber"]))
    for one in odd.some("wrong acn", "company", 0.2, where=lambda one: "companyNumber" in one.fields):
        odd.amend(one, companyNumber=wrong(one.fields["companyNumber"]))
    for one in odd.some("written otherwise", "fund", 0.5):
        number = one.fields["businessNumber"]
        odd.amend(one, businessNumber=f"{number[:2]} {number[2:5]} {number[5:8]} {number[8:]}")


def _structures(odd: Oddities) -> None:
    for kind in ("person", "company", "trust", "fund"):
        for one in odd.some(f"no structure {kind}", kind, 0.3):
            odd.amend(one, businessStructure="")
    for one, name in zip(odd.some("odd structures", "company", 0.0, 4), ("Joint Venture", "company", "COMPANY ", "Pty"), strict=False):
        odd.amend(one, businessStructure=name)


def _relations(odd: Oddities) -> None:
    records, maker = odd.records, odd.maker

    into: dict[tuple[str, str], list[str]] = {}
    for row in records.relationships.values():
        into.setdefault((row.related, row.type), []).append(row.uuid)

    def to(one: Client, type_: str) -> list[str]:
        return into.get((one.uuid, type_), [])

    for at, one in enumerate(odd.some("shares", "company", 0.4, 3, where=lambda one: bool(to(one, "Shareholder")))):
        held = records.relationships[to(one, "Shareholder")[0]]
        records.put_relationship(replace(held, shares=held.shares + (10, -10, 2)[at % 3]))
    for one in odd.some("percentages", "partnership", 0.1, 1):
        held = records.relationships[to(one, "Partner")[0]]
        records.put_relationship(replace(held, percentage="45"))
    for type_, kind, share in (("Trustee", "trust", 0.3), ("Trustee", "fund", 0.2), ("Director", "company", 0.3)):
        for one in odd.some(f"no {type_} of {kind}", kind, share):
            for uuid in to(one, type_):
                records.drop_relationship(uuid)
    people = odd.some("members", "person", 0.2)
    for one, stranger in zip(odd.some("funds of others", "fund", 0.2), people, strict=False):
        maker.relate(stranger, "Member", one)
    trusts = odd.some("directing trusts", "trust", 0.15)
    for trust, company in zip(trusts, odd.some("directed by trusts", "company", 0.15), strict=False):
        maker.relate(trust, "Director", company)
    for one in odd.some("twice", "company", 0.2, where=lambda one: bool(to(one, "Director"))):
        row = records.relationships[to(one, "Director")[0]]
        maker.relate(records.clients[row.client], "Director", one)
    for one in odd.some("itself", "person", 0.0, 1):
        maker.relate(one, "Associate", one)
    for one in odd.some("ended", "company", 0.3, where=lambda one: bool(to(one, "Secretary"))):
        held = records.relationships[to(one, "Secretary")[0]]
        records.put_relationship(replace(held, end="2024-06-30"))
    for one in odd.some("ended early", "company", 0.0, 2, where=lambda one: bool(to(one, "Secretary"))):
        held = records.relationships[to(one, "Secretary")[0]]
        records.put_relationship(replace(held, end="1990-06-30"))
    for one in odd.some("odd types", "trust", 0.0, 2, where=lambda one: bool(to(one, "Beneficiary"))):
        row = records.relationships[to(one, "Beneficiary")[0]]
        maker.relate(records.clients[row.client], "Bucket Company", one)


def _contacts(odd: Oddities) -> None:
    records, maker = odd.records, odd.maker

    def has_contact(one: Client) -> bool:
        return bool(records.links.get(one.uuid))

    for one in odd.some("unnamed contacts", "company", 0.2, where=has_contact):
        maker.contact(Contact(maker.new_id(), "", email=f"someone@{plain(one.name)[:12]}.example"), (one, "", False))
    for one in odd.some("contacts twice", "company", 0.5, where=has_contact):
        first = records.contacts[records.links[one.uuid][0].contact]
        again = maker.contact(replace(first, uuid=maker.new_id(), salutation=""), (one, "Owner", False))
        records.origins.same_person.append((first.uuid, again.uuid))
    for one in odd.some("deleted contacts", "trust", 0.3, where=has_contact):
        maker.contact(Contact(maker.new_id(), "Somebody Gone", deleted=True), (one, "", False))
    for one in odd.some("no primary", "company", 0.3, where=has_contact):
        records.links[one.uuid] = tuple(Link(link.contact, link.position) for link in records.links[one.uuid])


def _groups(odd: Oddities) -> None:
    odd.maker.begin("odd/groups", stream(odd.maker.seed, "xpm odd", "groups"))
    odd.maker.group("Empty Group")
    for name, kind in (("VIP & Friends", "person"), ("VIP & Friends", "company"), ("Monthly <BAS>", "company")):
        members: Sequence[Client] = odd.rnd.sample(odd.by_kind[kind], min(12, len(odd.by_kind[kind])))
        odd.maker.group(name, *members)
