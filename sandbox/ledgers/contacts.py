"""Makes an organisation's customers and suppliers, no two of which could be taken for one, unless they were planted so."""

import unicodedata
from collections.abc import Callable
from fractions import Fraction
from random import Random

from ..world import names, numbers
from .books import Books, Contact
from .calendar import DAY_MS, EPOCH
from .text import moment, money, quoted

DROPPED = frozenset(("ltd", "limited", "pty", "inc", "llc", "plc", "co"))
# Rates under which every amount of tens is exact to the cent in both currencies.
FOREIGN = (("USD", Fraction(8, 5)), ("EUR", Fraction(5, 4)), ("CHF", Fraction(2)))
EXPENSES = (
    "310",
    "400",
    "408",
    "412",
    "425",
    "433",
    "441",
    "445",
    "449",
    "453",
    "461",
    "469",
    "473",
    "485",
    "489",
    "493",
    "320",
    "429",
)


def plain_words(name: str) -> list[str]:
    """A name's words without case, accents, punctuation and the kind of company."""
    plain = "".join(
        sign
        for sign in unicodedata.normalize("NFKD", name.casefold().replace("&", " and "))
        if not unicodedata.combining(sign)
    )
    words = "".join(sign if sign.isalnum() or sign.isspace() else "" for sign in plain).split()
    return [word for word in words if word not in DROPPED]


def normalised(name: str) -> str:
    """The letters and digits that tell one name from another; stricter than the check, which keeps the spaces."""
    return "".join(plain_words(name))


class Register:
    """Refuses names within one edit of another, and e-mails, tax numbers and bank accounts that are taken."""

    def __init__(self) -> None:
        self._near: dict[str, set[str]] = {}
        self._values: set[str] = set()

    def neighbours(self, name: str) -> set[str]:
        key = normalised(name)
        found: set[str] = set()
        for shape in self._shapes(key):
            found |= self._near.get(shape, set())
        return found

    def enter(self, name: str) -> None:
        key = normalised(name)
        for shape in self._shapes(key):
            self._near.setdefault(shape, set()).add(key)

    def is_new(self, value: str) -> bool:
        """Whether nobody has this value yet; afterwards somebody has."""
        key = "".join(sign for sign in value.casefold() if sign.isalnum() or sign == "@")
        if key in self._values:
            return False
        self._values.add(key)
        return True

    @staticmethod
    def _shapes(key: str) -> set[str]:
        # Two words within one edit share a word that is one or no deletion away from both.
        return {key, *(key[:at] + key[at + 1 :] for at in range(len(key)))}


class Maker:
    def __init__(self, books: Books) -> None:
        self.books = books
        self.rnd = books.stream("contacts")
        self.register = Register()

    def unique_name(self, make: "Namer") -> str:
        while True:
            name = make(self.rnd)
            if not self.register.neighbours(name):
                self.register.enter(name)
                return name

    def contact(self, name: str, *, email: bool = True, first: str = "", last: str = "") -> Contact:
        """A contact with numbers of its own; the name must have been entered."""
        rnd, country = self.rnd, self.books.organisation.country
        made = Contact(self.books.fresh(), name, first_name=first, last_name=last)
        slug = normalised(name)[:40]
        careless = self.books.careless
        if email and rnd.random() >= 0.25 * careless:
            address = f"{'accounts' if not first else 'hello'}@{slug}.example"
            if self.register.is_new(address):
                made.email = address
        if not first and rnd.random() >= 0.35 * careless:
            made.tax_number = self.new_number(numbers.tax)
        if not first and rnd.random() >= 0.4 * careless:
            made.bank = self.new_number(numbers.bank_account)
        if country == "GB" and rnd.random() < 0.2:
            made.tax_number = ""
        return self.books.add_contact(made)

    def new_number(self, make: "Numberer") -> str:
        while True:
            number = make(self.rnd, self.books.organisation.country)
            if self.register.is_new(number):
                return number

    def business(self) -> Contact:
        suffix = self.rnd.choice(names.SUFFIXES[self.books.organisation.country]) if self.rnd.random() < 0.6 else ""
        return self.contact(f"{self.unique_name(names.business)} {suffix}".strip())

    def person(self) -> Contact:
        drawn: list[tuple[str, str]] = []

        def make(rnd: Random) -> str:
            drawn.append(names.person(rnd))
            return " ".join(drawn[-1])

        name = self.unique_name(make)
        return self.contact(name, first=drawn[-1][0], last=drawn[-1][1])

    def named(self, name: str) -> Contact:
        """One whose name is given, such as the tax office."""
        self.register.enter(name)
        return self.contact(name, email=False)


