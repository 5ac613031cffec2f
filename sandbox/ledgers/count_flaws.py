"""Counts in the finished tables what is wrong with the coding, the contacts and the papers, whether planted or come about in trade.

Written from the definitions of the checks alone, and slowly: one pass over the lines of the twelve months, then a question for each kind.
"""

import hashlib
import json
import re
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any, NamedTuple

from ..world.countries import TaxRate
from .books import Account, Books, Contact
from .calendar import day_in, months_before
from .contacts import plain_words

CODES = (
    "DQ08", "DQ09", "DQ10", "DQ11", "DQ14", "DQ16", "DQ17", "DQ23", "DQ24", "DQ25", "DQ31", "DQ32", "DQ33", "DQ34",
    "DQ35", "DQ36", "DQ37", "DQ38", "DQ43", "DQ44",
)  # fmt: skip
Entry = dict[str, Any]
_TAX_FREE = ("NONE", "BASEXCLUDED")
_SALES = frozenset(("ACCREC", "ACCRECCREDIT", "RECEIVE"))


def key_of(ids: Iterable[str]) -> str:
    joined = "+".join(sorted(ids))
    return joined if len(joined) <= 160 else hashlib.sha256(joined.encode()).hexdigest()


def words(name: str) -> list[str]:
    return re.findall(r"[^\W_]+(?:'[^\W_]+)*", name.casefold())


def has_words(name: str, *phrases: str) -> bool:
    spaced = f" {' '.join(words(name))} "
    return any(f" {' '.join(words(phrase))} " in spaced for phrase in phrases)


class Document(NamedTuple):
    """An approved document of the period; `sale` of None is a manual journal."""

    id: str
    kind: str
    sale: bool | None
    contact: str
    day: str
    total: int
    lines: list[dict[str, Any]]
    inclusive: bool


@dataclass(slots=True)
class Usage:
    """How one contact was coded in one direction."""

    documents: int = 0
    codes: Counter[str] = field(default_factory=Counter)
    taxed_documents: int = 0
    tax_types: Counter[str] = field(default_factory=Counter)


def _cents(value: float) -> int:
    return round(value * 100)


