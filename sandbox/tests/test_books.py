"""The books add up: reports equal the sum of the documents, pages never overlap, a seed always makes the same bytes."""

from __future__ import annotations

import hashlib
import json
import resource
import sys
import time
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from ..ledgers.build import write_books
from ..ledgers.ledger import Ledger, Ledgers, Query
from ..ledgers.store import RESOURCES
from ..world import numbers
from ..world.organisations import organisations
from ..world.users import users
from .conftest import NOON
from .reading import TODAY, Document, Everything, api, cents, day, everything, sized

FOREIGN = next(one for one in organisations(1) if one.has_foreign_customers)


def posted(books: Everything, until: date) -> dict[str, int]:
    """What every account holds after its documents up to a day, worked out from the bodies alone."""
    system = {one["SystemAccount"]: one["AccountID"] for one in books["Accounts"] if one.get("SystemAccount")}
    sums: dict[str, int] = defaultdict(int)

    def entry(account: str, amount: int) -> None:
        sums[account] += amount

    def lines(one: Document, sign: int, against: str) -> None:
        whole = 0
        for line in one["LineItems"]:
            tax = cents(line["TaxAmount"])
            net = cents(line["LineAmount"]) - (tax if one["LineAmountTypes"] == "Inclusive" else 0)
            rate = Fraction(str(one.get("CurrencyRate", 1)))
            parts = [Fraction(net) / rate, Fraction(tax) / rate]
            assert all(part.denominator == 1 for part in parts), "a foreign amount that is not exact in base currency"
            entry(line["AccountID"], sign * int(parts[0]))
            entry(system["GST"], sign * int(parts[1]))
            whole += int(parts[0] + parts[1])
        entry(against, -sign * whole)

    def live(name: str, *statuses: str) -> list[Document]:
        return [one for one in books[name] if one["Status"] in statuses and day(one["Date"]) <= until]

    for one in live("Invoices", "AUTHORISED", "PAID"):
        lines(one, -1, system["DEBTORS"]) if one["Type"] == "ACCREC" else lines(one, 1, system["CREDITORS"])
    for one in live("CreditNotes", "AUTHORISED", "PAID"):
        lines(one, 1, system["DEBTORS"]) if one["Type"] == "ACCRECCREDIT" else lines(one, -1, system["CREDITORS"])
    for one in live("BankTransactions", "AUTHORISED"):
        if not one["Type"].endswith("-TRANSFER"):
            lines(one, -1 if one["Type"].startswith("RECEIVE") else 1, one["BankAccount"]["AccountID"])
    for one in live("Payments", "AUTHORISED"):
        sign = 1 if one["PaymentType"] == "ACCRECPAYMENT" else -1
        entry(one["Account"]["AccountID"], sign * cents(one["BankAmount"]))
        entry(system["DEBTORS" if sign == 1 else "CREDITORS"], -sign * cents(one["BankAmount"]))
    for one in live("BankTransfers", "AUTHORISED"):
        entry(one["FromBankAccount"]["AccountID"], -cents(one["Amount"]))
        entry(one["ToBankAccount"]["AccountID"], cents(one["Amount"]))
    for one in live("ManualJournals", "POSTED"):
        for line in one["JournalLines"]:
            entry(line["AccountID"], cents(line["LineAmount"]))
    return sums


def rows_of(report: Document) -> list[list[dict[str, Any]]]:
    return [
        row["Cells"]
        for section in report["Rows"]
        if section["RowType"] == "Section"
        for row in section.get("Rows", [])
        if row["RowType"] == "Row"
    ]


def amount(text: str) -> int:
    return int(Decimal(text or "0") * 100)