Namer = Callable[[Random], str]
Numberer = Callable[[Random, str], str]


def open_contacts(books: Books) -> Maker:
    maker = Maker(books)
    rnd = maker.rnd
    size = books.organisation.documents
    by_code = books.by_code
    for index in range(min(4 + int(size * 0.03), 2600)):
        contact = maker.person() if rnd.random() < 0.4 else maker.business()
        contact.sells = by_code[rnd.choice(("200", "200", "200", "210", "260"))]
        if books.organisation.has_foreign_customers and index % 9 == 4:
            contact.currency, contact.worth = FOREIGN[index // 9 % len(FOREIGN)]
            contact.sells = by_code["205"]
        books.customers.append(contact)
    for index in range(4 + int(size**0.55)):
        contact = maker.business()
        contact.buys = by_code[EXPENSES[index % len(EXPENSES)]]
        if index % 6 == 5:
            # Sells to us and buys from us: one code in each direction is no flaw.
            contact.sells = by_code["200"]
            books.customers.append(contact)
        books.suppliers.append(contact)
    for index in range(max(1, size // 400)):
        gone = maker.business()
        gone.status = "ARCHIVED"
        gone.groups = (
            "[]" if index else f'[{{"ContactGroupID":"{books.fresh()}","Name":"Former customers","Status":"ACTIVE"}}]'
        )
    return maker


DEFAULTS = ("sales:account", "sales:tax", "purchases:account", "purchases:tax")


def _defaults(contact: Contact) -> tuple[tuple[str, str], ...]:
    """Xero's own fields of what a new line for the contact starts with."""
    sells, buys, lacks = contact.sells, contact.buys, contact.without
    return (
        ("SalesDefaultAccountCode", sells.code if sells and "sales:account" not in lacks else ""),
        ("AccountsReceivableTaxType", sells.tax_type if sells and "sales:tax" not in lacks else ""),
        ("PurchasesDefaultAccountCode", buys.code if buys and "purchases:account" not in lacks else ""),
        ("AccountsPayableTaxType", buys.tax_type if buys and "purchases:tax" not in lacks else ""),
    )


def file_contacts(books: Books) -> None:
    """After the documents: the balances are sums of what they left open."""
    rnd = books.stream("contact stamps")
    address = f"[{{{','.join(f'{quoted(key)}:{quoted(value)}' for key, value in names.address(rnd, books.organisation.country).items())}}}]"
    # Whom nobody deals with was looked at in the last two years at least, unless somebody planted it.
    first = books.two_years_back + 3
    span = books.today - first
    for contact in books.contacts:
        updated = contact.stamp or (first - EPOCH) * DAY_MS + int(rnd.random() * span * DAY_MS)
        if rnd.random() < 0.2 * books.careless and not contact.without:
            contact.without = frozenset((rnd.choice(DEFAULTS),))
        people = "[]"
        optional = "".join(
            f'"{key}":{quoted(value)},'
            for key, value in (
                ("FirstName", contact.first_name),
                ("LastName", contact.last_name),
                ("TaxNumber", contact.tax_number),
                ("BankAccountDetails", contact.bank),
                *_defaults(contact),
            )
            if value
        )
        phone = f'[{{"PhoneType":"DEFAULT","PhoneNumber":"{rnd.randrange(1_000_000, 9_999_999)}","PhoneAreaCode":"03","PhoneCountryCode":""}}]'
        head = (
            f'{{"ContactID":"{contact.id}","ContactStatus":"{contact.status}","Name":{quoted(contact.name)},"EmailAddress":{quoted(contact.email)},{optional}'
            f'"Addresses":{address if updated & 1 else "[]"},"Phones":{phone if updated & 2 else "[]"},"UpdatedDateUTC":{moment(updated)},'
            f'"ContactGroups":{contact.groups},"IsSupplier":{"true" if contact.is_supplier else "false"},'
            f'"IsCustomer":{"true" if contact.is_customer else "false"},"DefaultCurrency":"{contact.currency}",'
        )
        balances = (
            f'"Balances":{{"AccountsReceivable":{{"Outstanding":{money(contact.receivable)},"Overdue":{money(contact.receivable_overdue)}}},'
            f'"AccountsPayable":{{"Outstanding":{money(contact.payable)},"Overdue":{money(contact.payable_overdue)}}}}},'
        )
        tail = f'"ContactPersons":{people},"HasAttachments":false,"HasValidationErrors":false}}'
        books.row(
            "Contacts",
            (head, balances, tail),
            id=contact.id,
            updated=updated,
            status=contact.status,
            name=contact.name,
            email=contact.email,
            number=contact.tax_number,
        )
