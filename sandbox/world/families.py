"""Makes the clients of a practice a household at a time: people, and the companies, trusts, funds and partnerships they hold."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from random import Random

from . import names, numbers
from .organisations import Organisation, clients
from .people_names import FAMILY as FAMILIES
from .people_names import HOSTS, REFERRALS, given, plain
from .records import Client, Contact, Group, Kind, Link, Note, Records, Relationship
from .seed import Seed, identifier, stream

BILLING_TYPES = {"20th of Month": ("DayOfMonth", 20, "30.00"), "14 days": ("DaysAfterInvoice", 14, "0.00")}
_BEGUN = datetime(2020, 2, 3, 21, 0, tzinfo=UTC)
_SECONDS = int(timedelta(days=6 * 365 + 240).total_seconds())
_TITLES = {"Male": ("Mr", "Mr", "Mr", "Dr"), "Female": ("Ms", "Mrs", "Miss", "Dr")}
_COMPANY_ENDS = ("Pty Ltd", "Pty Ltd", "Pty Ltd", "Pty. Limited", "Limited")
_STRUCTURES: dict[Kind, tuple[str, ...]] = {
    "person": ("Individual",) * 12 + ("Sole Trader",) * 3,
    "company": ("Company",) * 14 + ("Ltd Co",),
    "trust": ("Trust",) * 14 + ("Discretionary Trust",),
    "fund": ("Superannuation Fund",) * 7 + ("Super Fund", "SMSF"),
    "partnership": ("Partnership",),
    "association": ("Association",),
}
STRUCTURES = tuple(dict.fromkeys(name for some in _STRUCTURES.values() for name in some))
"""The business structures that this practice's administrator has set up."""
STRUCTURE_KINDS: dict[str, Kind] = {name: kind for kind, some in _STRUCTURES.items() for name in some}
_PARTNER_TYPES = (("Husband", "Wife"), ("Spouse", "Spouse"))


