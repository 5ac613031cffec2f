"""Books told at random, so full of what the checks look for that each of them finds something before long."""

from datetime import date, timedelta
from random import Random
from typing import Any

from practice.ledgers.books import Books, Organisation, months_before
from tests.books import AS_OF

Rows = dict[str, list[dict[str, Any]]]

END = date(2026, 10, 31)
ACCOUNTS = (
    # code, name, type, class, system account
    (None, "Everyday", "BANK", "ASSET", None),
    (None, "Savings", "BANK", "ASSET", None),
    ("099", "Card", "BANK", "LIABILITY", None),
    ("200", "Sales", "REVENUE", "REVENUE", None),
    ("260", "Other revenue", "OTHERINCOME", "REVENUE", None),
    ("310", "Cost of goods", "DIRECTCOSTS", "EXPENSE", None),
    ("400", "Motor vehicle expenses", "EXPENSE", "EXPENSE", None),
    ("401", "Motor vehicle expense", "EXPENSE", "EXPENSE", None),
    ("420", "Entertainment", "EXPENSE", "EXPENSE", None),
    ("425", "Postage", "OVERHEADS", "EXPENSE", None),
    ("477", "Wages", "EXPENSE", "EXPENSE", None),
    ("499", "Never used", "EXPENSE", "EXPENSE", None),
    ("610", "Debtors", "CURRENT", "ASSET", "DEBTORS"),
    ("620", "Prepayments", "PREPAYMENT", "ASSET", None),
    ("710", "Office equipment", "FIXED", "ASSET", None),
    ("711", "Less accumulated depreciation", "FIXED", "ASSET", None),
    ("820", "GST", "CURRLIAB", "LIABILITY", "GST"),
    ("825", "PAYG withheld", "CURRLIAB", "LIABILITY", None),
    ("840", "Historical adjustment", "CURRLIAB", "LIABILITY", "HISTORICAL"),
    ("850", "Suspense", "CURRLIAB", "LIABILITY", None),
    ("855", "Wages clearing", "CURRLIAB", "LIABILITY", None),
    ("881", "Director's loan", "TERMLIAB", "LIABILITY", None),
    ("970", "Owner's funds", "EQUITY", "EQUITY", None),
)
CODES = [row[0] for row in ACCOUNTS if row[0] and row[2] != "BANK"]
TAXES = ("INPUT", "OUTPUT", "NONE", "BASEXCLUDED", "GSTONIMPORTS")
CONTACTS = (
    "Acme Ltd",
    "ACME Limited",
    "Wattle Bakery",
    "Wattle Bakary",
    "Zoë & Co",
    "Steady Supplies",
    "Unit 1",
    "Unit 2",
)
CENTS = (0, 1, 99, 8_250, 10_000, 10_001, 123_456, 2_000_000)


def random_books(chance: Random, **changed: Any) -> Books:
    return books_of(random_rows(chance), random_organisation(chance), **changed)


def books_of(frames: Any, organisation: Organisation, **changed: Any) -> Books:
    known: dict[str, Any] = {"read_on": date(2026, 11, 18), "people": ["ada@practice.example"]}
    return Books.of(AS_OF, organisation, **(known | changed), **frames)


def random_organisation(chance: Random) -> Organisation:
    return Organisation(
        name="Acme",
        base_currency="AUD",
        country=chance.choice(["AU", "NZ", "GB", None]),
        fy_end_day=30,
        fy_end_month=6,
        period_lock_date=chance.choice([None, date(2026, 6, 30), END]),
        end_of_year_lock_date=chance.choice([None, date(2024, 6, 30), date(2025, 6, 30)]),
        pays_tax=chance.choice([True, True, False, None]),
    )


def random_rows(chance: Random) -> Rows:
    """Rows by frame; some of everything, and days on the boundaries more often than they would be."""
    rows = _Rows(chance)
    rows.chart()
    rows.people()
    rows.trade()
    rows.money()
    rows.said()
    if chance.random() < 0.2:
        quiet_since = AS_OF - timedelta(days=chance.choice([30, 31, 91]))
        rows.told["documents"] = [row for row in rows.told["documents"] if row["date"] <= quiet_since]
    return rows.told


