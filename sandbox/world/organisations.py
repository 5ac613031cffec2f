"""Lists the organisations of a seed: sixty of a practice's clients, from 30 documents to 100,000, and two that belong to an outsider."""

from dataclasses import dataclass
from functools import lru_cache
from random import Random

from . import names, numbers
from .composed import Member, base_seed, is_composed, members
from .countries import AU, COUNTRIES, Country
from .seed import Seed, identifier, stream

CLIENTS = 60
SHORT_CODE_SIGNS = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789"


@dataclass(frozen=True, slots=True)
class Organisation:
    tenant_id: str
    index: int
    name: str
    legal_name: str
    country: str
    currency: str
    short_code: str
    timezone: str  # as Xero writes it
    zone: str  # as the tz database writes it
    is_demo: bool
    documents: int
    year_end_month: int
    year_end_day: int
    tax_number: str
    registration_number: str
    organisation_type: str
    line_of_business: str
    tax_basis: str
    tax_period: str
    has_foreign_customers: bool
    pays_tax: bool = True  # registered for GST or VAT
    rows: tuple[tuple[str, int], ...] = ()  # exact counts by resource, in a composed world
    twin_of: str = ""  # whose books these are, under other ids

    @property
    def books(self) -> Country:
        return COUNTRIES[self.country]


def _sizes(rnd: Random) -> list[int]:
    small = [30, 45, 60] + [int(30 * 20 ** rnd.random()) for _ in range(37)]
    middle = [int(600 * (5000 / 600) ** rnd.random()) for _ in range(14)]
    large = [int(5000 * 3 ** rnd.random()) for _ in range(5)]
    sizes = [*small, *middle, *large, 100_000]
    rnd.shuffle(sizes)
    return sizes


def _name(rnd: Random, index: int, country: str, taken: set[str]) -> str:
    if index == 0:
        return f"Demo Company ({COUNTRIES[country].version})"
    if index == 7:
        return "Pixel & <script>alert(1)</script> Web Design"
    if index == 11:
        return "Café Ōtautahi – L'Épicerie"
    while True:
        trading = names.business(rnd)
        suffix = rnd.choice(names.SUFFIXES[country])
        if trading not in taken:
            taken.add(trading)
            return f"{trading} {suffix}".strip()


def _organisation(seed: Seed, index: int, country: Country, documents: int, taken: set[str]) -> Organisation:
    rnd = stream(seed, "organisation", index)
    name = _name(rnd, index, country.code, taken)
    timezone, zone = country.zones[0] if rnd.random() < 0.5 else rnd.choice(country.zones)
    month, day = rnd.choice(country.other_year_ends)
    tax_number = numbers.tax(rnd, country.code)
    # A few small ones are below the threshold from which a business must register.
    pays_tax = index not in (9, 23, 44) or documents >= 5000
    kinds = ("COMPANY", "COMPANY", "COMPANY", "SOLE_TRADER", "PARTNERSHIP", "TRUST", "CHARITY")
    return Organisation(
        tenant_id=identifier(seed, "organisation", index),
        index=index,
        name=name,
        legal_name=name,
        country=country.code,
        currency=country.currency,
        short_code="!" + "".join(rnd.choice(SHORT_CODE_SIGNS) for _ in range(5)),
        timezone=timezone,
        zone=zone,
        is_demo=index == 0,
        documents=documents,
        year_end_month=month,
        year_end_day=day,
        tax_number=tax_number,
        registration_number=tax_number if country.code == "AU" else numbers.company(rnd, country.code),
        organisation_type=rnd.choice(kinds),
        line_of_business=rnd.choice(names.TRADES),
        tax_basis=rnd.choice(country.tax_bases) if pays_tax else "NONE",
        tax_period=rnd.choice(country.tax_periods) if pays_tax else "NONE",
        has_foreign_customers=index in (3, 18, 41),
        pays_tax=pays_tax,
    )


def _composed(seed: Seed, index: int, member: Member) -> Organisation:
    timezone, zone = AU.zones[0]
    month, day = AU.year_end
    rnd = stream(base_seed(seed), "organisation", member.tenant_id)
    number = numbers.tax(rnd, "AU")
    return Organisation(
        tenant_id=member.tenant_id,
        index=index,
        name=member.name,
        legal_name=member.name,
        country="AU",
        currency="AUD",
        short_code="!" + "".join(rnd.choice(SHORT_CODE_SIGNS) for _ in range(5)),
        timezone=timezone,
        zone=zone,
        is_demo=False,
        documents=sum(count for resource, count in member.rows if resource not in ("Contacts", "Accounts")),
        year_end_month=month,
        year_end_day=day,
        tax_number=number,
        registration_number=number,
        organisation_type="COMPANY",
        line_of_business=names.TRADES[0],
        tax_basis=AU.tax_bases[0],
        tax_period=AU.tax_periods[0],
        has_foreign_customers=False,
        rows=member.rows,
        twin_of="" if member.tenant_id == member.first_of_group else member.first_of_group,
    )


@lru_cache(maxsize=8)
def organisations(seed: Seed) -> tuple[Organisation, ...]:
    """Every organisation of the seed; the last two are the outsider's own. A composed world has none of those."""
    if is_composed(seed):
        return tuple(_composed(seed, index, member) for index, member in enumerate(members(seed)))
    rnd = stream(seed, "sizes")
    sizes = _sizes(rnd)
    # A giant or a large file as the demo company would make the first look slow.
    if sizes[0] > 600:
        swap = next(at for at, size in enumerate(sizes) if 200 <= size <= 600)
        sizes[0], sizes[swap] = sizes[swap], sizes[0]
    taken: set[str] = set()
    found = []
    for index, size in enumerate([*sizes, 180, 90]):
        country = COUNTRIES[rnd.choice(("AU", "AU", "AU", "NZ", "NZ", "GB"))]
        found.append(_organisation(seed, index, country, size, taken))
    return tuple(found)


def clients(seed: Seed) -> tuple[Organisation, ...]:
    """Those of the practice."""
    everyone = organisations(seed)
    return everyone if is_composed(seed) else everyone[:CLIENTS]


def organisation(seed: Seed, tenant_id: str) -> Organisation | None:
    return next((one for one in organisations(seed) if one.tenant_id == tenant_id), None)