class Count:
    def __init__(self, books: Books, database: sqlite3.Connection) -> None:
        self.books, self.database = books, database
        calendar = books.calendar
        self.start, self.end = calendar.period_start, calendar.period_end
        self.period = (self.start.isoformat(), self.end.isoformat())
        self.account = {one.id: one for one in books.accounts}
        self.contact = {one.id: one for one in books.contacts}
        self.active = {one.id: one for one in books.contacts if one.status == "ACTIVE"}
        self.country = books.organisation.country
        self.registered = books.organisation.pays_tax
        self.rates: dict[str, TaxRate] = {one.tax_type: one for one in books.organisation.books.tax_rates}
        # Filled by the one pass over the lines
        self.usage: dict[tuple[str, str], Usage] = defaultdict(Usage)
        self.lines_of: dict[str, Counter[str]] = {code: Counter() for code in ("DQ17", "DQ34", "DQ35", "DQ36", "DQ37")}
        self.among: Counter[str] = Counter()
        self.used: set[str] = set()
        self.sellers: set[str] = set()
        self.taxed_sellers: set[str] = set()
        self.large_suppliers: set[str] = set()

    def ask(self, sql: str, *values: object) -> list[Any]:
        return self.database.execute(sql, values).fetchall()

    def base(self, cents: int, contact: str) -> int:
        one = self.contact.get(contact)
        return round(Fraction(cents) * one.worth) if one and one.worth != 1 else cents

    # The lines

    def documents(self) -> Iterator[Document]:
        sources = (
            ("Invoices", "status IN ('AUTHORISED','PAID')"),
            ("CreditNotes", "status IN ('AUTHORISED','PAID')"),
            ("BankTransactions", "status='AUTHORISED' AND type IN ('SPEND','RECEIVE')"),
            ("ManualJournals", "status='POSTED'"),
        )
        for table, approved in sources:
            rows = self.database.execute(
                "SELECT id, coalesce(type,''), coalesce(contact,''), date, coalesce(total,0), substr(body, thin_from + 1, thin_to - thin_from)"
                f" FROM {table} WHERE {approved} AND date BETWEEN ? AND ?",
                self.period,
            )
            for key, kind, contact, day, total, lines in rows:
                sale = None if table == "ManualJournals" else kind in _SALES
                yield Document(key, kind, sale, contact, day, total, json.loads(lines or b"[]"), table == "BankTransactions")

    def pass_over_lines(self) -> None:
        suspicious = {
            one.id
            for one in self.books.accounts
            if has_words(one.name, "suspense", "uncategorised", "uncategorized", "ask")
        }
        fun = {one.id for one in self.books.accounts if _is_entertainment(one)}
        for document in self.documents():
            coded = taxed = 0
            use = None
            if document.sale is not None:
                use = self.usage[document.contact, "sales" if document.sale else "purchases"]
            for line in document.lines:
                account = self.account[line["AccountID"]]
                tax, tax_type = _cents(line["TaxAmount"]), line.get("TaxType")
                self.used.add(account.id)
                self.among["DQ17"] += 1
                if account.id in suspicious:
                    self.lines_of["DQ17"][document.id] += 1
                if use is not None and account.code:
                    coded = 1
                    use.codes[account.code] += 1
                if use is not None and tax_type:
                    taxed = 1
                    use.tax_types[tax_type] += 1
                rate = self.rates.get(tax_type or "")
                if rate is not None and tax_type not in _TAX_FREE:
                    self.among["DQ34"] += 1
                    if not _offered(rate, account.account_class):
                        self.lines_of["DQ34"][document.id] += 1
                if tax:
                    self._taxed_line(document, account, fun)
                self._free_line(document, account, line, tax, tax_type)
            if use is not None:
                use.documents += coded
                use.taxed_documents += taxed
            self._whole(document)

    def _taxed_line(self, document: Document, account: Account, fun: set[str]) -> None:
        self.among["DQ35"] += 1
        if (
            account.account_class in ("ASSET", "LIABILITY", "EQUITY")
            and account.type not in ("FIXED", "PREPAYMENT", "BANK")
            and not has_words(account.name, "in advance", "prepaid", "prepayment")
        ):
            self.lines_of["DQ35"][document.id] += 1
        if document.sale is False:
            self.among["DQ36"] += 1
            if account.id in fun:
                self.lines_of["DQ36"][document.id] += 1
        if document.sale:
            self.taxed_sellers.add(document.contact)

    def _free_line(
        self, document: Document, account: Account, line: Mapping[str, Any], tax: int, tax_type: str | None
    ) -> None:
        """A purchase that carries no tax though its account usually does."""
        if document.kind not in ("ACCPAY", "SPEND"):
            return
        net = _cents(line["LineAmount"]) - (tax if document.inclusive else 0)
        if self.base(net, document.contact) <= 10_000:
            return
        if account.account_class != "EXPENSE" and account.type not in ("FIXED", "PREPAYMENT"):
            return
        self.among["DQ37"] += 1
        usual = account.tax_type or "NONE"
        if not tax and (tax_type or "NONE") in _TAX_FREE and usual not in _TAX_FREE:
            self.lines_of["DQ37"][document.id] += 1

    def _whole(self, document: Document) -> None:
        if document.sale and document.lines:
            self.sellers.add(document.contact)
        if (
            document.kind in ("ACCPAY", "SPEND")
            and any(_cents(line["TaxAmount"]) > 0 for line in document.lines)
            and self.base(document.total, document.contact) > 8_250
        ):
            self.large_suppliers.add(document.contact)

    # What is made of them

    def entry(self, check: str, keys: Iterable[str], among: int | None, n: int | None = None, **more: Any) -> Entry:
        found = sorted(set(keys))
        planted = [issue["key"] for issue in self.books.issues.get(check, ())]
        if among == 0:
            more.setdefault("state", "not_applicable")
        return {
            "issues": [{"key": key} for key in found],
            "n": len(found) if n is None else n,
            "N": among,
            "planted": sorted(planted),
            "near": sorted(self.books.near.get(check, ())),
            **more,
        }

    def all(self) -> dict[str, Entry]:
        self.pass_over_lines()
        found = {code: self._on_lines(code) for code in ("DQ17", "DQ34", "DQ35", "DQ36")}
        for code in CODES:
            if code not in found:
                found[code] = getattr(self, code.lower())()
        return found

    def _on_lines(self, code: str) -> Entry:
        """One issue for each document; two of the checks count its lines."""
        counted = self.lines_of[code]
        n = counted.total() if code in ("DQ17", "DQ34") else len(counted)
        return self.entry(code, counted, self.among[code], n)

    def dq08(self) -> Entry:
        keys = []
        for (contact, side), use in self.usage.items():
            total = use.tax_types.total()
            if total >= 4 and len(use.tax_types) >= 2:
                usual = max(use.tax_types.values())
                if Fraction(total - usual, total) <= Fraction(3, 10):
                    keys.append(f"{contact}:{side}")
        among = {contact for (contact, _), use in self.usage.items() if use.tax_types}
        return self.entry("DQ08", keys, len(among), len({key.split(":")[0] for key in keys}))

    def dq09(self) -> Entry:
        keys, among = [], 0
        for (contact, side), use in self.usage.items():
            one = self.active.get(contact)
            if one is None:
                continue
            for kind, documents, counted in (
                ("account", use.documents, use.codes),
                ("tax", use.taxed_documents, use.tax_types),
            ):
                if documents >= 3 and Fraction(max(counted.values()), counted.total()) >= Fraction(9, 10):
                    among += 1
                    usual = one.sells if side == "sales" else one.buys
                    if usual is None or f"{side}:{kind}" in one.without:
                        keys.append(f"{contact}:{side}:{kind}")
        return self.entry("DQ09", keys, among)

    def dq10(self) -> Entry:
        boundary = months_before(self.end, 24)
        last: dict[str, str] = {}
        for table in ("Invoices", "CreditNotes", "BankTransactions", "Prepayments", "Overpayments"):
            for contact, day in self.ask(
                f"SELECT contact, max(date) FROM {table} WHERE status NOT IN ('VOIDED','DELETED') AND contact IS NOT NULL GROUP BY contact"
            ):
                last[contact] = max(day, last.get(contact, ""))
        owing = {
            contact
            for (contact,) in self.ask("SELECT DISTINCT contact FROM Invoices WHERE status='AUTHORISED' AND amount_due > 0")
        }
        updated = dict(self.ask("SELECT id, updated FROM Contacts"))
        keys = [
            key
            for key in self.active
            if last.get(key, "") <= boundary.isoformat()
            and key not in owing
            and self._day(updated[key]) <= boundary
        ]
        return self.entry("DQ10", keys, len(self.active))

    def _day(self, milliseconds: int) -> date:
        """The day it was then where the organisation is."""
        return day_in(self.books.organisation.zone, datetime.fromtimestamp(milliseconds / 1000, UTC))

    def dq11(self) -> Entry:
        pairs = []
        for kind, name in (("ACCREC", "email"), ("ACCPAY", "bank_account")):
            for (contact,) in self.ask(
                "SELECT DISTINCT contact FROM Invoices WHERE type=? AND status='AUTHORISED' AND amount_due > 0", kind
            ):
                one = self.active.get(contact)
                if one is not None:
                    pairs.append((f"{contact}:{name}", one.email if name == "email" else one.bank))
        return self.entry("DQ11", (key for key, value in pairs if not value), len(pairs))

    def dq14(self) -> Entry:
        keys = []
        for kind, invoice_type, account_class in (("RECEIVE", "ACCREC", "REVENUE"), ("SPEND", "ACCPAY", "EXPENSE")):
            nearest: dict[str, tuple[int, str]] = {}
            for key, paid_on, lines, contact, invoice, day in self.ask(
                "SELECT b.id, b.date, substr(b.body, b.thin_from + 1, b.thin_to - b.thin_from), b.contact, i.id, i.date FROM BankTransactions b"
                " JOIN Invoices i ON i.contact = b.contact AND i.total = b.total AND i.type = ? AND i.status = 'AUTHORISED' AND i.amount_due = i.total"
                " WHERE b.type = ? AND b.status = 'AUTHORISED' AND b.date BETWEEN ? AND ? AND b.total <> 0",
                invoice_type,
                kind,
                *self.period,
            ):
                apart = abs((date.fromisoformat(paid_on) - date.fromisoformat(day)).days)
                classes = {self.account[line["AccountID"]].account_class for line in json.loads(lines)}
                if apart > 60 or account_class not in classes or self.contact[contact].worth != 1:
                    continue
                nearest[key] = min(nearest.get(key, (99, "")), (apart, invoice))
            keys += [f"{key}:{invoice}" for key, (_, invoice) in nearest.items()]
        among = self.ask(
            "SELECT count(*) FROM BankTransactions WHERE type IN ('RECEIVE','SPEND') AND status='AUTHORISED' AND contact IS NOT NULL AND date BETWEEN ? AND ?",
            *self.period,
        )[0][0]
        return self.entry("DQ14", keys, among)

    def dq16(self) -> Entry:
        rows = self.ask("SELECT id, date FROM ManualJournals WHERE status='DRAFT' AND date <= ?", self.period[1])
        return self.entry("DQ16", (key for key, _ in rows), None, oldest=min((day for _, day in rows), default=None))

    def dq23(self) -> Entry:
        before = (self.end - timedelta(days=30)).isoformat()
        keys, among = [], 0
        for table in ("CreditNotes", "Prepayments", "Overpayments"):
            for key, day, status, remaining in self.ask(
                f"SELECT id, date, status, coalesce(remaining,0) FROM {table} WHERE status IN ('AUTHORISED','PAID')"
            ):
                open_ = status == "AUTHORISED" and remaining > 0 and day < before
                if open_:
                    keys.append(key)
                if self.period[0] <= day <= self.period[1] or (open_ and day < self.period[0]):
                    among += 1
        return self.entry("DQ23", keys, among)

    def dq24(self) -> Entry:
        owed = self._sum("Invoices", "base_due", "type='ACCREC' AND status='AUTHORISED' AND date <= ?", self.period[1])
        turnover = self._turnover()
        if turnover <= 0:
            return self.entry("DQ24", (), 0, fails=False, owed=_money(owed), turnover=_money(turnover))
        days = Fraction(365 * owed, turnover)
        return self.entry(
            "DQ24",
            ("organisation",) if days > 45 else (),
            None,
            fails=days > 60,
            days=str(round(float(days), 4)),
            owed=_money(owed),
            turnover=_money(turnover),
        )

    def _turnover(self) -> int:
        total = 0
        for sign, table, where in (
            (1, "Invoices", "type='ACCREC' AND status IN ('AUTHORISED','PAID')"),
            (-1, "CreditNotes", "type='ACCRECCREDIT' AND status IN ('AUTHORISED','PAID')"),
            (1, "BankTransactions", "type='RECEIVE' AND status='AUTHORISED'"),
        ):
            for contact, cents in self.ask(
                f"SELECT contact, total FROM {table} WHERE {where} AND date BETWEEN ? AND ?", *self.period
            ):
                total += sign * self.base(cents, contact)
        return total

    def _sum(self, table: str, column: str, where: str, *values: object) -> int:
        return int(self.ask(f"SELECT coalesce(sum({column}),0) FROM {table} WHERE {where}", *values)[0][0])

    def dq25(self) -> Entry:
        keys, among = [], 0
        for table, where in (
            ("Invoices", "type='ACCPAY' AND status IN ('AUTHORISED','PAID')"),
            ("BankTransactions", "type='SPEND' AND status='AUTHORISED'"),
        ):
            for key, contact, cents, attached in self.ask(
                f"SELECT id, contact, total, instr(body, CAST('\"HasAttachments\":true' AS BLOB)) FROM {table} WHERE {where} AND date BETWEEN ? AND ?",
                *self.period,
            ):
                if self.base(cents, contact) > 7_500:
                    among += 1
                    if not attached:
                        keys.append(key)
        return self.entry("DQ25", keys, among)

    def dq31(self) -> Entry:
        among = [self.account[key] for key in self.used]
        among = [one for one in among if one.status == "ACTIVE" and one.type != "BANK"]
        return self.entry("DQ31", (one.id for one in among if not one.reporting), len(among))

    def dq32(self) -> Entry:
        used = self._used_in_two_years()
        some = [
            one
            for one in self.books.accounts
            if one.status == "ACTIVE" and one.type != "BANK" and not one.system and one.id in used
        ]
        names = [" ".join(plain_words(one.name)) for one in some]
        near: list[tuple[str, str]] = []
        for at, left in enumerate(names):
            for other in range(at):
                right = names[other]
                longer = max(len(left), len(right))
                most = 8 * longer // 100
                if (
                    some[at].account_class == some[other].account_class
                    and abs(len(left) - len(right)) <= most
                    and re.sub(r"\D", "", left) == re.sub(r"\D", "", right)
                    and (Counter(left) - Counter(right)).total() <= most
                    and osa(left, right) <= most
                ):
                    near.append((some[at].id, some[other].id))
        groups = joined(near)
        return self.entry("DQ32", map(key_of, groups), len(some), sum(len(one) - 1 for one in groups))

    def _used_in_two_years(self) -> set[str]:
        since = months_before(self.end, 24).isoformat()
        used: set[bytes] = set()
        known = len(self.account)
        for table, where in (
            ("ManualJournals", "status='POSTED'"),
            ("BankTransactions", "status='AUTHORISED' AND type IN ('SPEND','RECEIVE')"),
            ("Invoices", "status IN ('AUTHORISED','PAID')"),
            ("CreditNotes", "status IN ('AUTHORISED','PAID')"),
        ):
            for (lines,) in self.database.execute(
                f"SELECT substr(body, thin_from + 1, thin_to - thin_from) FROM {table} WHERE {where} AND date > ? AND date <= ?",
                (since, self.period[1]),
            ):
                used.update(_ACCOUNT.findall(lines))
                if len(used) == known:
                    break
        return {key.decode() for key in used}

    def dq33(self) -> Entry:
        if self.country not in ("AU", "NZ", "GB"):
            return self.entry("DQ33", (), 0)
        keys, among = [], 0
        for key, one in self.active.items():
            if one.tax_number:
                among += 1
                if not is_valid(self.country, one.tax_number):
                    keys.append(f"{key}:invalid")
            elif self.country == "AU" and key in self.large_suppliers:
                among += 1
                keys.append(f"{key}:missing")
        return self.entry("DQ33", keys, among)

    def dq37(self) -> Entry:
        return self._on_lines("DQ37") if self.registered else self.entry("DQ37", (), 0)

    def dq38(self) -> Entry:
        return self.entry("DQ38", (), 0) if self.registered else self.entry("DQ38", self.taxed_sellers, len(self.sellers))

    def dq43(self) -> Entry:
        months: dict[str, Counter[str]] = defaultdict(Counter)
        for table, where in (
            ("Invoices", "type='ACCPAY' AND status IN ('AUTHORISED','PAID')"),
            ("BankTransactions", "type='SPEND' AND status='AUTHORISED'"),
        ):
            for contact, month, cents in self.ask(
                f"SELECT contact, substr(date,1,7), sum(total) FROM {table} WHERE {where} AND contact IS NOT NULL AND date BETWEEN ? AND ? GROUP BY 1, 2",
                *self.period,
            ):
                months[contact][month] += self.base(cents, contact)
        late = [months_before(self.end.replace(day=1), back).isoformat()[:7] for back in range(3)]
        keys, among = [], 0
        for contact, sums in months.items():
            values = sorted(cents for cents in sums.values() if cents)
            if len(values) < 8:
                continue
            among += 1
            low, middle, high = (quantile(values, Fraction(part, 4)) for part in (1, 2, 3))
            reach = Fraction(3, 2) * (high - low)
            for month in late:
                cents = sums.get(month, 0)
                if cents and not low - reach <= cents <= high + reach and abs(cents - middle) > 10_000:
                    keys.append(f"{contact}:{month}")
        return self.entry("DQ43", keys, among, len({key.split(":")[0] for key in keys}))

    def dq44(self) -> Entry:
        same: dict[str, list[Contact]] = defaultdict(list)
        for one in self.active.values():
            digits = re.sub(r"\D", "", one.bank)
            if len(digits) >= 6:
                same[digits].append(one)
        groups = [some for some in same.values() if len(some) > 1]
        keys = [f"shared:{key_of(one.id for one in some)}" for some in groups]
        return self.entry("DQ44", keys, None, fails=False)


