"""Holds one organisation's books while they are being written: accounts, contacts, what has been posted, and what was planted."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from fractions import Fraction
from random import Random
from typing import Any

from ..world.organisations import Organisation
from ..world.seed import Seed, stream
from .calendar import DAY_MS, EPOCH, Calendar
from .store import COLUMNS, Row, Writer
from .text import Days, quoted

# Two documents of one contact and one total must be further apart than this, unless somebody planted them.
APART = 5
# Nothing of a closed period is touched by chance from this many days after the close; a day is left for any time zone.
UNTOUCHED = 13
# Postings are summed under day * SHIFT + account.
SHIFT = 1000
# Books as large as this are never without a flaw.
LARGE = 5000


@dataclass(slots=True, eq=False)
class Account:
    index: int
    id: str
    code: str
    name: str
    type: str
    account_class: str
    tax_type: str
    rate: Fraction
    system: str = ""
    reporting: str = ""
    status: str = "ACTIVE"
    bank_number: str = ""
    bank_type: str = ""
    line: str = ""  # the part of a line's JSON that is always the same
    stub: str = ""  # the account inside other documents

    @property
    def on_a_line(self) -> str:
        return f'"TaxType":"{self.tax_type}","AccountCode":{quoted(self.code)},"AccountID":"{self.id}"'


@dataclass(slots=True, eq=False)
class Contact:
    id: str
    name: str
    email: str = ""
    tax_number: str = ""
    bank: str = ""
    status: str = "ACTIVE"
    first_name: str = ""
    last_name: str = ""
    sells: Account | None = None  # where we code what we sell them
    buys: Account | None = None  # where we code what we buy from them
    currency: str = ""
    worth: Fraction = field(default_factory=lambda: Fraction(1))  # one unit of their currency in ours
    groups: str = "[]"
    stub: str = ""
    without: frozenset[str] = frozenset()  # which of its four defaults it lacks: "sales:account", "purchases:tax", …
    stamp: int = 0  # when it was last touched, where that is no accident
    is_customer: bool = False
    is_supplier: bool = False
    receivable: int = 0
    receivable_overdue: int = 0
    payable: int = 0
    payable_overdue: int = 0


Issue = dict[str, Any]


class Books:
    def __init__(self, organisation: Organisation, seed: Seed, today: date, writer: Writer) -> None:
        self.organisation = organisation
        self.seed = seed
        self.calendar = Calendar(today)
        self.writer = writer
        self.rnd = self.stream("books")
        self.random = self.rnd.random
        self.bits = self.rnd.getrandbits
        self.days = Days(self.calendar.start - timedelta(days=800), today + timedelta(days=500))
        self.today = today.toordinal()
        self.start = self.calendar.start.toordinal()
        self.period_start = self.calendar.period_start.toordinal()
        self.period_end = self.calendar.period_end.toordinal()
        self.two_years_back = self.calendar.two_years_back.toordinal()
        self.old_debt = self.calendar.old_debt.toordinal()
        self.midnight = (self.today - EPOCH) * DAY_MS
        self.accounts: list[Account] = []
        self.banks: list[Account] = []
        self.card: Account | None = None
        self.by_code: dict[str, Account] = {}
        self.contacts: list[Contact] = []
        self.customers: list[Contact] = []
        self.suppliers: list[Contact] = []
        self.postings: dict[int, int] = {}
        self.received: dict[int, int] = {}
        self.spent: dict[int, int] = {}
        self.issues: dict[str, list[Issue]] = {}
        self.near: dict[str, list[str]] = {}  # by check, the keys of near misses: no check may report these
        self.owed = 0  # of approved sales invoices up to the period's end, in base currency
        self.turnover = 0  # of the period, in base currency
        self.facts: dict[str, Any] = {}
        self.register: dict[str, list[dict[str, Any]]] = {"types": [], "assets": []}  # fixed assets, as the API shows them
        self.silent_from = self.today + 1  # from this day nothing is sold or bought on account
        self.touched_at = 0  # while a flaw says so, all that is written was last touched at this moment
        self.closed = 0  # the later of the two lock dates; 0 where none is set
        self.documents = 0
        self.numbers = {"INV-": 0, "CN-": 0}
        self.coded: set[str] = set()  # contacts with an approved line in the period
        self.touched: set[int] = set()  # accounts with a line in the two years to the period's end
        self._taken: dict[tuple[bool, str, int], list[int]] = {}
        # From 0 for books without a flaw to 1 for neglected ones.
        temper = self.stream("temper").random()
        self.neglect = 0.0 if temper < 0.15 else (temper - 0.15) / 0.85
        if organisation.documents >= LARGE:
            self.neglect = max(self.neglect, 0.35)
        # How much of what nobody must do (e-mails, tax numbers, attachments) is left undone; books in good order lack nothing.
        self.careless = self.neglect

    def stream(self, *subject: object) -> Random:
        return stream(self.seed, self.organisation.tenant_id, *subject)

    # What the emitters share

    def fresh(self) -> str:
        digits = f"{self.bits(128):032x}"
        return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"

    def stamp(self, day: int, lag: float) -> int:
        """When a document of that day was last touched: within so many days, before today began, and before the books were closed on it."""
        if self.touched_at:
            return self.touched_at
        at = (day - EPOCH) * DAY_MS + int(self.random() * lag * DAY_MS)
        if day <= self.closed:
            sealed = (self.closed + UNTOUCHED - EPOCH) * DAY_MS
            if at >= sealed:
                at = 2 * sealed - at - 1
        return at if at < self.midnight else self.midnight - 1 - int(self.random() * 20 * 3_600_000)

    def post(self, account: Account, day: int, cents: int) -> None:
        key = day * SHIFT + account.index
        self.postings[key] = self.postings.get(key, 0) + cents

    def bank(self, account: Account, day: int, cents: int) -> None:
        key = day * SHIFT + account.index
        self.postings[key] = self.postings.get(key, 0) + cents
        if account.type == "BANK":
            side = self.received if cents >= 0 else self.spent
            side[key] = side.get(key, 0) + abs(cents)

    def touch(self, account: Account, day: int) -> None:
        if self.two_years_back < day <= self.period_end:
            self.touched.add(account.index)

    def number(self, prefix: str) -> str:
        self.numbers[prefix] += 1
        return f"{prefix}{self.numbers[prefix]:05d}"

    def row(self, resource: str, body: tuple[str, str, str], **columns: Any) -> None:
        """Files a document; the body comes as what stands before its lines, the lines, and what stands after."""
        head = body[0].encode()
        thin_to = len(head) + len(lines := body[1].encode())
        columns["thin_from"], columns["thin_to"], columns["body"] = len(head), thin_to, head + lines + body[2].encode()
        self.writer.add(resource, tuple(map(columns.get, COLUMNS)))

    def file(self, resource: str, row: Row) -> None:
        self.writer.add(resource, row)
        self.documents += 1

    # Totals that nobody may take for duplicates

    def is_free(self, sale: bool, contact: Contact, total: int, day: int) -> bool:
        return all(abs(other - day) > APART + 1 for other in self._taken.get((sale, contact.id, total), ()))

    def take(self, sale: bool, contact: Contact, total: int, day: int) -> None:
        self._taken.setdefault((sale, contact.id, total), []).append(day)

    # What the flaws use

    def plant(self, check: str, **issue: Any) -> None:
        self.issues.setdefault(check, []).append(issue)

    def spare(self, check: str, key: str) -> None:
        """Notes a near miss."""
        self.near.setdefault(check, []).append(key)

    def day_text(self, day: int) -> str:
        return self.days.text(day)

    def is_in_period(self, day: int) -> bool:
        return self.period_start <= day <= self.period_end

    def add_account(self, account: Account) -> Account:
        account.line = account.on_a_line
        code = f'"Code":{quoted(account.code)},' if account.code else ""
        account.stub = f'{{"AccountID":"{account.id}",{code}"Name":{quoted(account.name)}}}'
        self.accounts.append(account)
        if account.code:
            self.by_code[account.code] = account
        if account.type == "BANK":
            self.banks.append(account)
            if account.bank_type == "CREDITCARD":
                self.card = account
        return account

    def taxed(self, account: Account, how: str) -> Account:
        """The same account with another tax on the line: `sale`, `buy`, `exempt_sale`, `exempt_buy` or `none`."""
        country = self.organisation.books
        tax_type = country.tax_for[how]
        rate = next(one.rate for one in country.tax_rates if one.tax_type == tax_type)
        made = replace(account, tax_type=tax_type, rate=rate)
        made.line = made.on_a_line
        return made

    def add_contact(self, contact: Contact) -> Contact:
        contact.stub = f'{{"ContactID":"{contact.id}","Name":{quoted(contact.name)},"HasValidationErrors":false}}'
        contact.currency = contact.currency or self.organisation.currency
        self.contacts.append(contact)
        return contact

    def many(self, check: str, rate: float) -> int:
        """How many flaws of a kind suit this organisation: none in tidy books, more in neglected and in large ones."""
        if self.neglect == 0.0:
            return 0
        rnd = self.stream("many", check)
        low = 1 if rnd.random() < self.neglect + 0.1 else 0
        return max(low, round(self.neglect * rate * (0.5 + rnd.random()) * self.organisation.documents))


def pick(rnd: Random, some: Sequence[Contact]) -> Contact:
    """One of them, the early ones much more often."""
    return some[int(rnd.random() ** 2 * len(some))]
