"""Books for tests, written as one would tell them: `books().contact("Acme").bill("Acme", 100, "2026-10-03")`.

The day of looking is 21 November 2026, so the period ends on 31 October 2026 and began on 1 November 2025.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from practice.ledgers.books import FRAMES, Books, Organisation
from practice.scoring.catalogue import catalogue
from practice.scoring.check import Check, Found, measure
from practice.scoring.score import Profile
from practice.scoring.shipped import line

AS_OF = date(2026, 11, 21)
ORGANISATION = Organisation(
    name="Acme Pty Ltd",
    base_currency="AUD",
    country="AU",
    fy_end_day=30,
    fy_end_month=6,
    period_lock_date=date(2026, 10, 31),
    end_of_year_lock_date=date(2025, 6, 30),
)

Amount = int | str


@dataclass
class Told:
    """Books being told, row by row; ids count up, so that they sort in the order of telling."""

    as_of: date = AS_OF
    organisation: Organisation = ORGANISATION
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: {name: [] for name in FRAMES})
    more: dict[str, Any] = field(default_factory=dict)
    """What books know besides rows: `read_on`, `people`, `thresholds`."""
    last: tuple[str, dict[str, Any]] = ("", {})
    """What was told last, and of which frame."""

    def on(self, as_of: str) -> "Told":
        self.as_of = date.fromisoformat(as_of)
        return self

    def locked(self, *, period: str | None, year: str | None) -> "Told":
        self.organisation = replace(
            self.organisation,
            period_lock_date=_day(period),
            end_of_year_lock_date=_day(year),
        )
        return self

    def year_ends(self, day: int, month: int) -> "Told":
        self.organisation = replace(self.organisation, fy_end_day=day, fy_end_month=month)
        return self

    def account(self, code: str | None, name: str = "", **more: Any) -> "Told":
        self._add(
            "accounts",
            id=f"account-{code or name}",
            code=code,
            name=name or f"Account {code}",
            **{"type": "EXPENSE", "class_": "EXPENSE", "status": "ACTIVE"} | more,
        )
        return self

    def bank(self, name: str = "Everyday", **more: Any) -> "Told":
        return self.account(None, name, **{"type": "BANK", "class_": "ASSET"} | more)

    def contact(self, name: str, **more: Any) -> "Told":
        self._add("contacts", **{"id": name, "name": name, "status": "ACTIVE"} | more)
        return self

    def contacts(self, names: Iterable[str]) -> "Told":
        for name in names:
            self.contact(name)
        return self

    def invoice(self, contact: str | None, total: Amount, day: str | None, **more: Any) -> "Told":
        return self._document("invoice", "sales", contact, total, day, **more)

    def bill(self, contact: str | None, total: Amount, day: str | None, **more: Any) -> "Told":
        return self._document("invoice", "purchases", contact, total, day, **more)

    def credit_note(self, side: str, contact: str | None, total: Amount, day: str | None, **more: Any) -> "Told":
        return self._document("credit_note", side, contact, total, day, **more)

    def spend(self, contact: str | None, total: Amount, day: str | None, **more: Any) -> "Told":
        return self._money("SPEND", contact, total, day, **more)

    def receive(self, contact: str | None, total: Amount, day: str | None, **more: Any) -> "Told":
        return self._money("RECEIVE", contact, total, day, **more)

    def payment(self, amount: Amount, day: str | None, *, bank: str = "account-Everyday", **more: Any) -> "Told":
        self._add(
            "payments",
            type="ACCRECPAYMENT",
            date=_day(day),
            amount_cents=_cents(amount),
            account_id=bank,
            **{"status": "AUTHORISED", "reconciled": True} | more,
        )
        return self

    def transfer(
        self, amount: Amount, day: str | None, *, came_from: bool = True, went_to: bool = True, **more: Any
    ) -> "Told":
        self._add(
            "transfers",
            date=_day(day),
            amount_cents=_cents(amount),
            from_account_id="account-Everyday",
            to_account_id="account-Savings",
            from_reconciled=came_from,
            to_reconciled=went_to,
            **more,
        )
        return self

    def journal(self, day: str, *codes: str, status: str = "POSTED") -> "Told":
        id_ = self._add("journals", status=status, date=_day(day))
        for code in codes:
            self._line(id_, "manual_journal", None, None, status, day, code, 100)
        return self

    def build(self) -> Books:
        frames: dict[str, Any] = self.rows
        return Books.of(self.as_of, self.organisation, **self.more, **frames)

    def look(self, code: str) -> Found:
        return check(code).look(self.build())

    def _document(
        self, kind: str, side: str, contact: str | None, total: Amount, day: str | None, **more: Any
    ) -> "Told":
        codes = more.pop("codes", ["400"])
        owed = more.pop("owed", total if more.get("status", "AUTHORISED") == "AUTHORISED" else 0)
        due = more.pop("due", None)
        row: dict[str, Any] = {"status": "AUTHORISED", "number": f"N{len(self.rows['documents']) + 1}"} | more
        id_ = self._add(
            "documents",
            kind=kind,
            side=side,
            contact_id=contact,
            date=_day(day),
            due_date=_day(due),
            total_cents=_cents(total),
            due_cents=_cents(owed),
            **row,
        )
        for code in codes:
            self._line(id_, kind, side, contact, row["status"], day, code, _cents(total))
        return self

    def _money(self, type_: str, contact: str | None, total: Amount, day: str | None, **more: Any) -> "Told":
        codes = more.pop("codes", ["400"])
        row: dict[str, Any] = {
            "type": type_,
            "status": "AUTHORISED",
            "reconciled": True,
            "account_id": "account-Everyday",
        } | more
        id_ = self._add("bank_transactions", contact_id=contact, date=_day(day), total_cents=_cents(total), **row)
        side = "purchases" if type_.startswith("SPEND") else "sales"
        for code in codes:
            self._line(id_, "bank_transaction", side, contact, row["status"], day, code, _cents(total))
        return self

    def _line(
        self,
        id_: str,
        source: str,
        side: str | None,
        contact: str | None,
        status: str,
        day: str | None,
        code: str | None,
        cents: int,
    ) -> None:
        self.rows["lines"].append(
            {
                "document_id": id_,
                "source": source,
                "side": side,
                "contact_id": contact,
                "status": status,
                "date": _day(day),
                "account_code": code,
                "account_id": f"account-{code}" if code else None,
                "amount_cents": cents,
            }
        )

    def _add(self, frame: str, **row: Any) -> str:
        row.setdefault("id", f"{frame}-{len(self.rows[frame]) + 1:04}")
        if isinstance(row.get("updated_on"), str):
            row["updated_on"] = _day(row["updated_on"])
        self.rows[frame].append(row)
        self.last = (frame, row)
        id_: str = row["id"]
        return id_

    # -- what others say, and what was seen to change ------------------------------------------------------------------

    def of_country(self, country: str | None, currency: str = "AUD") -> "Told":
        self.organisation = replace(self.organisation, country=country, base_currency=currency)
        return self

    def balance(self, account: str, amount: Amount, day: str = "2026-10-31") -> "Told":
        """A line of the trial balance; the account by its code, or by its name where it has none."""
        self.rows["balances"].append(
            {"account_id": f"account-{account}", "date": _day(day), "cents": _cents(amount)},
        )
        return self

    def stated(self, kind: str, account: str | None, day: str, amount: Amount | None = None, **more: Any) -> "Told":
        self.rows["stated"].append(
            {
                "kind": kind,
                "account_id": f"account-{account}" if account else None,
                "date": _day(day),
                "cents": None if amount is None else _cents(amount),
                "lines": more.get("lines"),
                "earliest": _day(more.get("earliest")),
            }
        )
        return self

    def gone(self, kind: str, day: str, updated: str, **more: Any) -> "Told":
        """A document or bank transaction that was voided or deleted, and when."""
        row = {"status": "VOIDED", "total_cents": 10_000} | more
        self._add("removed", kind=kind, date=_day(day), updated_on=_day(updated), **row)
        return self

    def user(self, email: str | None, role: str = "STANDARD") -> "Told":
        self._add("users", email=email, name=(email or "").partition("@")[0], role=role)
        return self

    def locks_seen(self, on: str, period: str | None, year: str | None) -> "Told":
        self._add("lock_history", seen_on=_day(on), period_lock=_day(period), year_lock=_day(year))
        return self

    def asset(self, account: str | None, cost: Amount, accumulated: Amount = 0, **more: Any) -> "Told":
        less = more.pop("less", None)
        self._add(
            "assets",
            account_id=f"account-{account}" if account else None,
            accumulated_account_id=f"account-{less}" if less else None,
            cost_cents=_cents(cost),
            accumulated_cents=_cents(accumulated),
            **{"status": "REGISTERED"} | more,
        )
        return self

    def posting(self, day: str, lines: dict[str, Amount], *, status: str = "POSTED", **more: Any) -> "Told":
        """A manual journal with its amounts by account code; debits are positive."""
        id_ = self._add("journals", status=status, date=_day(day), **more)
        for code, amount in lines.items():
            self._line(id_, "manual_journal", None, None, status, day, code, _cents(amount))
        return self

    def read(self, day: str | None) -> "Told":
        self.more["read_on"] = _day(day)
        return self

    def people(self, *emails: str) -> "Told":
        self.more["people"] = emails
        return self

    def choosing(self, **thresholds: int) -> "Told":
        self.more["thresholds"] = thresholds
        return self

    # -- credits, tax and bank details -----------------------------------------------------------------------------

    def credit(self, kind: str, side: str, contact: str | None, total: Amount, day: str | None, **more: Any) -> "Told":
        """A prepayment or an overpayment; Xero shows its lines with the bank transaction that made it."""
        return self._document(kind, side, contact, total, day, **{"codes": []} | more)

    def line(self, code: str | None, net: Amount, tax: Amount | None = None, tax_type: str | None = None) -> "Told":
        """One more line of the document, bank transaction or journal that was told last."""
        frame, row = self.last
        sources = {"documents": row.get("kind"), "bank_transactions": "bank_transaction", "journals": "manual_journal"}
        side = row.get("side")
        if frame == "bank_transactions":
            side = "purchases" if row["type"].startswith("SPEND") else "sales"
        day = row["date"].isoformat() if row["date"] else None
        self._line(row["id"], str(sources[frame]), side, row.get("contact_id"), row["status"], day, code, _cents(net))
        self.rows["lines"][-1] |= {
            "tax_cents": None if tax is None else _cents(tax),
            "tax_type": tax_type,
            "currency": row.get("currency"),
            "rate": row.get("rate"),
        }
        return self

    def tax_rate(self, tax_type: str, *classes: str, **more: Any) -> "Told":
        """A tax rate that may be used for these classes of accounts, and for no other."""
        flags = {f"for_{one}": one in classes for one in ("assets", "equity", "expenses", "liabilities", "revenue")}
        self.rows["tax_rates"].append({"tax_type": tax_type, "name": tax_type, "status": "ACTIVE"} | flags | more)
        return self

    def paying_tax(self, pays: bool | None) -> "Told":
        self.organisation = replace(self.organisation, pays_tax=pays)
        return self

    def bank_details_changed(self, contact: str, on: str) -> "Told":
        self.rows["bank_history"].append({"contact_id": contact, "seen_on": _day(on)})
        return self


def books() -> Told:
    """Nothing yet, but an organisation whose lock dates are as they should be."""
    return Told()


def check(code: str) -> Check:
    return catalogue()[code]


def n_of(found: Found) -> int:
    """What counts as n."""
    return measure(found, date(2026, 10, 31)).n


def _day(day: str | None) -> date | None:
    return date.fromisoformat(day) if day else None


def _cents(amount: Amount) -> int:
    return int(Decimal(amount) * 100)


FIRST = Profile(
    "first",
    1,
    tuple(
        line(code, weight)
        for code, weight in (
            *(("DQ01", 25), ("DQ06", 12), ("DQ07", 12), ("DQ12+13", 15)),
            *(("DQ15", 8), ("DQ21+22", 12), ("DQ27", 10), ("DQ30", 6)),
        )
    ),
)
"""A profile of ten checks whose books are soon told."""