_ACCOUNT = re.compile(rb'"AccountID":"([^"]+)"')


def _is_entertainment(account: Account) -> bool:
    return account.reporting.startswith("EXP.ADM.ENT") or has_words(
        account.name, "entertainment", "entertaining", "postage", "international travel", "overseas travel", "travel - international"
    )


def _offered(rate: TaxRate, account_class: str) -> bool:
    if account_class == "REVENUE":
        return rate.sales
    return rate.purchases if account_class == "EXPENSE" else True


def _money(cents: int) -> str:
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02d}"


def quantile(values: Sequence[int], share: Fraction) -> Fraction:
    """Between the two values on either side of the place, in proportion."""
    place = share * (len(values) - 1)
    at = int(place)
    above = values[min(at + 1, len(values) - 1)]
    return values[at] + (above - values[at]) * (place - at)


def joined(pairs: Iterable[tuple[str, str]]) -> list[set[str]]:
    groups: list[set[str]] = []
    for pair in pairs:
        apart = [group for group in groups if group.isdisjoint(pair)]
        groups = [*apart, set(pair).union(*(group for group in groups if not group.isdisjoint(pair)))]
    return groups


def osa(left: str, right: str) -> int:
    """Insertions, deletions, replacements and swaps of neighbours between two texts."""
    before: list[int] = []
    row = list(range(len(right) + 1))
    for i, sign in enumerate(left, 1):
        before, last, row = row, before, [i]
        for j, other in enumerate(right, 1):
            best = min(before[j] + 1, row[-1] + 1, before[j - 1] + (sign != other))
            if i > 1 and j > 1 and sign == right[j - 2] and left[i - 2] == other:
                best = min(best, last[j - 2] + 1)
            row.append(best)
    return row[-1]