class _Rows:
    def __init__(self, chance: Random) -> None:
        self.chance = chance
        self.told: Rows = {}

    def add(self, frame: str, **row: Any) -> str:
        kept = self.told.setdefault(frame, [])
        row.setdefault("id", f"{frame}{len(kept):03}")
        kept.append(row)
        id_: str = row["id"]
        return id_

    def day(self) -> date:
        close = [END, AS_OF, date(2026, 6, 30), date(2025, 11, 1), months_before(END, 24), date(2026, 8, 23)]
        if self.chance.random() < 0.3:
            return self.chance.choice(close) + timedelta(days=self.chance.randint(-1, 1))
        return date(2024, 7, 1) + timedelta(days=self.chance.randrange(880))

    def maybe(self, *values: Any) -> Any:
        return self.chance.choice([None, *values])

    def chart(self) -> None:
        for code, name, type_, class_, system in ACCOUNTS:
            if self.chance.random() < 0.9:
                self.add(
                    "accounts", id=f"account-{code or name}", code=code, name=name, type=type_, class_=class_,
                    status=self.chance.choice(["ACTIVE"] * 8 + ["ARCHIVED"]), system_account=system,
                    currency=self.maybe("AUD", "AUD", "USD") if type_ == "BANK" else None,
                    tax_type=self.chance.choice([*TAXES, None]), reporting_code=self.maybe("EXP", "EXP.ADM.ENT"),
                )  # fmt: skip
                self.add(
                    "balances",
                    account_id=f"account-{code or name}",
                    date=END,
                    cents=self.chance.choice([0, 1, -1, 2, -2, 50_000, -50_000]),
                )
        for tax in TAXES:
            flags = {
                f"for_{class_}": self.chance.random() < 0.6
                for class_ in ("assets", "equity", "expenses", "liabilities", "revenue")
            }
            self.add("tax_rates", tax_type=tax, name=tax, status="ACTIVE", basis_points=1000, **flags)

    def people(self) -> None:
        for at, name in enumerate(CONTACTS):
            self.add(
                "contacts", id=f"c{at}", name=name, status=self.chance.choice(["ACTIVE"] * 6 + ["ARCHIVED"]),
                email=self.maybe("a@x.example", "b@x.example"), tax_number=self.maybe("51 824 753 556", "51 824 753 557", "123"),
                bank_account=self.maybe("062-000 12345678", "062000 12345678", "99"), is_supplier=True, is_customer=True,
                updated_on=self.maybe(date(2023, 1, 1), date(2026, 1, 1)), sales_account=self.maybe("200"),
                purchases_account=self.maybe("400"), sales_tax=self.maybe("OUTPUT"), purchases_tax=self.maybe("INPUT"),
            )  # fmt: skip
        for email in ("ada@practice.example", "mallory@elsewhere.example", None):
            self.add(
                "users",
                email=email,
                name="Someone",
                role=self.chance.choice(["STANDARD", "FINANCIALADVISER", "READONLY"]),
            )
        for at in range(self.chance.randrange(4)):
            locks = {
                "period_lock": self.maybe(date(2026, 6, 30), END),
                "year_lock": self.maybe(date(2024, 6, 30), date(2025, 6, 30)),
            }
            self.add("lock_history", seen_on=AS_OF - timedelta(days=self.chance.choice([5, 90, 91]) - at), **locks)
        if self.chance.random() < 0.5:
            self.add("bank_history", contact_id="c0", seen_on=AS_OF - timedelta(days=self.chance.choice([29, 30, 31])))

    def document(self, day: date, contact: str | None, cents: int, **more: Any) -> None:
        row = {
            "kind": self.chance.choice(["invoice"] * 6 + ["credit_note", "prepayment"]),
            "side": self.chance.choice(["sales", "purchases"]),
            "status": self.chance.choice(["AUTHORISED"] * 5 + ["PAID", "PAID", "DRAFT", "SUBMITTED", "VOIDED"]),
            "currency": self.chance.choice(["AUD", "AUD", "AUD", None, "USD"]),
            "code": self.chance.choice(CODES),
        } | more
        code, rate = row.pop("code"), 0.7 if row["currency"] == "USD" else None
        due = cents if row["status"] == "AUTHORISED" and self.chance.random() < 0.7 else 0
        id_ = self.add(
            "documents", contact_id=contact, number=self.maybe("A1", "A2"), reference=self.maybe("R1"), date=day,
            due_date=day + timedelta(days=30) if self.chance.random() < 0.7 else None, total_cents=cents, due_cents=due,
            rate=rate, tax_cents=cents // 11, has_attachments=self.maybe(True, False), updated_on=self.updated(day), **row,
        )  # fmt: skip
        self.lines(id_, row["kind"], row["side"], contact, row["status"], day, code, cents, row["currency"], rate)
        if self.chance.random() < 0.15:
            self.document(day + timedelta(days=self.chance.choice([0, 5, 6])), contact, cents, code=code, **row)

    def lines(
        self, id_: str, source: str, side: str | None, contact: str | None, status: str, day: date,
        code: str, cents: int, currency: str | None, rate: float | None,
    ) -> None:  # fmt: skip
        for _ in range(self.chance.choice([1, 1, 1, 2, 3])):
            self.told.setdefault("lines", []).append(
                {
                    "document_id": id_, "source": source, "side": side, "contact_id": contact, "status": status, "date": day,
                    "account_code": code, "account_id": f"account-{code}" if self.chance.random() < 0.5 else None,
                    "tax_type": self.chance.choice([*TAXES, None]), "amount_cents": cents, "currency": currency, "rate": rate,
                    "tax_cents": self.chance.choice([0, cents // 10]),
                }
            )  # fmt: skip

    def updated(self, day: date) -> date | None:
        return self.chance.choice([None, day, min(AS_OF, day + timedelta(days=self.chance.choice([14, 15, 300])))])

    def trade(self) -> None:
        for _ in range(30):
            self.document(
                self.day(), self.chance.choice(["c0", "c1", "c2", "c3", "c4", "gone", None]), self.chance.choice(CENTS)
            )
        for month in range(12):
            cents = 1_000_000 if month == 0 and self.chance.random() < 0.6 else 20_000 + self.chance.randrange(500)
            code = self.chance.choice(["400"] * 6 + ["310"])
            self.document(
                months_before(END, month),
                "c5",
                cents,
                kind="invoice",
                side="purchases",
                status="PAID",
                code=code,
                currency="AUD",
            )
        for _ in range(self.chance.randrange(4)):
            day = self.day()
            id_ = self.add(
                "journals",
                status=self.chance.choice(["POSTED", "POSTED", "DRAFT"]),
                date=day,
                narration=self.maybe("Accrual"),
                updated_on=self.updated(day),
            )
            self.lines(
                id_,
                "manual_journal",
                None,
                None,
                self.told["journals"][-1]["status"],
                day,
                self.chance.choice(["825", "855", "477"]),
                900,
                None,
                None,
            )
        for _ in range(3):
            day = self.day()
            self.add(
                "removed", kind=self.chance.choice(["invoice", "credit_note", "bank_transaction"]), side="sales", status="VOIDED",
                contact_id="c0", number=self.maybe("A9"), date=day, updated_on=min(AS_OF, day + timedelta(days=200)), total_cents=500, currency=None,
            )  # fmt: skip

    def money(self) -> None:
        unpaid = [row for row in self.told["documents"] if row["due_cents"] and row["due_cents"] == row["total_cents"]]
        for at in range(20):
            like = self.chance.choice(unpaid) if unpaid and at < 6 else None
            day = like["date"] + timedelta(days=self.chance.choice([0, 60, 61])) if like else self.day()
            type_ = self.chance.choice(["SPEND", "RECEIVE", "SPEND-TRANSFER", "RECEIVE-PREPAYMENT"])
            if like:
                type_ = "RECEIVE" if like["side"] == "sales" else "SPEND"
            cents, contact = (
                (like["total_cents"], like["contact_id"])
                if like
                else (self.chance.choice(CENTS), self.maybe("c0", "c2"))
            )
            currency, status = (
                like["currency"] if like else None,
                self.chance.choice(["AUTHORISED", "AUTHORISED", "DELETED"]),
            )
            rate = 0.7 if currency == "USD" else None
            id_ = self.add(
                "bank_transactions", type=type_, status=status, contact_id=contact, account_id=self.bank(), date=day,
                total_cents=cents, reconciled=self.chance.random() < 0.6, currency=currency, reference=self.maybe("R2"),
                rate=rate, has_attachments=self.maybe(True, False), updated_on=self.updated(day),
            )  # fmt: skip
            side = "sales" if type_.startswith("RECEIVE") else "purchases"
            self.lines(
                id_,
                "bank_transaction",
                side,
                contact,
                status,
                day,
                self.chance.choice(["200", "400", *CODES]),
                cents,
                currency,
                rate,
            )
        for _ in range(8):
            self.add(
                "payments", type="ACCRECPAYMENT", status=self.chance.choice(["AUTHORISED", "DELETED"]), date=self.day(), amount_cents=500,
                account_id=self.bank(), reconciled=self.chance.random() < 0.5, document_id=self.chance.choice(self.told["documents"])["id"], currency=None,
            )  # fmt: skip
        for _ in range(4):
            self.add(
                "transfers", status=self.maybe("AUTHORISED", "DELETED"), date=self.day(), amount_cents=700, from_account_id="account-Everyday",
                to_account_id="account-Savings", from_reconciled=self.chance.random() < 0.5, to_reconciled=self.chance.random() < 0.5,
            )  # fmt: skip

    def bank(self) -> str:
        return self.chance.choice(["account-Everyday", "account-Savings", "account-099"])

    def said(self) -> None:
        stated = self.told.setdefault("stated", [])
        for bank in ("account-Everyday", "account-Savings"):
            for day in (END, AS_OF):
                stated.append(
                    {
                        "kind": "statement", "account_id": bank, "date": day, "cents": self.maybe(0, 1, 2, 50_000),
                        "lines": self.maybe(0, 1, 4), "earliest": self.maybe(END - timedelta(days=16), END),
                    }
                )  # fmt: skip
        if self.chance.random() < 0.7:
            stated.append(
                {"kind": "tax_filed", "account_id": None, "date": END, "cents": self.chance.choice([0, 49_900])}
            )
        for _ in range(self.chance.randrange(4)):
            self.add(
                "assets", status=self.chance.choice(["REGISTERED", "REGISTERED", "DRAFT", "DISPOSED"]), account_id=self.maybe("account-710", "account-710"),
                accumulated_account_id=self.maybe("account-711", "account-711"), cost_cents=25_000, accumulated_cents=self.chance.choice([0, 9_000]),
            )  # fmt: skip
