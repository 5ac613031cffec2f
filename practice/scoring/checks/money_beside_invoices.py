"""DQ14: money that was coded straight to income or cost while the invoice it pays is still open."""

from typing import Any, Literal

import polars as pl

from practice.ledgers.books import Books
from practice.scoring.check import Check, Finding, Found, Link, Threshold, fingerprint_of
from practice.scoring.coded_lines import on_accounts, with_place
from practice.scoring.columns import currency, in_one_go, with_contact
from practice.scoring.score import share
from practice.scoring.wording import amount, day, days

CODE = "DQ14"
THRESHOLD = Threshold(60, 1, 366, "days", "The money and the open document may lie this many days apart.")
Side = Literal["sales", "purchases"]


def look(books: Books) -> Found:
    money = in_one_go(
        books.bank_transactions.lazy()
        .filter(
            pl.col("type").is_in(["RECEIVE", "SPEND"]),
            pl.col("status") == "AUTHORISED",
            pl.col("contact_id").is_not_null(),
            pl.col("date").is_between(books.period_start, books.period_end),
        )
        .select("id", "type", "contact_id", "date", "total_cents", currency(books))
    )
    if money.is_empty():
        return Found(of=0, not_applicable="No spend or receive money with a contact in the last twelve months.")
    pairs = pl.concat(
        [
            _pairs(money, books, type_="RECEIVE", side="sales", class_="REVENUE"),
            _pairs(money, books, type_="SPEND", side="purchases", class_="EXPENSE"),
        ]
    )
    nearest = pairs.sort("id", "apart", "document_id").unique("id", keep="first", maintain_order=True)
    return Found(
        findings=tuple(_finding(row) for row in with_contact(nearest, books).sort("date", "id").iter_rows(named=True)),
        of=money.height,
    )


def _pairs(money: pl.DataFrame, books: Books, *, type_: str, side: Side, class_: str) -> pl.DataFrame:
    """Each of the money with each open document of the same contact and amount that is near enough."""
    same = ["contact_id", "currency", "total_cents"]
    open_ = (
        books.documents.lazy()
        .filter(
            pl.col("kind") == "invoice",
            pl.col("side") == side,
            pl.col("status") == "AUTHORISED",
            pl.col("due_cents") == pl.col("total_cents"),
            pl.col("due_cents") > 0,
        )
        .with_columns(currency(books))
        .select(*same, document_id="id", number=pl.coalesce("number", "reference"), dated="date")
    )
    near = in_one_go(
        money.lazy()
        .filter(pl.col("type") == type_)
        .select("id", "date", *same)
        .join(open_, on=same)
        .with_columns(apart=(pl.col("date") - pl.col("dated")).dt.total_days().abs(), side=pl.lit(side))
        .filter(pl.col("apart") <= THRESHOLD.chosen(books, CODE))
    )
    if near.is_empty():
        return near
    lines = books.lines.filter(
        pl.col("source") == "bank_transaction", pl.col("document_id").is_in(near["id"].unique().to_list())
    )
    direct = on_accounts(with_place(lines, books), books.accounts.filter(pl.col("class_") == class_))
    return near.join(direct.select(id="document_id").unique(), on="id", how="semi")


def _finding(row: dict[str, Any]) -> Finding:
    money, paper = ("Receive money", "invoice") if row["side"] == "sales" else ("Spend money", "bill")
    named = f"{paper} {row['number'] or 'without a number'}"
    return Finding(
        key=f"{row['id']}:{row['document_id']}",
        fingerprint=fingerprint_of(row["id"], row["document_id"], row["total_cents"], row["currency"]),
        title=row["contact"] or "No contact name",
        detail=(
            f"{money} of {day(row['date'])} is coded to {'income' if row['side'] == 'sales' else 'a cost'}; {named} over "
            f"the same {amount(row['total_cents'], row['currency'])}, {days(row['apart'])} apart, is open"
        ),
        amount_cents=row["total_cents"],
        currency=row["currency"],
        date=row["date"],
        contact=row["contact"],
        facts={
            "bank_transaction": row["id"],
            "document": row["document_id"],
            "number": row["number"],
            "days_apart": row["apart"],
        },
        links=(
            Link("bank_transaction", row["id"], f"{money} in Xero"),
            Link("invoice" if row["side"] == "sales" else "bill", row["document_id"], named[0].upper() + named[1:]),
        ),
    )


CHECK = Check(
    code=CODE,
    title="Money coded past an open invoice",
    group="Payables and receivables",
    severity="high",
    why="The income or cost is counted twice, and the invoice will be chased, or the bill paid, a second time.",
    fix="In Xero, undo the reconciliation or edit the transaction, and match the money to the open invoice or bill instead.",
    definition=(
        "Spend and receive money in the twelve months to the end of the period coded to a cost or to income, while an "
        "approved bill or invoice of the same contact, currency and amount, dated at most 60 days apart, is wholly unpaid. "
        "Measured against all spend and receive money with a contact."
    ),
    source="Bank transactions, invoices and bills; chart of accounts",
    needs={
        "accounts": ("id", "code", "class_"),
        "bank_transactions": ("id", "type", "status", "contact_id", "date", "total_cents", "currency"),
        "contacts": ("id", "name"),
        "documents": (
            *("id", "kind", "side", "status", "contact_id", "number", "reference", "date"),
            *("total_cents", "due_cents", "currency"),
        ),
        "lines": ("document_id", "source", "account_code", "account_id"),
    },
    degree=share("0.02"),
    says="Coded past an open invoice or bill: {n} of {of} bank transactions.",
    look=look,
    threshold=THRESHOLD,
)
