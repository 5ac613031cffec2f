"""DQ19: balances on the side where an account of their kind has none."""

import polars as pl

from practice.ledgers.books import Books
from practice.scoring.check import Check, Found
from practice.scoring.columns import named
from practice.scoring.owner_loans import is_owner_loan
from practice.scoring.score import share
from practice.scoring.trial_balance import CENT, NEEDS, about, unread, with_balance
from practice.scoring.wording import amount, day, side_of

WORDS = {"ASSET": "An asset", "LIABILITY": "A liability", "REVENUE": "Revenue", "EXPENSE": "An expense"}


def look(books: Books) -> Found:
    accounts = books.accounts.filter(
        pl.col("status") == "ACTIVE",
        pl.col("type").ne_missing("BANK"),
        pl.col("system_account").fill_null("") == "",
    )
    if not accounts.is_empty() and (reason := unread(books)):
        return Found(not_synced=reason)
    held = with_balance(accounts, books).filter(pl.col("balance") != 0)
    if held.is_empty():
        return Found(of=0, not_applicable="No account had a balance at the end of the period.")
    class_, balance = pl.col("class_"), pl.col("balance")
    wrong = held.filter(
        (
            (class_ == "ASSET")
            & (balance < -CENT)
            & ~named("depreciation", "amortisation", "amortization", "accumulated")
        )
        | ((class_ == "LIABILITY") & (balance > CENT) & ~is_owner_loan())
        | ((class_ == "REVENUE") & (balance > CENT))
        | ((class_ == "EXPENSE") & (balance < -CENT))
    )
    end, base = books.period_end, books.organisation.base_currency
    return Found(
        findings=tuple(
            about(
                row,
                books,
                key=f"{row['id']}:{end.isoformat()}",
                detail=f"{WORDS[row['class_']]} with {amount(row['balance'], base)} in {side_of(row['balance'])} on {day(end)}",
            )
            for row in wrong.sort("id").iter_rows(named=True)
        ),
        of=held.height,
    )


CHECK = Check(
    code="DQ19",
    title="Wrong-sided balances",
    group="Balances",
    severity="medium",
    why="An asset in credit or an expense below zero is mostly a wrong account, a wrong sign, or a receipt without its invoice.",
    fix="Open the account's transactions, find what turned the balance, and recode or reverse it.",
    definition=(
        "Active accounts, apart from bank accounts and Xero's own, with a balance at the end of the last complete month: "
        "assets in credit (accumulated depreciation apart), liabilities and revenue in debit, expenses in credit, by more "
        "than one cent. Loans of directors and shareholders have a check of their own."
    ),
    source="Trial balance and chart of accounts",
    needs={
        "accounts": ("id", "code", "name", "type", "class_", "status", "system_account"),
        "balances": NEEDS,
    },
    degree=share("0.10"),
    says="On the wrong side at the end of the period: {n} of {of} balances.",
    look=look,
)