@pytest.mark.parametrize(
    "organisation", [sized(1, 30), sized(1, 300), sized(1, 2_500), FOREIGN], ids=lambda one: str(one.documents)
)
async def test_the_trial_balance_is_the_sum_of_the_documents(folder: Path, organisation: Any) -> None:
    books = await everything(folder, organisation)
    classes = {one["AccountID"]: one["Class"] for one in books["Accounts"]}
    retained = next(one["AccountID"] for one in books["Accounts"] if one.get("SystemAccount") == "RETAINEDEARNINGS")
    async with api(folder, organisation) as reader:
        year_end = date(2026, organisation.year_end_month, organisation.year_end_day)
        if year_end > TODAY:
            year_end = year_end.replace(year=2025)
        for on in (date(2026, 10, 31), date(2025, 7, 15), TODAY, year_end, year_end + timedelta(days=1)):
            report = (await reader.get("Reports/TrialBalance", date=on.isoformat())).json()["Reports"][0]
            told = {
                cells[0]["Attributes"][0]["Value"]: amount(cells[3]["Value"]) - amount(cells[4]["Value"])
                for cells in rows_of(report)
            }
            month, last = organisation.year_end_month, organisation.year_end_day
            closed = max(end for end in (date(on.year, month, last), date(on.year - 1, month, last)) if end < on)
            whole, before = posted(books, on), posted(books, closed)
            expected = {
                key: value - (before[key] if classes[key] in ("REVENUE", "EXPENSE") else 0)
                for key, value in whole.items()
            }
            expected[retained] = expected.get(retained, 0) + sum(
                value for key, value in before.items() if classes[key] in ("REVENUE", "EXPENSE")
            )
            assert {key: value for key, value in told.items() if value} == {
                key: value for key, value in expected.items() if value
            }, on
            total = report["Rows"][-1]["Rows"][0]["Cells"]
            assert total[3]["Value"] == total[4]["Value"]
            assert total[1]["Value"] == total[2]["Value"]


async def test_the_bank_summary_is_what_went_through_the_bank(folder: Path) -> None:
    organisation = sized(1, 1_500)
    books = await everything(folder, organisation)
    async with api(folder, organisation) as reader:
        report = (await reader.get("Reports/BankSummary", fromDate="2026-03-01", toDate="2026-05-31")).json()[
            "Reports"
        ][0]
    told = {
        cells[0]["Attributes"][0]["Value"]: [amount(cell["Value"]) for cell in cells[1:]] for cells in rows_of(report)
    }
    opening, closing = posted(books, date(2026, 2, 28)), posted(books, date(2026, 5, 31))
    assert len(told) >= 2
    for account, (first, received, spent, last) in told.items():
        assert (first, last, received - spent) == (
            opening[account],
            closing[account],
            closing[account] - opening[account],
        )


async def test_amounts_due_agree_with_payments_and_contacts(folder: Path) -> None:
    books = await everything(folder, sized(1, 1_500))
    outstanding: dict[tuple[str, str], int] = defaultdict(int)
    for one in books["Invoices"]:
        if one["Status"] in ("AUTHORISED", "PAID"):
            assert cents(one["Total"]) == cents(one["AmountDue"]) + cents(one["AmountPaid"]) + cents(
                one["AmountCredited"]
            )
            assert cents(one["AmountPaid"]) == sum(cents(payment["Amount"]) for payment in one["Payments"])
            assert cents(one["AmountCredited"]) == sum(cents(note["AppliedAmount"]) for note in one["CreditNotes"])
            assert (one["Status"] == "PAID") == (one["AmountDue"] == 0)
            outstanding[one["Contact"]["ContactID"], one["Type"]] += cents(one["AmountDue"])
        assert cents(one["Total"]) == cents(one["SubTotal"]) + cents(one["TotalTax"])
    for contact in books["Contacts"]:
        balances = contact["Balances"]
        assert cents(balances["AccountsReceivable"]["Outstanding"]) == outstanding[contact["ContactID"], "ACCREC"]
        assert cents(balances["AccountsPayable"]["Outstanding"]) == outstanding[contact["ContactID"], "ACCPAY"]
    paid = {payment["PaymentID"] for one in books["Invoices"] for payment in one["Payments"]}
    assert paid == {one["PaymentID"] for one in books["Payments"] if one["Status"] == "AUTHORISED"}


async def test_transfers_have_their_two_sides(folder: Path) -> None:
    books = await everything(folder, sized(1, 1_500))
    sides = {one["BankTransactionID"]: one for one in books["BankTransactions"] if one["Type"].endswith("-TRANSFER")}
    assert len(sides) == 2 * len(books["BankTransfers"]) > 0
    for one in books["BankTransfers"]:
        for way in ("From", "To"):
            side = sides[one[f"{way}BankTransactionID"]]
            assert (side["Total"], side["IsReconciled"], side["BankAccount"]["AccountID"]) == (
                one["Amount"],
                one[f"{way}IsReconciled"],
                one[f"{way}BankAccount"]["AccountID"],
            )


async def test_pages_never_overlap_and_lose_nothing(folder: Path) -> None:
    organisation = sized(1, 1_500)
    async with api(folder, organisation) as reader:
        everyone = [one["InvoiceID"] for one in await reader.every("Invoices")]
        paged: list[str] = []
        page, pages = 1, 1
        while page <= pages:
            body = (await reader.get("Invoices", page=page, pageSize=137)).json()
            pages = body["pagination"]["pageCount"]
            paged += [one["InvoiceID"] for one in body["Invoices"]]
            page += 1
        assert paged == everyone
        assert len(set(paged)) == len(paged)
        moments = [int(one["UpdatedDateUTC"][6:-7]) for one in await reader.every("Invoices")]
        assert moments == sorted(moments)
        assert moments[-1] < int(NOON.timestamp() * 1000)


