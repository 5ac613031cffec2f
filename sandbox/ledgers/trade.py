"""Fills three years with ordinary trading: what a small business sells, buys, pays and moves about, month by month."""

from .bank import advance, cash, transfer
from .books import Account, Books, Contact, pick
from .contacts import Maker
from .invoices import Line, Settlement, invoice
from .journals import journal
from .text import quoted

TERMS = (7, 14, 20, 30)
WORK = tuple(
    quoted(text)
    for text in (
        "Consulting, half a day",
        "Supply and install",
        "Monthly retainer",
        "Callout and labour",
        "Goods as ordered",
        "Site visit",
        "Annual service",
        "Spare parts",
        "Workshop for the team",
        "Delivery included",
        "Stage payment",
        "Materials as quoted",
        "Maintenance plan",
        "Repairs – see job sheet",
        "Design & artwork",
    )
)


def _describe(account: Account) -> tuple[str, ...]:
    return tuple(quoted(f"{account.name}{tail}") for tail in ("", " for the month", ", as agreed", " – see attached"))


class Trade:
    def __init__(self, books: Books) -> None:
        self.books = books
        self.texts = {account.index: _describe(account) for account in books.accounts}

    def lines(self, account: Account, contact: Contact, most: int) -> list[Line]:
        random = self.books.random
        texts = WORK if account.account_class == "REVENUE" else self.texts[account.index]
        made = []
        for _ in range(1 + int(random() * most)):
            quantity = 1 if random() < 0.6 else 1 + int(random() * 6)
            unit = 1000 + int(random() ** 3 * 180_000)
            if contact.worth != 1:
                unit = (unit // 1000 + 1) * 1000
            made.append(Line(account, quantity, unit, texts[int(random() * len(texts))]))
        return made

    def deal(self, sale: bool, day: int) -> None:
        """An invoice or a bill with what usually becomes of it."""
        books = self.books
        if day >= books.silent_from:
            self.direct(sale, day)
            return
        random, today, period_end = books.random, books.today, books.period_end
        contact = pick(books.rnd, books.customers if sale else books.suppliers)
        account = contact.sells if sale else contact.buys
        assert account is not None
        lines = self.lines(account, contact, 3 if sale else 2)
        due = day + TERMS[int(random() * 4)]
        fate = random()
        if fate < 0.012:
            invoice(books, sale, contact, day, lines, due=due, status="VOIDED" if fate < 0.008 else "DELETED")
            return
        if day > period_end and fate < 0.15:
            # The checks look at drafts of closed months only: these are nobody's fault yet.
            invoice(books, sale, contact, day, lines, due=due, status="DRAFT" if fate < 0.09 else "SUBMITTED")
            return
        paid_on = due + int(random() * 55) - 12
        paid_on = max(paid_on, day)
        settlements = []
        if paid_on <= today:
            reconciled = paid_on <= period_end or random() < 0.5
            if fate > 0.96:
                first = sum(line.quantity * line.unit for line in lines) // 3000 * 1000 or 100
                half_way = (day + paid_on) // 2
                settlements.append(Settlement(half_way, first, reconciled=half_way <= period_end or random() < 0.5))
            settlements.append(Settlement(paid_on, reconciled=reconciled))
            if fate > 0.995:
                settlements.insert(0, Settlement(paid_on, 100, reconciled=False, status="DELETED"))
        credit = 50 + int(random() * 200) if 0.92 < fate < 0.95 else 0
        invoice(
            books,
            sale,
            contact,
            day,
            lines,
            due=due,
            settlements=settlements,
            credit=credit,
            reference="PO-4711" if fate > 0.9 else "",
        )

    def last_bill(self, day: int) -> None:
        """The last there is, paid at once."""
        books = self.books
        supplier = books.suppliers[0]
        assert supplier.buys is not None
        paid = Settlement(day, reconciled=day <= books.period_end)
        invoice(books, False, supplier, day, self.lines(supplier.buys, supplier, 1), due=day, settlements=[paid])

    def direct(self, received: bool, day: int) -> None:
        """Money spent or received without a bill or an invoice."""
        books = self.books
        random = books.random
        contact = pick(books.rnd, books.customers if received else books.suppliers)
        if contact.worth != 1:
            contact = books.customers[0]
        account = contact.sells if received else contact.buys
        assert account is not None
        texts = self.texts[account.index]
        bank = books.card if books.card and not received and random() < 0.25 else books.banks[0]
        gone = random() < 0.008
        cash(
            books,
            received,
            contact,
            day,
            account,
            400 + int(random() ** 3 * 60_000),
            texts[int(random() * 4)],
            bank=bank,
            reconciled=day <= books.period_end or random() < 0.5,
            status="DELETED" if gone else "AUTHORISED",
        )


class Regulars:
    """The few contacts of every business that come back each month, each with one code in one direction."""

    def __init__(self, books: Books, maker: Maker) -> None:
        self.books = books
        code = books.by_code
        self.owner = maker.person()
        self.office = maker.named(books.organisation.books.tax_office)
        self.staff = maker.named("Payroll clearing")
        self.lender = maker.named("Bank fees")
        self.staff.buys, self.lender.buys, self.office.buys = code["477"], code["404"], code["820"]
        self.fund, self.revenue = maker.named("Employees Trust Fund"), maker.named("Payroll remittances")
        self.fund.buys, self.revenue.buys = code["826"], code["825"]
        self.owed: list[tuple[Contact, str, int]] = []
        self.size = books.organisation.documents
        self.capital = code["881"]
        self.tax = code["820"]

    def begin(self) -> None:
        """The owner's money opens the bank account."""
        books = self.books
        cash(
            books, True, self.owner, books.start, self.capital, 2_000_000 + self.size * 40_000, quoted("Opening funds")
        )
        code = books.by_code
        brought = [(code["710"], 1_240_000), (code["720"], 980_000), (self.capital, -2_220_000)]
        journal(books, books.start, "Equipment brought in by the owner", brought)

    def month(self, first: int, last: int, index: int) -> None:
        books, code = self.books, self.books.by_code
        rnd = books.rnd
        settled = last <= books.period_end
        # What comes back each month must leave room for what is bought and sold.
        busy = self.size >= 400 or index % 12 == 8 or (self.size >= 150 and index % 3 == 2)
        if busy:
            net = 60_000 + self.size * 300 + rnd.randrange(10_000)
            self._spend(self.staff, "477", last, net, "Net wages", settled)
            cents = 5_000 + rnd.randrange(2_000)
            journal(
                books,
                last,
                "Depreciation for the month",
                [(code["416"], 2 * cents), (code["711"], -cents), (code["721"], -cents)],
            )
        if busy or (self.size >= 150 and not settled):
            transfer(
                books,
                books.banks[0],
                books.banks[1],
                max(first, last - 4),
                50_000 + rnd.randrange(100) * 1000,
                from_reconciled=settled,
                to_reconciled=settled,
            )
        if self.size >= 600:
            self._spend(self.lender, "404", last, 1_000 + rnd.randrange(900), "Account fee", settled)
            self._pay_staff(first, last, settled)
            if index % 5 == 3:
                journal(
                    books,
                    first,
                    "Correction, entered twice",
                    [(code["429"], 1500), (code["620"], -1500)],
                    status="VOIDED",
                )
        if books.card and settled:
            self._clear_card(books.card, last)
        elif books.card:
            fee = 900 + rnd.randrange(90)
            cash(books, False, self.lender, last, code["404"], fee, quoted("Card fee"), bank=books.card, reconciled=False)
        if self.size >= 100 and index % 3 == 2:
            self._settle_tax(last, settled)

    def _spend(self, contact: Contact, code: str, day: int, cents: int, text: str, reconciled: bool) -> None:
        cash(self.books, False, contact, day, self.books.by_code[code], cents, quoted(text), reconciled=reconciled)

    def _pay_staff(self, first: int, last: int, settled: bool) -> None:
        """What last month's wages left owing is paid, and this month's is owed: at a month's end just that stands open."""
        books, code = self.books, self.books.by_code
        if first + 13 <= last:
            for contact, account, cents in self.owed:
                self._spend(contact, account, first + 13, cents, "For last month", settled)
        pension, withheld = 20_000 + books.rnd.randrange(8_000), 60_000 + books.rnd.randrange(9_000)
        self.owed = [(self.fund, "826", pension), (self.revenue, "825", withheld)]
        journal(
            books,
            last,
            "Payroll for the month",
            [(code["478"], pension), (code["477"], withheld), (code["826"], -pension), (code["825"], -withheld)],
        )

    def _clear_card(self, card: Account, day: int) -> None:
        books = self.books
        owed = -sum(cents for key, cents in books.postings.items() if key % 1000 == card.index and key // 1000 <= day)
        if owed > 0:
            transfer(books, books.banks[0], card, day, owed)

    def _settle_tax(self, day: int, reconciled: bool) -> None:
        books = self.books
        owed = -sum(
            cents for key, cents in books.postings.items() if key % 1000 == self.tax.index and key // 1000 <= day
        )
        if owed > 0:
            cash(
                books, False, self.office, day, self.tax, owed, quoted("Return for the quarter"), reconciled=reconciled
            )


def trade(books: Books, maker: Maker) -> None:
    """Writes ordinary documents until, with what is planted already, the organisation has as many as it should."""
    work = Trade(books)
    regulars = Regulars(books, maker)
    regulars.begin()
    if books.silent_from <= books.today:
        work.last_bill(books.silent_from - 1)
    months = [(first.toordinal(), last.toordinal()) for first, last in books.calendar.months()]
    random = books.random
    size = books.organisation.documents
    weights = [
        (1 + 0.008 * index) * (0.8 + 0.4 * random()) * (last - first + 1) / 30
        for index, (first, last) in enumerate(months)
    ]
    for index, (first, last) in enumerate(months):
        regulars.month(first, last, index)
        if size >= 400 and index < 20 and index % 4 == 1:
            customer = next(one for one in books.customers if one.worth == 1)
            advance(books, True, customer, first + 5, 25_000 + int(random() * 9_000), overpayment=False)
            advance(books, False, books.suppliers[0], first + 8, 3_000 + int(random() * 900), overpayment=True)
        before = books.documents
        budget = (size - before) * weights[index] / sum(weights[index:])
        span = last - first + 1
        while books.documents - before < budget:
            day = first + int(random() * span)
            kind = random()
            if kind < 0.36:
                work.deal(True, day)
            elif kind < 0.60:
                work.deal(False, day)
            elif kind < 0.92:
                work.direct(False, day)
            else:
                work.direct(True, day)
    use_every_account(books)


NEUTRAL = frozenset(("suspense", "payg", "paye", "superannuation", "pension"))


def _leans_to_credit(account: Account) -> bool:
    return account.account_class not in ("ASSET", "EXPENSE") or "depreciation" in account.name.lower()


def use_every_account(books: Books) -> None:
    """Year-end entries over the accounts that nothing else used lately, so that none lies idle by accident.

    Each gets a balance on its usual side; those that ought to hold none are filled and emptied.
    """
    owner = books.by_code["881"]
    idle = [
        account
        for account in books.accounts
        if account.index not in books.touched
        and account.status == "ACTIVE"
        and account.type != "BANK"
        and not account.system
        and account.index not in books.facts["dormant"]
    ]
    lines: list[tuple[Account, int]] = []
    for at, account in enumerate(idle):
        cents = 12_000 + 100 * at
        if NEUTRAL.intersection(account.name.lower().split()):
            lines += [(account, cents), (account, -cents)]
        elif account is not owner:
            lines.append((account, -cents if _leans_to_credit(account) else cents))
    if lines:
        lines.append((owner, -sum(cents for _, cents in lines)))
        # Before the period, so that nothing in it lies on the suspense account.
        journal(books, books.period_start - 45, "Year-end entries by the accountant", lines)