class Maker:
    """Adds rows to the records; every household draws from a stream of its own."""

    def __init__(self, seed: Seed, managers: Sequence[str], partners: Sequence[str]) -> None:
        self.seed, self.records = seed, Records()
        self._managers, self._partners = managers, partners
        self.taken: set[str] = set()
        self.begin("", stream(seed, "practice"))

    def begin(self, subject: str, rnd: Random) -> None:
        self.subject, self.rnd, self._count = subject, rnd, 0
        self.home = names.address(rnd, "AU")

    def new_id(self) -> str:
        self._count += 1
        return identifier(self.seed, "xpm", self.subject, self._count)

    # Rows

    def client(self, kind: Kind, fields: dict[str, str], *, party: str = "", of_unit: bool = True) -> Client:
        rnd, uuid = self.rnd, self.new_id()
        made = {name: value for name, value in fields.items() if value}
        if of_unit:
            made = {**self._where(), **self._office(kind, made), **made}
        one = Client(uuid, made, _BEGUN + timedelta(seconds=rnd.randrange(_SECONDS)), notes=self._notes())
        self.records.clients[uuid] = one
        self.records.origins.party[uuid] = party or f"p-{uuid}"
        self.records.origins.kind[uuid] = kind
        return one

    def _where(self) -> dict[str, str]:
        at = self.home
        found = {
            "address": at["AddressLine1"],
            "city": at["City"],
            "region": at["Region"],
            "postCode": at["PostalCode"],
            "country": at["Country"],
        }
        if self.rnd.random() < 0.5:
            line = f"PO Box {self.rnd.randrange(1, 999)}" if self.rnd.random() < 0.4 else at["AddressLine1"]
            found |= {
                "postalAddress": line,
                "postalCity": at["City"],
                "postalRegion": at["Region"],
                "postalPostCode": at["PostalCode"],
                "postalCountry": at["Country"],
            }
        return found

    def _office(self, kind: Kind, fields: dict[str, str]) -> dict[str, str]:
        """What the practice itself notes about a client."""
        rnd = self.rnd
        registered = "Yes" if kind != "person" and rnd.random() < 0.7 else "No"
        code = plain(fields.get("lastName") or fields.get("name", ""))[:4].upper()
        found = {
            "accountManagerUuid": rnd.choice(self._partners) if rnd.random() < 0.92 else "",
            "jobManagerUuid": rnd.choice(self._managers) if rnd.random() < 0.8 else "",
            "clientType": rnd.choice(tuple(BILLING_TYPES)) if rnd.random() < 0.6 else "",
            "referralSource": rnd.choice(REFERRALS) if rnd.random() < 0.3 else "",
            "exportCode": f"{code}{rnd.randrange(100):02d}" if rnd.random() < 0.5 else "",
            "balanceMonth": "6",
            "gstRegistered": registered,
            "prepareGst": registered,
            "gstPeriod": rnd.choice(("Monthly", "2 Monthly", "6 Monthly")) if registered == "Yes" else "",
            "gstBasis": rnd.choice(("Invoice", "Payment")) if registered == "Yes" else "",
            "prepareActivityStatement": registered,
            "prepareTaxReturn": "Yes",
            "activeAtoClient": "Yes" if rnd.random() < 0.9 else "No",
            "clientCode": code,
            "businessStructure": rnd.choice(_STRUCTURES[kind]),
            "taxNumber": numbers.tfn(rnd),
        }
        return {name: value for name, value in found.items() if value}

    def _notes(self) -> tuple[Note, ...]:
        if self.rnd.random() > 0.12:
            return ()
        title = self.rnd.choice(("First call", "ATO <b>reminder</b>", "Moved house", "Fee agreed & signed"))
        text = "Spoke about the year & what is missing.\nWill send the rest before 15 < 20 May."
        at = _BEGUN + timedelta(seconds=self.rnd.randrange(_SECONDS))
        return (Note(title, text, "", at.strftime("%Y-%m-%dT%H:%M:%S"), "Margaret Ashworth"),)

    def contact(self, one: Contact, *at: tuple[Client, str, bool]) -> Contact:
        """A contact at each of these clients, in this position there, and whether as the first to be asked."""
        self.records.contacts[one.uuid] = one
        for client, position, primary in at:
            links = self.records.links.get(client.uuid, ())
            self.records.links[client.uuid] = (*links, Link(one.uuid, position, primary))
        return one

    def relate(self, client: Client, type_: str, related: Client, *, shares: int = 0, percentage: str = "0", end: str = "") -> Relationship:
        start = f"{self.rnd.randrange(1998, 2024)}-07-01"
        one = Relationship(self.new_id(), client.uuid, related.uuid, type_, shares, percentage, start, end)
        self.records.put_relationship(one)
        return one

    def group(self, name: str, *members: Client) -> Group:
        one = Group(self.new_id(), name, self.rnd.random() < 0.2, tuple(member.uuid for member in members))
        self.records.put_group(one)
        return one

    # Parties

    def person(self, family: str, gender: str = "", *, email: str | None = None, born: tuple[int, int] = (1938, 2004), first: str = "") -> Client:
        rnd = self.rnd
        gender = gender or rnd.choice(("Female", "Male"))
        first = first or given(rnd, gender)
        middle = given(rnd, gender) if rnd.random() < 0.4 else ""
        if email is None:
            email = f"{plain(first)}.{plain(family)}{self.subject.rpartition('/')[2]}@{rnd.choice(HOSTS)}" if rnd.random() < 0.95 else ""
        day = datetime(rnd.randint(*born), 1, 1, tzinfo=UTC) + timedelta(days=rnd.randrange(365))
        one = self.client(
            "person",
            {
                "name": f"{family}, {first}" if rnd.random() < 0.8 else f"{first} {family}",
                "title": rnd.choice(_TITLES[gender]) if rnd.random() < 0.8 else "",
                "gender": gender,
                "firstName": first,
                "lastName": family,
                "otherName": middle,
                "email": email,
                "dateOfBirth": day.date().isoformat() if rnd.random() < 0.93 else "",
                "phone": f"04{rnd.randrange(10**8):08d}" if rnd.random() < 0.85 else "",
            },
        )
        if one.fields["businessStructure"] == "Sole Trader":
            one.fields["businessNumber"] = numbers.abn(rnd)
        if rnd.random() < 0.7:
            self.contact(self.card(one), (one, "", True))
        return one

    def card(self, one: Client) -> Contact:
        """The contact that a person is."""
        first, last = one.fields.get("firstName", ""), one.fields.get("lastName", "")
        return Contact(
            self.new_id(),
            f"{first} {last}".strip(),
            first[:3] if self.rnd.random() < 0.2 else first,
            f"{one.fields.get('title', '')} {first[:1]} {last}".strip(),
            one.fields.get("phone", ""),
            one.fields.get("email", ""),
        )

    def _entity(self, kind: Kind, name: str, number: str, company_number: str = "") -> Client:
        self.taken.add(name)
        host = plain(name)[:24] or "office"
        return self.client(
            kind,
            {
                "name": name,
                "email": f"office@{host}{self.subject.rpartition('/')[2]}.example" if self.rnd.random() < 0.6 else "",
                "phone": f"0{self.rnd.choice('2378')}{self.rnd.randrange(10**8):08d}" if self.rnd.random() < 0.6 else "",
                "webSite": f"https://www.{host}.example" if kind == "company" and self.rnd.random() < 0.4 else "",
                "businessNumber": number,
                "companyNumber": company_number,
            },
        )

    def company(self, name: str = "") -> Client:
        number = numbers.acn(self.rnd)
        while not name or name in self.taken:
            name = f"{names.business(self.rnd)} {self.rnd.choice(_COMPANY_ENDS)}"
        return self._entity("company", name, numbers.abn_of(number), number)

    def trust(self, family: str) -> Client:
        shape = self.rnd.choice(("{} Family Trust", "The {} Family Trust", "{} Discretionary Trust", "{} Investment Trust", "The Trustee for {} Unit Trust"))
        return self._entity("trust", shape.format(self._free(family, shape)), numbers.abn(self.rnd))

    def fund(self, family: str) -> Client:
        shape = self.rnd.choice(("{} Superannuation Fund", "{} Super Fund", "{} Family SMSF", "The {} Retirement Fund"))
        return self._entity("fund", shape.format(self._free(family, shape)), numbers.abn(self.rnd))

    def partnership(self, left: Client, right: Client) -> Client:
        name = f"{left.fields['firstName'][:1]} {left.fields['lastName']} & {right.fields['firstName'][:1]} {right.fields['lastName']}"
        return self._entity("partnership", name, numbers.abn(self.rnd))

    def _free(self, family: str, shape: str) -> str:
        while shape.format(family) in self.taken:
            family = f"{family} {self.rnd.choice(names.PLACES)}"
        return family

    def family_name(self) -> str:
        return self.rnd.choice(FAMILIES if self.rnd.random() < 0.8 else names.FAMILY)

    # Households

    def single(self) -> None:
        self.person(self.family_name())

    def couple(self) -> tuple[Client, Client]:
        """Two who live together, three in five of them behind one e-mail address."""
        rnd, family = self.rnd, self.family_name()
        first = self.person(family, "Male")
        shared = first.fields.get("email", "") if rnd.random() < 0.6 else None
        second = self.person(family if rnd.random() < 0.85 else self.family_name(), "Female", email=shared)
        types = rnd.choice(_PARTNER_TYPES)
        self.relate(first, types[0], second)
        if rnd.random() < 0.5:  # the other side is a row of its own, where somebody has written it
            self.relate(second, types[1], first)
        self.records.origins.couples.append((first.uuid, second.uuid))
        return first, second

    def household(self) -> None:
        pair = self.couple()
        family = pair[0].fields["lastName"]
        members = list(pair)
        if self.rnd.random() < 0.4:
            child = self.person(family, born=(1996, 2006))
            self.relate(child, "Child Of", pair[0])
            members.append(child)
        if self.rnd.random() < 0.6:
            self.group(f"{family} Family", *members)

    def _held(self, company: Client, holders: Sequence[Client]) -> None:
        """Directors and shareholders; the shares come to a hundred."""
        parts = {1: (100,), 2: self.rnd.choice(((50, 50), (60, 40), (99, 1))), 3: (34, 33, 33)}[len(holders)]
        for holder, part in zip(holders, parts, strict=True):
            self.relate(holder, "Director", company)
            self.relate(holder, "Shareholder", company, shares=part)
        if self.rnd.random() < 0.3:
            self.relate(holders[0], "Secretary", company)

    def _reached(self, person: Client, *clients: tuple[Client, str]) -> None:
        """One person, one contact, at several clients."""
        self.contact(self.card(person), *((client, position, True) for client, position in clients))

    def business(self) -> None:
        """People and their company."""
        people = [self.person(self.family_name())] if self.rnd.random() < 0.4 else list(self.couple())
        if self.rnd.random() < 0.15:
            people = [*people[:1], self.person(self.family_name()), self.person(self.family_name())]
        company = self.company()
        self._held(company, people)
        self._reached(people[0], (company, "Director"))
        if self.rnd.random() < 0.5:
            self.group(f"{people[0].fields['lastName']} Group", *people, company)
        if self.rnd.random() < 0.25:
            people[0].fields["billingClientUuid"] = company.uuid

    def trusted(self) -> None:
        """A couple, their trust, and the company that is its trustee, or themselves."""
        pair = self.couple()
        family = pair[0].fields["lastName"]
        trust = self.trust(family)
        members = [*pair, trust]
        if self.rnd.random() < 0.65:
            trustee = self.company(f"{family} Nominees Pty Ltd")
            self._held(trustee, pair)
            self.relate(trustee, "Trustee", trust)
            members.append(trustee)
        else:
            for one in pair:
                self.relate(one, "Trustee", trust)
        for one in pair:
            self.relate(one, "Beneficiary", trust)
        self.relate(pair[0], "Appointer", trust)
        self._reached(pair[0], *((one, "Trustee") for one in members[2:]))
        self.group(f"{family} Family Group", *members)

    def retired(self) -> None:
        """A self-managed fund: its members are its trustees, or direct the company that is."""
        pair = self.couple()
        family = pair[0].fields["lastName"]
        fund = self.fund(family)
        for one in pair:
            self.relate(one, "Member", fund)
        members = [*pair, fund]
        if self.rnd.random() < 0.6:
            trustee = self.company(f"{family} Super Pty Ltd")
            self._held(trustee, pair)
            self.relate(trustee, "Trustee", fund)
            members.append(trustee)
        else:
            for one in pair:
                self.relate(one, "Trustee", fund)
        self._reached(pair[1], (fund, "Member"))
        if self.rnd.random() < 0.7:
            self.group(f"{family} Super", *members)

    def partners(self) -> None:
        left, right = self.person(self.family_name()), self.person(self.family_name())
        firm = self.partnership(left, right)
        half = self.rnd.choice((("50", "50"), ("70", "30"), ("33.33", "66.67")))
        for one, part in zip((left, right), half, strict=True):
            self.relate(one, "Partner", firm, percentage=part)
        self._reached(left, (firm, "Partner"))

    def alone(self) -> None:
        """An entity whose people are contacts only."""
        director = self.person(self.family_name(), email="")
        firm = self.company()
        self.relate(director, "Director", firm)
        self.relate(director, "Shareholder", firm, shares=100)
        self.contact(Contact(self.new_id(), f"{given(self.rnd, 'Female')} {self.family_name()}", email=f"accounts{self.subject.rpartition('/')[2]}@{self.rnd.choice(HOSTS)}"), (firm, "Bookkeeper", True))

    def every(self) -> Iterator[tuple[float, Callable[[], object]]]:
        yield from (
            (0.30, self.single),
            (0.48, self.household),
            (0.66, self.business),
            (0.80, self.trusted),
            (0.90, self.retired),
            (0.95, self.partners),
            (1.01, self.alone),
        )