def is_valid(country: str, number: str) -> bool:
    """Whether the check digits are right; spaces, dots and dashes do not count."""
    plain = re.sub(r"[\s.\-]", "", number).upper()
    if country == "GB":
        plain = plain.removeprefix("GB")
    if not plain.isascii() or not plain.isdigit():
        return False
    digits = [int(sign) for sign in plain]
    if country == "AU":
        weights = (10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19)
        return len(digits) == 11 and (_dot(digits, weights) - 10) % 89 == 0
    if country == "NZ":
        if len(digits) not in (8, 9):
            return False
        body, check = ([0] * 9 + digits)[-9:-1], digits[-1]
        for row in ((3, 2, 7, 6, 5, 4, 3, 2), (7, 4, 3, 2, 5, 2, 7, 6)):
            rest = -_dot(body, row) % 11
            if rest != 10:
                return rest == check
        return False
    if len(digits) not in (9, 12):
        return False
    whole = _dot(digits[:7], (8, 7, 6, 5, 4, 3, 2)) + 10 * digits[7] + digits[8]
    return whole % 97 == 0 or (whole + 55) % 97 == 0


def _dot(digits: Sequence[int], weights: Sequence[int]) -> int:
    return sum(digit * weight for digit, weight in zip(digits, weights, strict=False))


def count_flaws(books: Books, database: sqlite3.Connection) -> dict[str, Entry]:
    return Count(books, database).all()