def digest(path: Path) -> str:
    found = hashlib.sha256()
    ledger = Ledger(path)
    for name in RESOURCES:
        for one in ledger.page(name, Query()):
            found.update(one.body)
    ledger.close()
    return found.hexdigest()


def test_a_seed_always_makes_the_same_bytes(tmp_path: Path) -> None:
    for seed, name in ((1, "one"), (1, "again"), (2, "other")):
        write_books(sized(1, 300), seed, TODAY, tmp_path / name)
    assert digest(tmp_path / "one") == digest(tmp_path / "again") != digest(tmp_path / "other")


def test_a_hundred_thousand_documents_are_quick_and_small(tmp_path: Path) -> None:
    giant = sized(1, 100_000)
    assert giant.documents == 100_000
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.process_time()
    write_books(giant, 1, TODAY, tmp_path / "giant")
    assert time.process_time() - began < 60
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / (1 if sys.platform == "darwin" else 1024)
    assert grown < 300, f"{grown:.0f} MB"
    ledger = Ledger(tmp_path / "giant")
    rows = ledger.truth()["rows"]
    assert sum(rows[name] for name in RESOURCES[5:]) >= 100_000
    began = time.process_time()
    last = ledger.page("Invoices", Query(), 1000, rows["Invoices"] - 1000)
    assert len(last) == 1000
    assert time.process_time() - began < 0.25
    ledger.close()


async def test_changes_are_seen_by_this_sandbox_only_and_go_with_a_reset(folder: Path) -> None:
    organisation = sized(1, 300)
    shelf, others = Ledgers(1, TODAY, folder / "seed1"), Ledgers(1, TODAY, folder / "seed1")
    ledger, other = await shelf.get(organisation.tenant_id), await others.get(organisation.tenant_id)
    paid_off = Query(where="status = 'AUTHORISED' AND type = 'ACCREC'")
    key = json.loads(ledger.page("Invoices", paid_off, 1)[0].body)["InvoiceID"]
    before = ledger.document("Invoices", key)
    balances = ledger.trial_balance(TODAY)
    assert before is not None
    changed = ledger.change("Invoices", key, {"Total": before["Total"] + 50, "Reference": "changed"}, NOON)
    assert changed is not None
    assert (changed["Total"], changed["AmountDue"], changed["Reference"]) == (
        before["Total"] + 50,
        before["AmountDue"] + 50,
        "changed",
    )
    assert sum(cents(line["LineAmount"]) + cents(line["TaxAmount"]) for line in changed["LineItems"]) == cents(
        changed["Total"]
    )
    assert (
        ledger.page("Invoices", Query(where="updated >= ?", values=(int(NOON.timestamp() * 1000),)))[0].body.count(
            b"changed"
        )
        == 1
    )
    after = ledger.trial_balance(TODAY)
    assert after != balances
    assert sum(one.year_to_date for one in after) == 0
    assert other.document("Invoices", key) == before
    ledger.reset()
    assert ledger.document("Invoices", key) == before
    assert ledger.trial_balance(TODAY) == balances
    for one in (shelf, others):
        one.close()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_world_is_as_large_and_as_odd_as_promised(seed: int) -> None:
    everyone = organisations(seed)
    sizes = sorted(one.documents for one in everyone[:60])
    assert len(everyone) == 62
    assert sizes[0] == 30
    assert sizes[-1] == 100_000
    assert (sum(size <= 600 for size in sizes), sum(600 < size <= 5000 for size in sizes)) == (40, 14)
    assert len({one.tenant_id for one in everyone}) == len({one.short_code for one in everyone}) == 62
    assert {one.country for one in everyone} == {"AU", "NZ", "GB"}
    names = [one.name for one in everyone]
    assert len(set(names)) == 62
    assert any("<script>" in name for name in names)
    assert any("'" in name for name in names)
    assert any("é" in name for name in names)
    assert sum(one.is_demo for one in everyone) == 1
    checks = {"AU": numbers.is_abn, "NZ": numbers.is_ird, "GB": numbers.is_vat}
    assert all(checks[one.country](one.tax_number) for one in everyone)
    assert [len(user.organisation_ids) for user in users(seed)] == [60, 20, 5, 2, 0]
    assert not set(users(seed)[3].organisation_ids) & set(users(seed)[0].organisation_ids)
