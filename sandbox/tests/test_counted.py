"""What is planted in coding, contacts and papers is in the truth, near misses are not, and the API's own bodies say the same.

The readings below are written from the checks' definitions over the served bodies; they share nothing with the ledgers.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from ..ledgers.count_flaws import CODES, is_valid, joined, key_of, osa, quantile
from ..ledgers.truth import truth
from ..world.organisations import Organisation, organisations
from .reading import TODAY, Document, Everything, cents, day, everything, sized

END = date(2026, 10, 31)
START = date(2025, 11, 1)
TWO_YEARS = date(2024, 10, 31)
FREE = ("NONE", "BASEXCLUDED", None)
SEEDS = (1, 7, 2026)
# Where trade makes none by itself: what was planted is all there is.
ONLY_PLANTED = ("DQ08", "DQ10", "DQ14", "DQ16", "DQ17", "DQ31", "DQ32", "DQ34", "DQ35", "DQ36", "DQ37", "DQ38")


def roomy(seed: int) -> Organisation:
    """One large and untidy enough for every near miss."""
    return sized(seed, 10_500, 0)


def told(folder: Path, organisation: Organisation, seed: int) -> dict[str, dict[str, Any]]:
    flaws: dict[str, dict[str, Any]] = truth(seed, organisation.tenant_id, TODAY, folder / f"seed{seed}")["flaws"]
    return flaws


def keys(entry: dict[str, Any]) -> set[str]:
    return {issue["key"] for issue in entry["issues"]}


def unregistered(seed: int) -> Organisation:
    return max((one for one in organisations(seed) if not one.pays_tax), key=lambda one: one.documents)


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("seed", SEEDS)
def test_a_planted_flaw_is_in_the_truth_and_a_near_miss_is_not(folder: Path, seed: int, code: str) -> None:
    some = [unregistered(seed)] if code == "DQ38" else [roomy(seed), sized(seed, 3_000), sized(seed, 600), sized(seed, 60)]
    entries = [told(folder, one, seed)[code] for one in some]
    for entry in entries:
        assert set(entry["planted"]) <= keys(entry)
        assert not set(entry["near"]) & keys(entry)
        assert entry["n"] == 0 or entry["issues"]
        if code in ONLY_PLANTED:
            assert keys(entry) == set(entry["planted"])
    assert any(entry["planted"] for entry in entries) or code == "DQ24"
    assert any(entry["near"] for entry in entries) or code in ("DQ24", "DQ38")


@pytest.mark.parametrize("seed", SEEDS)
def test_debtor_days_reach_a_limit_without_crossing_it(folder: Path, seed: int) -> None:
    found = [told(folder, one, seed)["DQ24"] for one in organisations(seed)[:60] if one.documents < 5_000]
    found = [one for one in found if one.get("state") != "not_applicable"]
    days = [Fraction(365) * Fraction(one["owed"]) / Fraction(one["turnover"]) for one in found]
    for one, exact in zip(found, days, strict=True):
        assert (bool(one["issues"]), one["fails"]) == (exact > 45, exact > 60)
    assert any(limit - Fraction(1, 100) < exact <= limit for exact in days for limit in (45, 60))
    assert any(limit < exact < limit + Fraction(1, 100) for exact in days for limit in (45, 60))


# A slow and simple reading of the API


class Reading:
    def __init__(self, books: Everything) -> None:
        self.books = books
        self.accounts = {one["AccountID"]: one for one in books["Accounts"]}
        self.contacts = {one["ContactID"]: one for one in books["Contacts"]}
        self.active = {key: one for key, one in self.contacts.items() if one["ContactStatus"] == "ACTIVE"}
        self.rates = {one["TaxType"]: one for one in books["TaxRates"]}
        self.organisation = books["Organisation"][0]

    def approved(self, since: date = START) -> Iterator[tuple[str, str, str, Document, list[Document]]]:
        """Id, kind, side and lines of each approved document."""
        for name, identity in (
            ("Invoices", "InvoiceID"),
            ("CreditNotes", "CreditNoteID"),
            ("BankTransactions", "BankTransactionID"),
            ("ManualJournals", "ManualJournalID"),
        ):
            for one in self.books[name]:
                kind = one.get("Type", "")
                if not since <= day(one["Date"]) <= END or one["Status"] not in ("AUTHORISED", "PAID", "POSTED"):
                    continue
                if name == "BankTransactions" and kind not in ("SPEND", "RECEIVE"):
                    continue
                side = "sales" if kind.startswith(("ACCREC", "RECEIVE")) else "purchases" if kind else ""
                yield one[identity], kind, side, one, one["LineItems" if kind else "JournalLines"]

    def on_lines(self, is_wrong: Callable[[str, str, Document, Document, int], bool]) -> set[str]:
        return {
            key
            for key, kind, side, one, lines in self.approved()
            for line in lines
            if is_wrong(kind, side, self.accounts[line["AccountID"]], line, cents(line["TaxAmount"]))
        }

    def usage(self, field: str) -> dict[tuple[str, str], tuple[int, Counter[str]]]:
        found: dict[tuple[str, str], tuple[int, Counter[str]]] = {}
        for _, _, side, one, lines in self.approved():
            used = [line[field] for line in lines if line.get(field)]
            if side and used:
                documents, counted = found.get((one["Contact"]["ContactID"], side), (0, Counter()))
                found[one["Contact"]["ContactID"], side] = documents + 1, counted + Counter(used)
        return found

    def word(self, account: Document, *words: str) -> bool:
        return bool(set(re.findall(r"[a-z]+", account["Name"].casefold())) & set(words))

    def dq08(self) -> set[str]:
        return {
            f"{contact}:{side}"
            for (contact, side), (_, used) in self.usage("TaxType").items()
            if used.total() >= 4 and 0 < used.total() - max(used.values()) <= Fraction(3, 10) * used.total()
        }

    def dq09(self) -> set[str]:
        names = {
            ("sales", "account"): "SalesDefaultAccountCode",
            ("purchases", "account"): "PurchasesDefaultAccountCode",
            ("sales", "tax"): "AccountsReceivableTaxType",
            ("purchases", "tax"): "AccountsPayableTaxType",
        }
        return {
            f"{contact}:{side}:{kind}"
            for kind, field in (("account", "AccountCode"), ("tax", "TaxType"))
            for (contact, side), (documents, used) in self.usage(field).items()
            if contact in self.active
            and documents >= 3
            and 10 * max(used.values()) >= 9 * used.total()
            and not self.active[contact].get(names[side, kind])
        }

    def dq10(self) -> set[str]:
        live, owing = set(), set()
        for name in ("Invoices", "CreditNotes", "BankTransactions", "Prepayments", "Overpayments"):
            for one in self.books[name]:
                contact = one.get("Contact", {}).get("ContactID")
                if one["Status"] not in ("VOIDED", "DELETED") and day(one["Date"]) > TWO_YEARS:
                    live.add(contact)
                if name == "Invoices" and one["Status"] == "AUTHORISED" and one["AmountDue"]:
                    owing.add(contact)
        late = {key for key, one in self.active.items() if day(one["UpdatedDateUTC"]) > TWO_YEARS}
        return set(self.active) - live - owing - late

    def dq11(self) -> set[str]:
        found = set()
        for one in self.books["Invoices"]:
            contact = self.active.get(one["Contact"]["ContactID"])
            if contact and one["Status"] == "AUTHORISED" and one["AmountDue"]:
                ours, name = ("EmailAddress", "email") if one["Type"] == "ACCREC" else ("BankAccountDetails", "bank_account")
                if not contact.get(ours):
                    found.add(f"{contact['ContactID']}:{name}")
        return found

    def dq14(self) -> set[str]:
        found = set()
        waiting = defaultdict(list)
        for one in self.books["Invoices"]:
            if one["Status"] == "AUTHORISED" and one["AmountDue"] == one["Total"]:
                waiting[one["Type"], one["Contact"]["ContactID"], one["CurrencyCode"], one["Total"]].append(one)
        for key, kind, _, one, lines in self.approved():
            wanted = {"RECEIVE": ("ACCREC", "REVENUE"), "SPEND": ("ACCPAY", "EXPENSE")}.get(kind)
            if wanted and any(self.accounts[line["AccountID"]]["Class"] == wanted[1] for line in lines):
                some = waiting[wanted[0], one["Contact"]["ContactID"], one["CurrencyCode"], one["Total"]]
                apart = sorted((abs(day(other["Date"]) - day(one["Date"])), other["InvoiceID"]) for other in some)
                if apart and apart[0][0] <= timedelta(days=60):
                    found.add(f"{key}:{apart[0][1]}")
        return found

    def dq16(self) -> set[str]:
        journals = self.books["ManualJournals"]
        return {one["ManualJournalID"] for one in journals if one["Status"] == "DRAFT" and day(one["Date"]) <= END}

    def dq17(self) -> set[str]:
        words = ("suspense", "uncategorised", "uncategorized", "ask")
        return self.on_lines(lambda _kind, _side, account, _line, _tax: self.word(account, *words))

    def dq23(self) -> set[str]:
        return {
            one[identity]
            for name, identity in (("CreditNotes", "CreditNoteID"), ("Prepayments", "PrepaymentID"), ("Overpayments", "OverpaymentID"))
            for one in self.books[name]
            if one["Status"] == "AUTHORISED" and one["RemainingCredit"] > 0 and day(one["Date"]) < END - timedelta(days=30)
        }  # fmt: skip

    def dq25(self) -> set[str]:
        return {
            key
            for key, kind, _, one, _ in self.approved()
            if kind in ("ACCPAY", "SPEND") and cents(one["Total"] / one["CurrencyRate"]) > 7_500 and not one["HasAttachments"]
        }

    def dq31(self) -> set[str]:
        used = {line["AccountID"] for *_, lines in self.approved() for line in lines}
        accounts = [self.accounts[key] for key in used]
        return {
            one["AccountID"]
            for one in accounts
            if one["Status"] == "ACTIVE" and one["Type"] != "BANK" and not one.get("ReportingCode")
        }

    def dq32(self) -> set[str]:
        used = {line["AccountID"] for *_, lines in self.approved(TWO_YEARS + timedelta(days=1)) for line in lines}
        some = [one for one in self.books["Accounts"] if one["AccountID"] in used and one["Status"] == "ACTIVE"]
        some = [one for one in some if one["Type"] != "BANK" and not one.get("SystemAccount")]

        def plain(one: Document) -> str:
            return " ".join(re.sub(r"[^\w\s]", "", one["Name"].casefold().replace("&", " and ")).split())

        pairs = [
            (one["AccountID"], other["AccountID"])
            for at, one in enumerate(some)
            for other in some[:at]
            if one["Class"] == other["Class"]
            and re.sub(r"\D", "", one["Name"]) == re.sub(r"\D", "", other["Name"])
            and osa(plain(one), plain(other)) <= Fraction(8, 100) * max(len(plain(one)), len(plain(other)))
        ]
        return {key_of(group) for group in joined(pairs)}

    def dq33(self) -> set[str]:
        country = self.organisation["CountryCode"]
        large = {
            one["Contact"]["ContactID"]
            for _, kind, _, one, _ in self.approved()
            if kind in ("ACCPAY", "SPEND") and one["TotalTax"] > 0 and cents(one["Total"]) > 8_250
        }
        found = set()
        for key, one in self.active.items():
            number = one.get("TaxNumber", "")
            if number and not is_valid(country, number):
                found.add(f"{key}:invalid")
            if not number and country == "AU" and key in large:
                found.add(f"{key}:missing")
        return found

    def dq34(self) -> set[str]:
        rooms = {"ASSET": "Assets", "EQUITY": "Equity", "EXPENSE": "Expenses", "LIABILITY": "Liabilities", "REVENUE": "Revenue"}
        return self.on_lines(
            lambda _kind, _side, account, line, _tax: (
                line["TaxType"] not in FREE and not self.rates[line["TaxType"]][f"CanApplyTo{rooms[account['Class']]}"]
            )
        )

    def dq35(self) -> set[str]:
        return self.on_lines(
            lambda _kind, _side, account, _line, tax: (
                tax != 0
                and account["Class"] in ("ASSET", "LIABILITY", "EQUITY")
                and account["Type"] not in ("FIXED", "PREPAYMENT", "BANK")
                and not re.search(r"\b(in advance|prepaid|prepayment)\b", account["Name"].casefold())
            )
        )

    def dq36(self) -> set[str]:
        fun = r"\b(entertainment|entertaining|postage|international travel|overseas travel|travel - international)\b"
        return self.on_lines(
            lambda _kind, side, account, _line, tax: (
                side == "purchases"
                and tax != 0
                and bool(account.get("ReportingCode", "").startswith("EXP.ADM.ENT") or re.search(fun, account["Name"].casefold()))
            )
        )

    def dq37(self) -> set[str]:
        if not self.organisation["PaysTax"]:
            return set()
        found = set()
        for key, kind, _, one, lines in self.approved():
            for line in lines if kind in ("ACCPAY", "SPEND") else ():
                account = self.accounts[line["AccountID"]]
                if (
                    cents(line["LineAmount"] / one["CurrencyRate"]) > 10_000
                    and (account["Class"] == "EXPENSE" or account["Type"] in ("FIXED", "PREPAYMENT"))
                    and line["TaxAmount"] == 0
                    and line["TaxType"] in FREE
                    and account["TaxType"] not in FREE
                ):
                    found.add(key)
        return found

    def dq38(self) -> set[str]:
        if self.organisation["PaysTax"]:
            return set()
        return {
            one["Contact"]["ContactID"]
            for _, _, side, one, lines in self.approved()
            if side == "sales" and any(line["TaxAmount"] for line in lines)
        }

    def dq43(self) -> set[str]:
        months: dict[str, Counter[str]] = defaultdict(Counter)
        for _, kind, _, one, _ in self.approved():
            if kind in ("ACCPAY", "SPEND"):
                months[one["Contact"]["ContactID"]][f"{day(one['Date']):%Y-%m}"] += cents(one["Total"] / one["CurrencyRate"])
        found = set()
        for contact, sums in months.items():
            values = sorted(sums.values())
            if len(values) >= 8:
                low, middle, high = (quantile(values, Fraction(part, 4)) for part in (1, 2, 3))
                edge = (high - low) * Fraction(3, 2)
                for month in ("2026-08", "2026-09", "2026-10"):
                    value = sums[month]
                    if value and (value < low - edge or value > high + edge) and abs(value - middle) > 10_000:
                        found.add(f"{contact}:{month}")
        return found

    def dq44(self) -> set[str]:
        same = defaultdict(list)
        for key, one in self.active.items():
            digits = re.sub(r"\D", "", one.get("BankAccountDetails", ""))
            if len(digits) >= 6:
                same[digits].append(key)
        return {f"shared:{key_of(some)}" for some in same.values() if len(some) > 1}


READABLE = tuple(code for code in CODES if code != "DQ24")


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("wanted", [90, 700, 2_000])
async def test_the_bodies_say_what_the_truth_says(folder: Path, seed: int, wanted: int) -> None:
    organisation = sized(seed, wanted)
    reading = Reading(await everything(folder, organisation, seed))
    flaws = told(folder, organisation, seed)
    for code in READABLE:
        assert getattr(reading, code.lower())() == keys(flaws[code]), code


@pytest.mark.parametrize("at", [0, 1, 2])
async def test_foreign_amounts_count_in_base_currency(folder: Path, at: int) -> None:
    organisation = [one for one in organisations(1) if one.has_foreign_customers][at]
    reading = Reading(await everything(folder, organisation, 1))
    flaws = told(folder, organisation, 1)
    foreign = {one["InvoiceID"] for one in reading.books["Invoices"] if one["CurrencyCode"] == "CHF"}
    for code in READABLE:
        assert getattr(reading, code.lower())() == keys(flaws[code]), code
    assert foreign & set(flaws["DQ25"]["planted"])
    assert foreign & set(flaws["DQ25"]["near"])


async def test_the_bodies_of_an_unregistered_business_say_so(folder: Path) -> None:
    organisation = unregistered(1)
    reading = Reading(await everything(folder, organisation, 1))
    flaws = told(folder, organisation, 1)
    assert not reading.organisation["PaysTax"]
    assert reading.dq38() == keys(flaws["DQ38"]) != set()
    assert flaws["DQ37"]["state"] == "not_applicable"


def test_check_digits() -> None:
    assert is_valid("AU", "51 824 753 556")
    assert not is_valid("AU", "51 824 753 557")
    assert is_valid("NZ", "49-091-850")
    assert is_valid("NZ", "136410132")
    assert not is_valid("NZ", "136410133")
    assert not is_valid("NZ", "9125568")
    assert is_valid("GB", "GB 980 7806 84")
    assert is_valid("GB", "980780684001")
    assert not is_valid("GB", "980780685")