def fill(maker: Maker, size: int) -> None:
    """Households until there are so many clients; the last are single people, so that the number is met."""
    unit = 0
    while len(maker.records.clients) < size:
        unit += 1
        maker.begin(f"unit/{unit}", stream(maker.seed, "xpm", unit))
        dice = maker.rnd.random()
        make = next(make for below, make in maker.every() if dice < below)
        if size - len(maker.records.clients) < 8:
            make = maker.single
        make()


# Clients that are organisations of the ledger world


_KIND_OF: dict[str, Kind] = {
    "COMPANY": "company",
    "TRUST": "trust",
    "PARTNERSHIP": "partnership",
    "SOLE_TRADER": "person",
    "CHARITY": "association",
}


def tie(maker: Maker, count: int) -> None:
    """Some clients keep books in Xero: most under the same name and number, some written otherwise, a few only look so."""
    offered = [one for one in clients(maker.seed) if not one.is_demo][:count]
    for at, one in enumerate(offered):
        maker.begin(f"ledger/{at}", stream(maker.seed, "xpm ledger", at))
        _tie(maker, at, one)


def _tie(maker: Maker, at: int, one: Organisation) -> None:
    kind: Kind
    name = one.name
    kind = "company" if name.endswith(("Ltd", "Limited", "LLP")) else _KIND_OF[one.organisation_type]
    number = one.registration_number
    australian = one.country == "AU"
    way = ("same", "same", "same", "spaced", "same", "renamed", "unnumbered", "same", "other")[at % 9]
    if way == "spaced" and australian:
        number = f"{number[:2]} {number[2:5]} {number[5:8]} {number[8:]}"
    elif way == "renamed":
        name = name.replace(" & ", " and ").upper().replace("PTY. LIMITED", "PTY LTD")
    elif way == "unnumbered":
        number = ""
    elif way == "other":  # another business of the same name
        number = numbers.abn(maker.rnd) if australian else str(maker.rnd.randrange(1_000_000, 9_999_999))
    maker.taken.add(name)
    owner = (given(maker.rnd, "Female"), maker.family_name()) if kind == "person" else ("", "")
    made = maker.client(
        kind,
        {
            "name": name,
            "firstName": owner[0],
            "lastName": owner[1],
            "email": f"office{at}@{plain(one.name)[:20]}.example",
            "businessNumber": number if australian else "",
            "companyNumber": "" if australian else number,
            "country": names.COUNTRY_NAMES[one.country],
            "businessStructure": "Sole Trader" if kind == "person" else "",
            "balanceMonth": str(one.year_end_month),
        },
    )
    if way == "other":
        maker.records.origins.not_organisations.append((made.uuid, one.tenant_id, "same name, other number"))
    else:
        maker.records.origins.organisations[made.uuid] = one.tenant_id
